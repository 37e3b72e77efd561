package interest

import (
	"math"
	"slices"
	"sync"

	"curio/artifacts/kernel"
)

var searches = sync.Pool{New: func() any { return new(search) }}

// search is what one pass needs. Its memory is used again.
type search struct {
	x       *Index
	wishes  []*Wish // those of the pass that the codes can tell something of
	users   []float32
	coded   kernel.Coded
	scores  []float32 // [wishes, piece]
	marks   []uint32
	picks   []pick
	at      []int // by wish: the next of its boosts
	vectors []float32
	exact   []float32
	order   []float32
	keys    []uint64
}

// run answers up to Together wishes.
func (s *search) run(x *Index, wishes []*Wish) {
	s.x, s.wishes, s.users = x, s.wishes[:0], s.users[:0]
	defer s.forget()
	m, sweep := x.m, sweeps.Get().(*sweep)
	sweep.begin(m, nil)
	defer sweep.done()
	for _, w := range wishes {
		w.Found, w.Panicked = w.Found[:0], nil
		switch {
		case w.K <= 0:
		case x.codes == nil || !few(w.K, m.Items()):
			w.exactly(m)
		default:
			sweep.add(w.History)
			if last := len(s.wishes); !x.tame(w.Vector, sweep.lift(last)) {
				sweep.boosts = sweep.boosts[:last]
				w.exactly(m)
				continue
			}
			s.wishes = append(s.wishes, w)
			s.users = append(s.users, w.Vector[:m.dim]...)
		}
	}
	if len(s.wishes) == 0 {
		return
	}
	s.coded.Set(s.users, len(s.wishes), m.dim)
	s.prepare(sweep)
	for first := 0; first < len(x.base); first += piece {
		s.pass(sweep, first, min(piece, len(x.base)-first))
	}
	for n, w := range s.wishes {
		if w.Panicked == nil {
			s.finish(sweep, n, w)
		}
	}
}

func (s *search) forget() {
	s.x = nil
	clear(s.wishes)
}

// prepare begins the picks of all wishes.
func (s *search) prepare(sweep *sweep) {
	x := s.x
	for len(s.picks) < len(s.wishes) {
		s.picks = append(s.picks, pick{})
	}
	s.at = s.at[:0]
	for n, w := range s.wishes {
		s.at = append(s.at, sweep.boosts[n].at)
		s.picks[n].begin(w.K, x.bound(s.coded.Norm(n), s.coded.Rest(n), sweep.lift(n)))
	}
}

// pass offers n items from first on, whole blocks, to the picks.
func (s *search) pass(sweep *sweep, first, n int) {
	x := s.x
	if need := len(s.wishes) * piece; len(s.scores) < need {
		s.scores, s.marks = make([]float32, need), make([]uint32, piece/codeBlock)
	}
	x.codes.Near(s.scores, piece, first/codeBlock, n/codeBlock, &s.coded, x.base[first:first+n])
	for u, w := range s.wishes {
		if w.Panicked != nil {
			continue
		}
		row, end := s.scores[u*piece:u*piece+n], sweep.boosts[u].end
		for at := &s.at[u]; *at < end && int(sweep.items[*at]) < first+n; *at++ {
			row[int(sweep.items[*at])-first] += sweep.lifts[*at]
		}
		w.guard(func() { s.picks[u].offer(row, int32(first), s.marks, w.Out, w.Skip) })
	}
}

// finish scores exactly what a pick kept, a piece at a time, and takes the best.
func (s *search) finish(sweep *sweep, n int, w *Wish) {
	m, kept, boost := s.x.m, s.picks[n].kept(), sweep.boosts[n]
	dim := m.dim
	s.exact = grown(s.exact, len(kept))
	for first := 0; first < len(kept); first += piece {
		some := kept[first:min(first+piece, len(kept))]
		exact := s.exact[first : first+len(some)]
		s.vectors = grown(s.vectors, len(some)*dim)
		for j, k := range some { // ascending
			copy(s.vectors[j*dim:(j+1)*dim], m.Vector(k.Index))
			exact[j] = m.bias[k.Index]
			for boost.at < boost.end && sweep.items[boost.at] < k.Index {
				boost.at++
			}
			if boost.at < boost.end && sweep.items[boost.at] == k.Index {
				exact[j] += sweep.lifts[boost.at]
			}
		}
		kernel.GemmNT(1, len(some), dim, 1, w.Vector, dim, s.vectors, dim, 1, exact, len(some))
	}
	w.Found = s.best(w.Found, kept, w.K)
}

// best appends the k best of what was kept, with their exact scores, to dst.
func (s *search) best(dst []kernel.Scored, kept []kernel.Scored, k int) []kernel.Scored {
	least := float32(-math.MaxFloat32)
	if len(kept) > k {
		s.order = append(s.order[:0], s.exact...)
		least = greatest(s.order, k)
	}
	dst, s.keys = slices.Grow(dst, min(k, len(kept))), s.keys[:0]
	for j, score := range s.exact {
		if score >= least {
			s.keys = append(s.keys, uint64(^ordered(score))<<32|uint64(j))
		}
	}
	slices.Sort(s.keys)
	for _, key := range s.keys[:min(k, len(s.keys))] {
		j := uint32(key)
		dst = append(dst, kernel.Scored{Index: kept[j].Index, Score: s.exact[j]})
	}
	return dst
}

// ordered maps numbers to whole ones that compare as they do; both zeros are one.
func ordered(x float32) uint32 {
	if x == 0 {
		return 1 << 31
	}
	bits := math.Float32bits(x)
	if bits>>31 == 1 {
		return ^bits
	}
	return bits | 1<<31
}

func grown(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n, n+n/2)
	}
	return x[:n]
}
