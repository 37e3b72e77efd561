package interest

import "curio/artifacts/kernel"

// Retrieve returns the k best items for a user vector, and the history it was
// made of, best first, without those that skip names. Equal scores rank by item
// index. skip may be nil.
func (m *Model) Retrieve(user []float32, history []Touch, k int, skip func(int32) bool) []kernel.Scored {
	s := m.sweep(user, [][]Touch{history})
	defer s.done()
	return s.nearest(k, skip)
}

// Similar returns the k items whose vectors are nearest in angle to item's,
// without the item itself. Scores are cosines. An unknown item has none.
func (m *Model) Similar(item int32, k int, skip func(int32) bool) []kernel.Scored {
	if !m.known(item) {
		return nil
	}
	s := m.sweep(m.Vector(item), [][]Touch{nil})
	defer s.done()
	s.bias = nil
	return s.nearest(k, func(i int32) bool {
		return i == item || skip != nil && skip(i)
	})
}

// nearest returns the k best items of a sweep for one user.
func (s *sweep) nearest(k int, skip func(int32) bool) []kernel.Scored {
	k = min(k, s.m.Items())
	if k <= 0 {
		return nil
	}
	top := &s.top
	top.Reset(k)
	s.each(func(first, _ int, scores []float32) {
		if skip == nil {
			top.Scan(scores, int32(first))
			return
		}
		for i, score := range scores {
			if score >= top.Threshold() && !skip(int32(first+i)) {
				top.Push(int32(first+i), score)
			}
		}
	})
	return top.Sorted(make([]kernel.Scored, 0, k))
}
