package interest

import (
	"cmp"
	"slices"

	"curio/artifacts/kernel"
)

// Reason is an item of the user's own history and the part of a score that is
// due to it, in units of the score.
type Reason struct {
	Item   int32
	Weight float32
}

// Explain returns up to n items of the history that raise item's score most,
// best first. The user vector is a sum over history, id and features before it
// is scaled, and so is what the graph adds before its logarithm: a touch's share
// of the dot product is exact, and it has its share of the boost. Touches that do
// not raise the score are left out.
func (m *Model) Explain(q Query, item int32, n int) []Reason {
	if !m.known(item) || n <= 0 {
		return nil
	}
	vector := make([]float32, m.dim)
	m.sum(vector, q)
	pooled := Pool(q.History)
	length, total := norm(vector), m.weight(pooled)
	if length == 0 || total == 0 {
		return nil
	}
	target, share := m.Vector(item), m.share(q.History, item)
	reasons := make([]Reason, 0, len(q.History))
	for at, t := range q.History {
		if !m.usable(t) || t.Item == item {
			continue
		}
		w := share * t.Weight * m.graph.edge(t.Item, item)
		if at < len(pooled) {
			w += t.Weight / total * kernel.Dot(m.embedding(m.pooled, t.Item), target) / (length * m.temperature)
		}
		if w > 0 {
			reasons = append(reasons, Reason{t.Item, w})
		}
	}
	slices.SortFunc(reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Item, b.Item))
	})
	return reasons[:min(n, len(reasons))]
}
