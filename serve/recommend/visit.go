package recommend

import (
	"curio/artifacts/audience"
	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/datasets/event"
	"curio/features/profile"
)

// visit is what is known of the user of one request. Its slices are reused from
// request to request.
type visit struct {
	person  *event.User     // nil when unknown
	profile *profile.User   // never nil; the artifact's own when no events were folded in
	asOf    event.Time      // of the profile
	query   interest.Query  // what the model reads
	vector  []float32       // the user's vector
	shares  []float32       // category shares
	ignored int             // events on items outside the catalogue
	folded  int             // events on items of the catalogue
	rules   rules           // what may not be shown
	best    []kernel.Scored // the order of the model that an answer was made of
}

var nobody profile.User

func (e *Engine) newVisit() *visit {
	return &visit{
		vector: make([]float32, e.art.Interest.Dim()),
		shares: make([]float32, len(e.art.UserEncoder.Categories())),
	}
}

// meet finds out who asks, folds the events in and makes what the model reads.
func (e *Engine) meet(v *visit, user string, events []event.Event) {
	index := e.know(v, user, events)
	e.art.Query(&v.query, index, v.person, v.profile, v.asOf)
	e.art.Interest.User(v.vector, v.query)
}

// know finds out who asks and folds the events in. It returns the index of the
// user, -1 for a stranger.
func (e *Engine) know(v *visit, user string, events []event.Event) int32 {
	index := int32(-1)
	v.person, v.profile, v.asOf = nil, &nobody, e.art.AsOf
	v.ignored, v.folded = 0, 0
	if i, ok := e.art.Users.Index(user); ok {
		index, v.person, v.profile = i, &e.art.People[i], &e.art.Profiles[i]
	}
	if len(events) > 0 {
		e.fold(v, events)
	}
	return index
}

// fold adds events to a copy of the profile, which is then as of the latest of
// them. Order does not matter. An event on an item outside the catalogue counts
// in the totals, as it does in training, and is ignored otherwise.
func (e *Engine) fold(v *visit, events []event.Event) {
	p := new(profile.User)
	p.Merge(v.profile)
	for i := range events {
		item := int32(-1)
		if id := events[i].ItemID; id != "" {
			var ok bool
			if item, ok = e.art.Items.Index(id); !ok {
				v.ignored++
			} else {
				v.folded++
			}
		}
		p.Fold(item, &events[i])
	}
	v.profile = p
	v.asOf = max(v.asOf, p.Last)
}

// strategy says what the model can go by: history, or at least something known
// of the user besides behaviour.
func (v *visit) strategy() string {
	switch {
	case v.folded > 0 && len(v.query.History) > 0:
		return StrategySession
	case audience.Met(&v.query, v.person):
		return StrategyInterest
	}
	return StrategyFallback
}
