package interest

import (
	"math"
	"math/bits"

	"curio/artifacts/kernel"
)

// pick keeps, of scores that are known to within a bound, those of all items that may
// be among the k best: if the k-th best of the scores seen is s, k items have exact
// scores of s - bound at least, and one of fewer than s - 2 bound is not among the best.
type pick struct {
	k     int
	bound float32
	limit float32         // what a score must reach
	list  []kernel.Scored // ascending by index
	full  int             // how long the list may become before it is cut
	best  []float32
}

func (p *pick) begin(k int, bound float32) {
	p.k, p.bound, p.limit = k, bound, -math.MaxFloat32
	p.list, p.full = p.list[:0], 3*k+codeBlock
}

// offer looks at the scores of items first, first + 1, ..., where first is a multiple of
// 32. Those in out and those that skip names are left out; skip is asked about those
// that reach the limit alone.
func (p *pick) offer(scores []float32, first int32, marks []uint32, out []uint64, skip func(int32) bool) {
	marks = marks[:(len(scores)+31)/32]
	kernel.Mark(marks, scores, p.limit)
	for q, word := range marks {
		if at := int(first) + 32*q; out != nil && at>>6 < len(out) {
			word &^= uint32(out[at>>6] >> (at & 63))
		}
		for ; word != 0; word &= word - 1 {
			i := 32*q + bits.TrailingZeros32(word)
			score := scores[i]
			if score < p.limit || skip != nil && skip(first+int32(i)) {
				continue
			}
			if p.list = append(p.list, kernel.Scored{Index: first + int32(i), Score: score}); len(p.list) == p.full {
				p.cut()
			}
		}
	}
}

// cut raises the limit to what the list shows, and leaves out what does not reach it.
func (p *pick) cut() {
	if len(p.list) <= p.k {
		return
	}
	p.best = p.best[:0]
	for _, s := range p.list {
		p.best = append(p.best, s.Score)
	}
	// Down, so that rounding leaves out nothing.
	limit := math.Nextafter32(math.Nextafter32(greatest(p.best, p.k), -math.MaxFloat32)-2*p.bound, -math.MaxFloat32)
	p.limit = max(p.limit, limit)
	kept := 0
	for _, s := range p.list {
		p.list[kept] = s
		kept += one(s.Score >= p.limit)
	}
	p.list = p.list[:kept]
	p.full = max(p.full, 2*len(p.list))
}

// kept returns what may be among the k best, ascending by index.
func (p *pick) kept() []kernel.Scored {
	p.cut()
	return p.list
}

// greatest returns the k-th greatest of x, which it reorders; 1 <= k <= len(x) and no
// element is NaN. Parts are told without branches, which a processor could not foresee.
func greatest(x []float32, k int) float32 {
	for {
		a, b, c := x[0], x[len(x)/2], x[len(x)-1]
		pivot := max(min(a, b), min(max(a, b), c))
		above := 0
		for i, v := range x {
			x[i], x[above] = x[above], v
			above += one(v > pivot)
		}
		if k <= above {
			x = x[:above]
			continue
		}
		x, k = x[above:], k-above
		equal := 0
		for i, v := range x {
			x[i], x[equal] = x[equal], v
			equal += one(v == pivot)
		}
		if k <= equal {
			return pivot
		}
		x, k = x[equal:], k-equal
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
