package recommend

import (
	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// rank returns the k best items for who is met, best first, without those in out and
// those that skip names, which both may be nil: what interest.Model.Rank does. skip may be
// called on the goroutine of another request, while this one waits.
func (e *Engine) rank(v *visit, k int, out itemSet, skip func(int32) bool) []kernel.Scored {
	model, depth := e.art.Interest, k
	if model.HasHead() && k > 0 {
		depth = max(k, interest.Candidates)
	}
	found := e.passes.retrieve(v.vector, v.query.History, depth, out, skip)
	model.Rerank(v.vector, v.query, found)
	return found[:min(max(k, 0), len(found))]
}
