package recommend

import (
	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/datasets/event"
)

// Request asks for recommendations.
type Request struct {
	User        string        // id; empty for an anonymous session
	Events      []event.Event // what the user did lately, in any order; UserID is not read
	N, Offset   int           // both >= 0
	Category    string        // empty for any
	IncludeSeen bool          // also items the user touched before
	Explain     bool
}

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
	Ignored  int // events on items outside the catalogue
}

// Item is one recommended item.
type Item struct {
	Index         int32
	Score         float32
	Because       []interest.Reason // with Explain; weights are parts of the logit
	CategoryShare float32           // with Explain: share of the user's interest in the item's category
}

// reasons is how many items of the history an explanation names.
const reasons = 3

// Recommend returns up to N items after the first Offset. Fewer come back only
// when the rules leave fewer.
func (e *Engine) Recommend(r Request) Answer {
	v := e.visits.Get().(*visit)
	defer e.visits.Put(v)
	e.meet(v, r.User, r.Events)
	a := Answer{Strategy: v.strategy(), Ignored: v.ignored}
	rules := &rules{engine: e, profile: v.profile, includeSeen: r.IncludeSeen, category: r.Category}
	if a.Strategy == StrategyFallback {
		a.Items, a.Scores = e.fallback(rules, r.N, r.Offset), ScoreShare
	} else {
		a.Items, a.Scores = page(e.art.Interest.Rank(v.vector, v.query, r.N+r.Offset, rules.skip), r.Offset), e.Scores()
	}
	if r.Explain {
		e.explain(v, &a)
	}
	return a
}

// fallback walks the popular items; the score is the share of the users
// who touched an item.
func (e *Engine) fallback(r *rules, n, offset int) []Item {
	items := make([]Item, 0, n)
	for _, i := range e.popular {
		if len(items) == n {
			break
		}
		if r.skip(i) {
			continue
		}
		if offset > 0 {
			offset--
			continue
		}
		items = append(items, Item{Index: i, Score: e.popularity[i]})
	}
	return items
}

func page(found []kernel.Scored, offset int) []Item {
	found = found[min(offset, len(found)):]
	items := make([]Item, len(found))
	for i, s := range found {
		items[i] = Item{Index: s.Index, Score: s.Score}
	}
	return items
}

// explain adds reasons. Popular items have none: no item of the history led to
// them.
func (e *Engine) explain(v *visit, a *Answer) {
	e.art.UserEncoder.Affinity(v.shares, v.profile, v.asOf)
	for i := range a.Items {
		item := &a.Items[i]
		if c := e.category[item.Index]; c >= 0 {
			item.CategoryShare = v.shares[c]
		}
		if a.Strategy != StrategyFallback {
			item.Because = e.art.Interest.Explain(v.query, item.Index, reasons)
		}
	}
}

// Similar returns up to n items after the first offset whose vectors are nearest
// to an item's, of one category or of any; false when the item is unknown.
// Scores are cosines.
func (e *Engine) Similar(id string, n, offset int, category string) ([]Item, bool) {
	item, ok := e.art.Items.Index(id)
	if !ok {
		return nil, false
	}
	found := e.art.Interest.Similar(item, n+offset, func(i int32) bool {
		return e.rules.Barred[i] || category != "" && e.art.Catalogue[i].Category != category
	})
	return page(found, offset), true
}
