package recommend

import (
	"math"

	"curio/artifacts/kernel"
)

// diversify puts the first n places of a pool, which is in its order, in that of
// maximal marginal relevance (Carbonell & Goldstein, "The Use of MMR, Diversity-Based
// Reranking", SIGIR 1998, section 2): each place goes to the item with the greatest
//
//	(1 - diversity) relevance - diversity max similarity to the items above
//
// The relevance of an item is its logit, from 0 for the least of the pool to 1 for the
// greatest, and similarity is (1 + cosine) / 2 of the vectors, so that both are in 0..1.
// Of equals the one that came first is taken. The rest follows in its order. It takes
// n products of the vectors of the pool with one of them.
func (e *Engine) diversify(pool []candidate, diversity float64, n int) {
	diversity = min(max(diversity, 0), 1)
	relevance, likeness := relevances(pool), make([]float64, len(pool))
	for place := range min(n, len(pool)) {
		best, most := place, math.Inf(-1)
		for i := place; i < len(pool); i++ {
			if worth := (1-diversity)*relevance[i] - diversity*likeness[i]; worth > most {
				best, most = i, worth
			}
		}
		move(pool[place:best+1], relevance[place:best+1], likeness[place:best+1])
		chosen := e.art.Interest.Vector(pool[place].Index)
		for i := place + 1; i < len(pool); i++ {
			cosine := kernel.Dot(chosen, e.art.Interest.Vector(pool[i].Index))
			likeness[i] = max(likeness[i], float64(1+cosine)/2)
		}
	}
}

// relevances are the logits of a pool, brought to 0..1; all 1 when they are the same.
func relevances(pool []candidate) []float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for i := range pool {
		low, high = min(low, pool[i].logit), max(high, pool[i].logit)
	}
	list := make([]float64, len(pool))
	for i := range list {
		list[i] = 1
		if high > low {
			list[i] = (pool[i].logit - low) / (high - low)
		}
	}
	return list
}

// move brings the last to the front, and the others one place back.
func move(pool []candidate, relevance, likeness []float64) {
	last := len(pool) - 1
	c, r, l := pool[last], relevance[last], likeness[last]
	copy(pool[1:], pool[:last])
	copy(relevance[1:], relevance[:last])
	copy(likeness[1:], likeness[:last])
	pool[0], relevance[0], likeness[0] = c, r, l
}
