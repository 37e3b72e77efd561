package recommend

import (
	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/datasets/event"
)

// RankRequest asks for an order of the caller's own items.
type RankRequest struct {
	User    string        // id as the model knows it; empty for an anonymous session
	Events  []event.Event // as in Request
	Items   []string      // ids; one that is repeated counts once
	Rules   bool          // leave out what the user may not be shown
	Explain bool
}

// Ranking is the order of a caller's items.
type Ranking struct {
	Answer
	Unknown []string // ids that the catalogue does not have, in the caller's order
	Barred  []Barred // with Rules: what was left out, in the caller's order
}

// Barred is an item that a user may not be shown, and why.
type Barred struct {
	Index  int32
	Status []string // at least one
}

// Rank orders the caller's items, best first, as Recommend would if the catalogue had no
// others; with the fallback, by popularity.
func (e *Engine) Rank(r RankRequest) Ranking {
	v := e.visits.Get().(*visit)
	defer e.visits.Put(v)
	e.meet(v, r.User, r.Events)
	a := Ranking{Answer: e.answer(v)}
	var items []int32
	met := make(map[string]bool, len(r.Items))
	for _, id := range r.Items {
		if met[id] {
			continue
		}
		met[id] = true
		item, ok := e.art.Items.Index(id)
		if !ok {
			a.Unknown = append(a.Unknown, id)
			continue
		}
		if r.Rules {
			if status := e.status(v.profile, item); status != nil {
				a.Barred = append(a.Barred, Barred{item, status})
				continue
			}
		}
		items = append(items, item)
	}
	v.best = e.order(v, items, a.Strategy)
	a.Items = page(v.best, 0)
	if r.Explain {
		e.explain(v, &a.Answer, v.best)
	}
	return a
}

// order returns items, best first, equal ones by index.
func (e *Engine) order(v *visit, items []int32, strategy string) []kernel.Scored {
	if strategy != StrategyFallback {
		return e.orderBy(v.vector, v.query, items)
	}
	top := kernel.NewTop(len(items))
	for _, item := range items {
		top.Push(item, e.popularity[item])
	}
	return top.Sorted(nil)
}

// orderBy returns items as the model orders them.
func (e *Engine) orderBy(vector []float32, q interest.Query, items []int32) []kernel.Scored {
	top, scores := kernel.NewTop(len(items)), make([]float32, len(items))
	e.art.Interest.ScoreSome(scores, vector, q.History, items)
	for i, item := range items {
		top.Push(item, scores[i])
	}
	found := top.Sorted(nil)
	e.art.Interest.Rerank(vector, q, found)
	return found
}
