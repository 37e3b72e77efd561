package recommend

import (
	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// shape returns the page of a request that boosts, diversity, promotions or chance
// have a part in: the order of the model is boosted, then diversified, then its places
// are handed out. All of it depends on what comes before a place only, so that pages
// fit together.
func (e *Engine) shape(v *visit, rules *rules, r *Request, a *Answer) []Item {
	places := e.within(r.N) + e.within(r.Offset)
	order := candidates(v.best, a.Scores)
	pool := order[:min(PoolSize, len(order))]
	if len(r.Boosts) > 0 {
		e.boost(pool, e.boosts(r.Boosts))
	}
	if r.Diversity > 0 {
		n := places
		if r.Explore > 0 {
			n = max(n, exploredPool) // what chance chooses from is the same on every page
		}
		e.diversify(pool, r.Diversity, n)
	}
	items := e.place(r, order, e.promoter(r.Promotions, rules), places)
	e.scorePromoted(v, items, a)
	return items[min(max(r.Offset, 0), len(items)):]
}

// place hands out the first places.
func (e *Engine) place(r *Request, order []candidate, promoter *promoter, places int) []Item {
	shown, draws := make(map[int32]bool), r.lottery(order)
	items := make([]Item, 0, min(places, len(order)))
	for len(items) < places {
		item, promoted := promoter.take(len(items), shown)
		next := Item{Index: item, Promoted: promoted, Propensity: 1}
		if !promoted {
			c, propensity, ok := draws.draw(shown)
			if !ok {
				break
			}
			next = Item{Index: c.Index, Score: c.Score, Propensity: propensity}
		}
		if !(r.Explore > 0) {
			next.Propensity = 0
		}
		shown[next.Index] = true
		items = append(items, next)
	}
	return items
}

// scorePromoted gives promoted items their scores. One that is not among the best has
// what the model says of it, but no more than the last of those, as if it stood
// below them.
func (e *Engine) scorePromoted(v *visit, items []Item, a *Answer) {
	known := make(map[int32]float32)
	var missing []int32
	for _, item := range items {
		if item.Promoted {
			missing = append(missing, item.Index)
		}
	}
	if len(missing) == 0 {
		return
	}
	for _, s := range v.best {
		known[s.Index] = s.Score
	}
	most := float32(1)
	if len(v.best) >= interest.Candidates {
		most = v.best[interest.Candidates-1].Score
	}
	for _, s := range e.say(v, missing, a) {
		if _, ok := known[s.Index]; !ok {
			if a.Scores == ScoreProbability {
				s.Score = min(s.Score, most)
			}
			known[s.Index] = s.Score
		}
	}
	for i := range items {
		if items[i].Promoted {
			items[i].Score = known[items[i].Index]
		}
	}
}

// say returns what the model says of items, in their order; for the fallback, how
// popular they are.
func (e *Engine) say(v *visit, items []int32, a *Answer) []kernel.Scored {
	scores, found := make([]float32, len(items)), make([]kernel.Scored, len(items))
	if a.Strategy != StrategyFallback {
		e.art.Interest.ScoreSome(scores, v.vector, v.query.History, items)
	}
	for i, item := range items {
		found[i] = kernel.Scored{Index: item, Score: scores[i]}
		if a.Strategy == StrategyFallback {
			found[i].Score = e.popularity[item]
		}
	}
	if a.Scores == ScoreProbability {
		e.art.Interest.Probabilities(scores, v.vector, v.query, found)
		for i := range found {
			found[i].Score = scores[i]
		}
	}
	return found
}
