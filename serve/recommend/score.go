package recommend

import (
	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/datasets/event"
)

// Verdict is what an engine thinks of one item for one user.
type Verdict struct {
	Strategy string
	Scores   string // what the score of the item is
	Item            // Score is that of a list which holds all the items the user may be shown
	// The place of the item among those that the user may be shown, 1 for the best, if it
	// may be; otherwise the one it would have.
	Rank    int
	Of      int      // how many items the user may be shown, this one included
	Logit   float32  // score of the model, before it became a probability; 0 for the fallback
	Status  []string // why the user may not be shown the item: StatusOwned etc.; nil for no reason
	Segment string   // with explain: id of the segment that the user is in; empty for none
	Ignored int      // events on items outside the catalogue
}

// deepest is how far down a list a probability is exactly that of the list; below, it is
// at most that of this place.
const deepest = 1000

// Score judges one item for a user with events folded in, by the rules of a request
// that sets nothing; false when the catalogue does not have it. It looks at the whole catalogue.
func (e *Engine) Score(user string, events []event.Event, id string, explain bool) (Verdict, bool) {
	item, ok := e.art.Items.Index(id)
	if !ok {
		return Verdict{}, false
	}
	v := e.visits.Get().(*visit)
	defer e.visits.Put(v)
	e.meet(v, user, events)
	a := e.answer(v)
	rules := e.limit(v, &Request{})
	out := Verdict{Strategy: a.Strategy, Scores: a.Scores, Status: e.status(v.profile, item), Ignored: a.Ignored}
	skip := func(i int32) bool { return i != item && rules.skip(i) }

	scores := e.popularity
	if a.Strategy != StrategyFallback {
		scores = make([]float32, len(e.art.Catalogue))
		e.art.Interest.Score(scores, v.vector, v.query.History)
		out.Logit = scores[item]
	}
	out.Rank, out.Of = standing(scores, item, skip)
	out.Item = Item{Index: item, Score: scores[item]}
	if a.Scores == ScoreProbability {
		e.likely(v, &out, skip)
	}
	if explain {
		a.Items = []Item{out.Item}
		v.best = e.best(v, nil, skip, interest.Candidates, a.Strategy)
		e.explain(v, &a, v.best)
		out.Item, out.Segment = a.Items[0], a.Segment
	}
	return out, true
}

// standing returns the place of an item by score and index, and how many there are.
func standing(scores []float32, item int32, skip func(int32) bool) (place, of int) {
	place = 1
	for i, score := range scores {
		i := int32(i)
		if skip(i) {
			continue
		}
		of++
		if score > scores[item] || score == scores[item] && i < item {
			place++
		}
	}
	return place, of
}

// likely makes the logit of a verdict the probability of a list, whose head orders the
// first places anew.
func (e *Engine) likely(v *visit, out *Verdict, skip func(int32) bool) {
	list := e.rank(v, min(max(out.Rank, interest.Candidates), deepest), nil, skip)
	for i, s := range list {
		if s.Index == out.Index {
			out.Score, out.Rank = s.Score, i+1
			return
		}
	}
	p := []float32{0}
	e.art.Interest.Probabilities(p, v.vector, v.query, []kernel.Scored{{Index: out.Index, Score: out.Logit}})
	out.Score = p[0]
	if n := len(list); n > 0 {
		out.Score = min(p[0], list[n-1].Score)
	}
}
