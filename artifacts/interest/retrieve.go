package interest

import (
	"slices"
	"sync"

	"curio/artifacts/kernel"
)

// scanBlock is how many items are scored at a time: their vectors and scores
// stay in the first caches while the heap looks at them.
const scanBlock = 2048

var topPool = sync.Pool{New: func() any { return &scan{top: kernel.NewTop(1), scores: make([]float32, scanBlock)} }}

type scan struct {
	top    *kernel.Top
	scores []float32
	base   []float32 // by item: what is added to the dot product
}

// Retrieve returns the k best items for a user vector, and the history it was
// made of, best first, without those that skip names. Equal scores rank by item
// index. skip may be nil.
func (m *Model) Retrieve(user []float32, history []Touch, k int, skip func(int32) bool) []kernel.Scored {
	s := topPool.Get().(*scan)
	defer topPool.Put(s)
	base := m.bias
	if len(m.graph.to) > 0 {
		s.base = slices.Grow(s.base[:0], m.Items())[:m.Items()]
		m.boost(s.base, history)
		kernel.Axpy(1, m.bias, s.base)
		base = s.base
	}
	return m.nearest(s, user, base, k, skip)
}

// Similar returns the k items whose vectors are nearest in angle to item's,
// without the item itself. Scores are cosines. An unknown item has none.
func (m *Model) Similar(item int32, k int, skip func(int32) bool) []kernel.Scored {
	if !m.known(item) {
		return nil
	}
	s := topPool.Get().(*scan)
	defer topPool.Put(s)
	return m.nearest(s, m.Vector(item), nil, k, func(i int32) bool {
		return i == item || skip != nil && skip(i)
	})
}

func (m *Model) nearest(s *scan, vector, base []float32, k int, skip func(int32) bool) []kernel.Scored {
	k = min(k, m.Items())
	if k <= 0 {
		return nil
	}
	s.top.Reset(k)
	for first := 0; first < m.Items(); first += scanBlock {
		n := min(scanBlock, m.Items()-first)
		scores := s.scores[:n]
		clear(scores)
		if base != nil {
			copy(scores, base[first:first+n])
		}
		kernel.GemmNT(1, n, m.dim, 1, vector, m.dim, m.items[first*m.dim:], m.dim, 1, scores, n)
		if skip == nil {
			s.top.Scan(scores, int32(first))
			continue
		}
		for i, score := range scores {
			if score >= s.top.Threshold() && !skip(int32(first+i)) {
				s.top.Push(int32(first+i), score)
			}
		}
	}
	return s.top.Sorted(make([]kernel.Scored, 0, k))
}
