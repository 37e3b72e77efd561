package recommend

import (
	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// What the scores of an answer are.
const (
	ScoreProbability = "probability" // 0..1: that the user takes the item up in a period as long as the one the model was tested on
	ScoreLogit       = "logit"       // of a model that tells no probabilities: comparable within one answer
	ScoreShare       = "share"       // 0..1: of the users who touched the item
	ScoreCosine      = "cosine"      // -1..1
)

// Answer is what was found, best first.
type Answer struct {
	Strategy string
	Scores   string // what they are
	Items    []Item
	Ignored  int    // events on items outside the catalogue
	Explored bool   // chance had a part: propensities are set
	Segment  string // with Explain: id of the segment that the user is in; empty for none
	Memo     *Memo  // of an answer that is kept, whose items must not be changed; nil for others
}

// Item is one recommended item.
type Item struct {
	Index int32
	// What the model says, whatever decided the place.
	Score    float32
	Promoted bool // in the place of a promotion
	// With Explore: the probability that this item is in this place, given the items
	// above it; 1 for a promoted one.
	Propensity    float64
	Because       []interest.Reason // with Explain; weights are parts of the logit
	CategoryShare float32           // with Explain: share of the user's interest in the item's category
	SegmentShare  float32           // with Explain: share of the interest of the user's segment, 0 outside of its top categories
	Popularity    float32           // with Explain: share of all users who touched the item
}

// Recommend returns up to N items after the first Offset. Fewer come back only
// when the rules leave fewer. The items of consecutive pages are those of one longer
// one.
func (e *Engine) Recommend(r Request) Answer {
	a, memo := e.answered(&r, func() Answer { return e.find(r) })
	a.Memo = memo
	return a
}

func (e *Engine) find(r Request) Answer {
	v := e.visits.Get().(*visit)
	defer e.visits.Put(v)
	e.meet(v, r.User, r.Events)
	a := e.answer(v)
	a.Items, a.Explored = e.items(v, &r, &a), r.Explore > 0
	if r.Explain {
		e.explain(v, &a, v.best)
	}
	return a
}

// items returns the page of a request for whoever was met.
func (e *Engine) items(v *visit, r *Request, a *Answer) []Item {
	rules, places := e.limit(v, r), e.within(r.N)+e.within(r.Offset)
	depth := places
	switch {
	case len(r.Boosts) > 0 || r.Diversity > 0:
		depth = max(depth, PoolSize)
	case r.Explain || r.Explore > 0 || len(r.Promotions) > 0:
		depth = max(depth, interest.Candidates) // what an item competes with for its place
	}
	v.best = e.best(v, rules.out, rules.rest(), depth, a.Strategy)
	if r.shaped() {
		return e.shape(v, rules, r, a)
	}
	return page(v.best[:min(len(v.best), places)], r.Offset)
}

// within returns a number of items, 0 for less and the catalogue for more.
func (e *Engine) within(n int) int { return min(max(n, 0), len(e.art.Catalogue)) }

// answer begins the answer to whoever was met.
func (e *Engine) answer(v *visit) Answer {
	a := Answer{Strategy: v.strategy(), Scores: e.Scores(), Ignored: v.ignored}
	if a.Strategy == StrategyFallback {
		a.Scores = ScoreShare
	}
	return a
}

// best returns the k best items without those in out and those that skip names, which both
// may be nil, in the order of the model or, for the fallback, of popularity. The score is
// then the share of the users who touched an item.
func (e *Engine) best(v *visit, out itemSet, skip func(int32) bool, k int, strategy string) []kernel.Scored {
	if strategy != StrategyFallback {
		return e.rank(v, k, out, skip)
	}
	var found []kernel.Scored
	for _, i := range e.popular {
		if len(found) >= k {
			break
		}
		if (out == nil || !out.has(i)) && (skip == nil || !skip(i)) {
			found = append(found, kernel.Scored{Index: i, Score: e.popularity[i]})
		}
	}
	return found
}

func page(found []kernel.Scored, offset int) []Item {
	found = found[min(max(offset, 0), len(found)):]
	items := make([]Item, len(found))
	for i, s := range found {
		items[i] = Item{Index: s.Index, Score: s.Score}
	}
	return items
}

// Similar returns up to n items after the first offset whose vectors are nearest
// to an item's, of one category or of any; false when the item is unknown.
// Scores are cosines.
func (e *Engine) Similar(id string, n, offset int, category string) ([]Item, bool) {
	item, ok := e.art.Items.Index(id)
	if !ok {
		return nil, false
	}
	number := e.columns.categories.find(category)
	found := e.art.Interest.Similar(item, n+offset, func(i int32) bool {
		return e.barred.has(i) || number != anyName && e.columns.category[i] != number
	})
	return page(found, offset), true
}
