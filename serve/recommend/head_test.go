package recommend

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/serve/servetest"
)

// likely gives the artifact a head of arbitrary weights that reads everything.
func likely(t *testing.T) func(*bundle.Artifact) {
	return func(art *bundle.Artifact) {
		t.Helper()
		r := rand.New(rand.NewPCG(5, 6))
		random := func(n int) []float32 {
			x := make([]float32, n)
			for i := range x {
				x[i] = float32(r.NormFloat64() * 0.3)
			}
			return x
		}
		const hidden = 4
		inputs := art.Interest.HeadInputs(len(art.UserEncoder.BehaviourNames()))
		var err error
		if art.Interest, err = art.Interest.WithHead(interest.Head{W: random(inputs * (hidden + 1)), B: random(hidden + 1), V: random(hidden)}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestScoresSayWhatTheyAre(t *testing.T) {
	plain, e := engine(t, nil), engine(t, likely(t))
	session := []event.Event{{ItemID: "art-01", Type: event.Complete}}
	for name, c := range map[string]struct {
		engine *Engine
		r      Request
		want   string
	}{
		"Known":        {e, Request{User: servetest.UserID(1)}, ScoreProbability},
		"Session":      {e, Request{Events: session}, ScoreProbability},
		"Unknown":      {e, Request{User: "nobody"}, ScoreShare},
		"Plain":        {plain, Request{User: servetest.UserID(1)}, ScoreLogit},
		"PlainSession": {plain, Request{Events: session}, ScoreLogit},
		"PlainUnknown": {plain, Request{User: "nobody"}, ScoreShare},
	} {
		c.r.N = 50
		a := c.engine.Recommend(c.r)
		if a.Scores != c.want {
			t.Errorf("%s: scores are %q, want %q", name, a.Scores, c.want)
		}
		if !slices.IsSortedFunc(a.Items, func(x, y Item) int { return -compare(x.Score, y.Score) }) {
			t.Errorf("%s: not best first", name)
		}
		if last := a.Items[len(a.Items)-1].Score; c.want != ScoreLogit && (a.Items[0].Score > 1 || last < 0) {
			t.Errorf("%s: scores from %v to %v", name, a.Items[0].Score, last)
		}
	}
	if plain.Scores() != ScoreLogit || e.Scores() != ScoreProbability {
		t.Errorf("the engines' scores are %q and %q", plain.Scores(), e.Scores())
	}
}

func compare(a, b float32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestHeadOrdersWhatIsShown(t *testing.T) {
	plain, e := engine(t, nil), engine(t, likely(t))
	r := Request{User: servetest.UserID(2), N: 100}
	before, after := ids(plain, plain.Recommend(r).Items), ids(e, e.Recommend(r).Items)
	if slices.Equal(before, after) {
		t.Error("the head changes nothing")
	}
	if diff := cmp.Diff(sorted(before), sorted(after)); diff != "" {
		t.Errorf("the head lets others in:\n%s", diff)
	}
	var paged []Item
	for offset := 0; offset < 42; offset += 7 {
		paged = append(paged, e.Recommend(Request{User: r.User, N: 7, Offset: offset}).Items...)
	}
	if diff := cmp.Diff(e.Recommend(r).Items, paged); diff != "" {
		t.Errorf("pages are not the whole:\n%s", diff)
	}
	if err := e.Warm(nil); err != nil {
		t.Error(err)
	}
}

// The head reads what the request says, as if it had been in the log.
func TestHeadReadsTheSession(t *testing.T) {
	e := engine(t, likely(t))
	r := Request{User: servetest.UserID(2), N: 1, Filter: Filter{Category: "art"}}
	was := e.Recommend(r).Items[0]
	r.Events = []event.Event{{Type: event.Search, TS: e.AsOf()}, {Type: event.Search, TS: e.AsOf()}} // of no item
	if now := e.Recommend(r).Items[0]; now.Score == was.Score {
		t.Errorf("two searches leave the probability of %s at %v", e.Item(now.Index).ID, now.Score)
	}
}
