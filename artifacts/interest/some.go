package interest

import (
	"slices"

	"curio/artifacts/kernel"
)

// ScoreSome writes the scores of some items of the catalogue, in any order, for a user
// vector and the history it was made of to dst, len(items): those of Score.
func (m *Model) ScoreSome(dst, user []float32, history []Touch, items []int32) {
	s := m.sweep(user, [][]Touch{history})
	defer s.done()
	of := s.boosts[0]
	lifted, lifts := s.items[of.at:of.end], s.lifts[of.at:of.end]
	vectors := make([]float32, 0, len(items)*m.dim)
	for n, item := range items {
		vectors = append(vectors, m.Vector(item)...)
		dst[n] = m.bias[item]
		if at, ok := slices.BinarySearch(lifted, item); ok {
			dst[n] += lifts[at]
		}
	}
	kernel.GemmNT(1, len(items), m.dim, 1, user, m.dim, vectors, m.dim, 1, dst, len(items))
}
