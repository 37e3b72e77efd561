package itemgraph

import (
	"math"
	"slices"
)

// matrix is R by rows and by columns.
type matrix struct {
	histories [][]int32
	users     [][]int32 // by item, ascending
	weight    []float32 // by user: d_u^-UserPower
	root      []float32 // by item: d_i^1/2, 1 for an item without users
}

func newMatrix(items int, histories [][]int32, power float64) *matrix {
	m := &matrix{
		histories: histories, users: make([][]int32, items),
		weight: make([]float32, len(histories)), root: make([]float32, items),
	}
	count, all := make([]int, items), 0
	for _, h := range histories {
		all += len(h)
		for _, i := range h {
			count[i]++
		}
	}
	room := make([]int32, all)
	for i, n := range count {
		m.users[i], room = room[:0:n], room[n:]
		m.root[i] = float32(math.Sqrt(float64(max(n, 1))))
	}
	for u, h := range histories {
		m.weight[u] = float32(math.Pow(float64(max(len(h), 1)), -power))
		for _, i := range h {
			m.users[i] = append(m.users[i], int32(u))
		}
	}
	return m
}

// sums adds up rows of G, one at a time. Users come in ascending order, so a
// sum is the same every time.
type sums struct {
	*matrix
	sum     []float32 // by item; zero between rows
	touched []int32
}

func newSums(m *matrix) *sums { return &sums{matrix: m, sum: make([]float32, len(m.users))} }

// add sums row i over the items up to last; clear has to follow.
func (s *sums) add(i int, last int32) {
	for _, u := range s.users[i] {
		w := s.weight[u]
		for _, j := range s.histories[u] {
			if j > last {
				break
			}
			if s.sum[j] == 0 {
				s.touched = append(s.touched, j)
			}
			s.sum[j] += w
		}
	}
}

func (s *sums) clear() {
	for _, j := range s.touched {
		s.sum[j] = 0
	}
	s.touched = s.touched[:0]
}

// normal is the element of G in row i of the sum now held.
func (s *sums) normal(i int, j int32) float32 { return s.sum[j] / (s.root[i] * s.root[j]) }

// lower returns the elements of row i of G up to the diagonal.
func (s *sums) lower(i int) row {
	s.add(i, int32(i))
	slices.Sort(s.touched)
	r := row{slices.Clone(s.touched), make([]float32, len(s.touched))}
	for n, j := range r.item {
		r.value[n] = s.normal(i, j)
	}
	s.clear()
	return r
}
