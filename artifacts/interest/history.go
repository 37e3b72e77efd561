package interest

import (
	"cmp"
	"slices"

	"curio/datasets/event"
	"curio/features/profile"
)

// HistoryLength is how many items of a history the model looks at, PoolLength
// how many of these the pool of the user tower takes: those with the greatest
// weight. Following the graph costs a step an edge, pooling one a dimension and,
// in training, as many again.
const (
	HistoryLength = 1000
	PoolLength    = 100
)

// History returns what the model reads of a profile as of a time, appended to
// dst: items with a positive strength, weighted by strength and recency, by
// weight and then item index, at most HistoryLength of them. Training, evaluation
// and serving all read histories through it.
func History(dst []Touch, p *profile.User, s *profile.Strength, asOf event.Time) []Touch {
	from := len(dst)
	for i := range p.Touches {
		t := &p.Touches[i]
		if w := s.Of(t) * s.Recency(t.Last, asOf); w > 0 {
			dst = append(dst, Touch{Item: t.Item, Weight: w})
		}
	}
	slices.SortFunc(dst[from:], func(a, b Touch) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Item, b.Item))
	})
	return dst[:min(len(dst), from+HistoryLength)]
}
