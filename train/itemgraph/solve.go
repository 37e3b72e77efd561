package itemgraph

import (
	"cmp"
	"math"
	"slices"

	"curio/artifacts/kernel"
)

// solver finds the edges into items, one at a time.
type solver struct {
	*sums
	lower  []row
	ridge  float32
	top    *kernel.Top
	near   []kernel.Scored
	place  []int32   // by item: 1 + where it stands in near; 0 between items
	system []float32 // [near, near], lower half
	right  []float32
}

func newSolver(m *matrix, lower []row, o Options) *solver {
	k := o.Neighbours
	return &solver{
		sums: newSums(m), lower: lower, ridge: float32(o.Ridge), top: kernel.NewTop(k),
		place: make([]int32, len(lower)), system: make([]float32, k*k), right: make([]float32, k),
	}
}

// solve returns the edges into item j by the items they come from.
func (s *solver) solve(j int) row {
	s.nearest(j)
	n := len(s.near)
	if n == 0 {
		return row{}
	}
	for at, x := range s.near {
		s.place[x.Index], s.right[at] = int32(at)+1, x.Score
	}
	clear(s.system[:n*n])
	for at, x := range s.near {
		s.fill(s.system[at*n:(at+1)*n], s.lower[x.Index], at)
		s.system[at*n+at] += s.ridge
	}
	solve(s.system, s.right[:n], n)
	r := row{make([]int32, n), make([]float32, n)}
	for at, x := range s.near {
		s.place[x.Index] = 0
		r.item[at] = x.Index
		r.value[at] = s.right[at] / s.root[x.Index] * s.root[j]
	}
	return r
}

// nearest sets near to the items most similar to j, by index.
func (s *solver) nearest(j int) {
	s.add(j, math.MaxInt32)
	s.top.Reset(cap(s.right))
	for _, i := range s.touched {
		if int(i) != j {
			s.top.Push(i, s.normal(j, i))
		}
	}
	s.clear()
	s.near = s.top.Sorted(s.near[:0])
	slices.SortFunc(s.near, func(a, b kernel.Scored) int { return cmp.Compare(a.Index, b.Index) })
}

// fill sets the elements of dst up to the diagonal from a row of G: by looking
// each up in a long row, by reading through a short one.
func (s *solver) fill(dst []float32, r row, diagonal int) {
	if len(r.item) > 16*(diagonal+1) {
		rest := r
		for at := range diagonal + 1 {
			n, found := slices.BinarySearch(rest.item, s.near[at].Index)
			rest = row{rest.item[n:], rest.value[n:]}
			if found {
				dst[at] = rest.value[0]
			}
		}
		return
	}
	for n, i := range r.item {
		if at := s.place[i]; at > 0 {
			dst[at-1] = r.value[n]
		}
	}
}

// solve replaces y by the solution x of A x = y by Cholesky's method. A is n x n,
// symmetric and positive definite, of which the lower half is read and lost.
func solve(a, y []float32, n int) {
	for i := range n {
		r := a[i*n : (i+1)*n]
		for j := range i {
			l := a[j*n : (j+1)*n]
			r[j] = (r[j] - kernel.Dot(r[:j], l[:j])) / l[j]
		}
		r[i] = float32(math.Sqrt(float64(r[i] - kernel.Dot(r[:i], r[:i]))))
		y[i] = (y[i] - kernel.Dot(r[:i], y[:i])) / r[i]
	}
	for i := n - 1; i >= 0; i-- {
		y[i] /= a[i*n+i]
		for j := range i {
			y[j] -= float32(a[i*n+j] * y[i])
		}
	}
}
