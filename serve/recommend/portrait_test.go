package recommend

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/audience"
	"curio/artifacts/bundle"
	"curio/artifacts/kernel"
	"curio/datasets/event"
	"curio/serve/servetest"
)

func TestPortrait(t *testing.T) {
	e := engine(t, varied)
	p, ok := e.Portrait(servetest.UserID(1), nil, 2)
	if !ok || p.Events != 6 || p.Touched != 4 || p.Finished != 1 || p.Learning.Completes != 1 || p.Purchase.Count != 1 || p.Interaction.Views != 1 || p.AsOf != servetest.AsOf || p.Sessions != 6 {
		t.Errorf("%v %+v", ok, p)
	}
	if len(p.Categories) != 1 || p.Categories[0].Topic != "code" || p.Categories[0].Share != 1 || p.Segment == nil || p.Segment.Segment.ID != "s2" {
		t.Errorf("%+v %+v", p.Categories, p.Segment)
	}
	if len(p.Tags) != 2 || p.Tags[0].Weight < p.Tags[1].Weight || p.Tags[0].Share+p.Tags[1].Share > 1 {
		t.Errorf("%+v", p.Tags)
	}
	// Watched and half-way are begun and not finished; the first is later.
	needs := p.Needs.Unfinished
	if len(needs) != 2 || e.Item(needs[0].Item).ID != "code-04" || needs[0].Progress != 5000 || e.Item(needs[1].Item).ID != "code-03" {
		t.Errorf("%+v", needs)
	}
	// A session moves it, and who is new has one as well.
	session := []event.Event{{ItemID: "law-01", Type: event.Search, TS: servetest.AsOf + 5}, {ItemID: "gone", Type: event.View}}
	p, ok = e.Portrait(servetest.UserID(1), session, 9)
	if !ok || p.Events != 8 || p.Ignored != 1 || p.AsOf != servetest.AsOf+5 || len(p.Needs.Sought) != 1 || len(p.Categories) != 2 {
		t.Errorf("%+v", p)
	}
	if p, ok := e.Portrait("", session, 9); !ok || p.Events != 2 || p.Touched != 1 {
		t.Errorf("%+v", p)
	}
	for _, user := range []string{"nobody", ""} {
		if _, ok := e.Portrait(user, nil, 9); ok {
			t.Errorf("%q has a portrait", user)
		}
	}
	if p, ok := e.Portrait(servetest.Idle, nil, -1); !ok || p.Events != 0 || p.Segment != nil || len(p.Categories) != 0 {
		t.Errorf("%+v", p)
	}
}

func TestProfileOptions(t *testing.T) {
	for config, want := range map[string]int{`{"need_days":7}`: 7, `{}`: 180, `{"need_days":-1}`: 180, `nonsense`: 180, `{"need_days":"x"}`: 180, ``: 180} {
		e := engine(t, func(art *bundle.Artifact) { art.Manifest.Config = []byte(config) })
		if o := e.profileOptions(); o.NeedDays != want {
			t.Errorf("%s: %d days", config, o.NeedDays)
		}
	}
}

func TestSimilarUsers(t *testing.T) {
	e := engine(t, nil)
	user := servetest.UserID(2)
	got, err := e.SimilarUsers(t.Context(), user, 1000)
	if err != nil || len(got) != servetest.Users-2 { // without the user and the one of whom nothing is known
		t.Fatalf("%d users, %v", len(got), err)
	}
	own := vectorOf(e, user)
	for i, n := range got {
		v := vectorOf(e, e.UserID(n.User))
		want := float64(kernel.Dot(own, v)) / math.Sqrt(float64(kernel.Dot(own, own))*float64(kernel.Dot(v, v)))
		if math.Abs(want-float64(n.Cosine)) > 1e-5 || i > 0 && n.Cosine > got[i-1].Cosine || e.UserID(n.User) == user {
			t.Errorf("%s: %v, want %v", e.UserID(n.User), n.Cosine, want)
		}
		if i < 9 && e.UserSegment(n.User) != "s3" {
			t.Errorf("%s is near", e.UserID(n.User))
		}
	}
	if few, err := e.SimilarUsers(t.Context(), user, 3); err != nil || !cmp.Equal(few, got[:3]) {
		t.Errorf("%v %v", few, err)
	}
	for _, user := range []string{"nobody", "", servetest.Idle} {
		if _, err := e.SimilarUsers(t.Context(), user, 3); !errors.Is(err, audience.ErrUnknown) {
			t.Errorf("%q: %v", user, err)
		}
	}
	for _, n := range []int{0, -1} {
		if got, err := e.SimilarUsers(t.Context(), user, n); err != nil || got != nil {
			t.Errorf("%v %v", got, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.SimilarUsers(ctx, user, 3); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func vectorOf(e *Engine, user string) []float32 {
	v := e.newVisit()
	e.meet(v, user, nil)
	return v.vector
}

func TestRecommendBatch(t *testing.T) {
	e := engine(t, varied)
	g := newGenerator(t, e, 4)
	requests := make([]Request, 1000)
	for i := range requests {
		requests[i] = g.request().Request
	}
	answers, err := e.RecommendBatch(t.Context(), requests)
	if err != nil || len(answers) != len(requests) {
		t.Fatalf("%d answers, %v", len(answers), err)
	}
	for i, r := range requests {
		if diff := cmp.Diff(e.Recommend(r).Items, answers[i].Items); diff != "" {
			t.Fatalf("%d: %s", i, diff)
		}
	}
	if answers, err := e.RecommendBatch(t.Context(), nil); err != nil || len(answers) != 0 {
		t.Errorf("%v %v", answers, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if answers, err := e.RecommendBatch(ctx, requests); !errors.Is(err, context.Canceled) || answers != nil {
		t.Errorf("%d answers, %v", len(answers), err)
	}
}
