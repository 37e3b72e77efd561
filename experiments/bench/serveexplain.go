package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"curio/artifacts/bundle"
	"curio/serve/recommend"
)

// ServeExplain puts the reasons of recommendations to the test: without the items of the
// history that are named, an item is to lose its place; without as many others, it is not.
type ServeExplain struct {
	Users int    `json:"users"`
	Seed  uint64 `json:"seed"`
}

// The bars of ServeExplain.
const (
	ExplainCited  = 0.9 // of the items lose their place without what is named, at least
	ExplainRandom = 0.2 // and without as many others, at most
)

// explainLength is how many items are explained to a user, and explainDepth the places that
// are looked at: those of the candidates that are put in order.
const explainLength, explainDepth = 10, 100

// ServeExplainResult says how often an item came to a lower place.
type ServeExplainResult struct {
	ServeExplain
	Version string `json:"version"`
	Asked   int    `json:"users_asked"`
	Items   int    `json:"items"`     // that were recommended
	Bare    int    `json:"no_reason"` // of which nothing of the history speaks for
	Cited   struct {
		Items   int     `json:"items"`
		Demoted int     `json:"demoted"`
		Share   float64 `json:"share"`
		Named   float64 `json:"named"` // items a reason names, on average
	} `json:"cited"`
	// Random are items of users whose history has as many others as are named.
	Random struct {
		Items   int     `json:"items"`
		Demoted int     `json:"demoted"`
		Share   float64 `json:"share"`
	} `json:"random"`
}

// Run asks about users who are drawn from those the model finds items for by their history.
func (s ServeExplain) Run(ctx context.Context, art *bundle.Artifact) (*ServeExplainResult, error) {
	engine := recommend.New(art)
	random := rand.New(rand.NewPCG(s.Seed, 9))
	r := &ServeExplainResult{ServeExplain: s, Version: art.Version}
	named := 0
	for _, u := range random.Perm(art.Users.Len()) {
		if r.Asked == s.Users {
			break
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t := counterfactual{engine: engine, user: art.Users.ID(int32(u))}
		answer := engine.Recommend(recommend.Request{User: t.user, N: explainLength, Explain: true})
		if answer.Strategy != recommend.StrategyInterest || len(art.Profiles[u].Touches) == 0 {
			continue
		}
		r.Asked++
		for _, item := range engine.Recommend(recommend.Request{User: t.user, N: explainDepth}).Items {
			t.order = append(t.order, item.Index)
		}
		var history []int32
		for i := range art.Profiles[u].Touches {
			if item := art.Profiles[u].Touches[i].Item; item >= 0 && int(item) < len(art.Catalogue) {
				history = append(history, item)
			}
		}
		for _, item := range answer.Items {
			r.Items++
			cited := make([]int32, len(item.Because))
			for i, reason := range item.Because {
				cited[i] = reason.Item
			}
			if len(cited) == 0 {
				r.Bare++
				continue
			}
			named += len(cited)
			r.Cited.Items++
			r.Cited.Demoted += one(t.demoted(item.Index, cited))
			others := slices.DeleteFunc(slices.Clone(history), func(h int32) bool { return slices.Contains(cited, h) })
			if len(others) < len(cited) {
				continue
			}
			random.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
			r.Random.Items++
			r.Random.Demoted += one(t.demoted(item.Index, others[:len(cited)]))
		}
	}
	if r.Cited.Items == 0 {
		return nil, fmt.Errorf("bench serve: explain: no user of %s has a recommendation with a reason: %w", art.Version, ErrData)
	}
	r.Cited.Share, r.Cited.Named = share(r.Cited.Demoted, r.Cited.Items), roundTo(float64(named)/float64(r.Cited.Items), 2)
	r.Random.Share = share(r.Random.Demoted, r.Random.Items)
	return r, nil
}

func share(part, whole int) float64 { return roundTo(float64(part)/float64(max(whole, 1)), 4) }

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// counterfactual is a user and the order of items for them.
type counterfactual struct {
	engine *recommend.Engine
	user   string
	order  []int32
}

// demoted reports whether an item comes to a lower place when the model knows nothing of
// some items of the history. What is not among the first explainDepth any more does.
func (t *counterfactual) demoted(item int32, without []int32) bool {
	before := slices.Index(t.order, item)
	answer := t.engine.RecommendWithout(recommend.Request{User: t.user, N: explainDepth}, without)
	after := slices.IndexFunc(answer.Items, func(i recommend.Item) bool { return i.Index == item })
	return after < 0 || after > before
}

// Write prints the result for reading.
func (r *ServeExplainResult) Write(w io.Writer) error {
	_, err := fmt.Fprintf(w, `version %s: %d items recommended to %d users, drawn with seed %d; nothing of the history speaks for %d of them
without the %.1f items that a reason names on average: %d of %d come to a lower place, %.1f %%; the bar is at least %.0f %%
without as many others of the history, drawn:           %d of %d come to a lower place, %.1f %%; the bar is at most %.0f %%
`, r.Version, r.Items, r.Asked, r.Seed, r.Bare, r.Cited.Named, r.Cited.Demoted, r.Cited.Items, 100*r.Cited.Share, 100*ExplainCited,
		r.Random.Demoted, r.Random.Items, 100*r.Random.Share, 100*ExplainRandom)
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
