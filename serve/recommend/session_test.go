package recommend

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/features/profile"
	"curio/serve/servetest"
)

func TestRecommendSession(t *testing.T) {
	e := engine(t, nil)
	a := e.Recommend(Request{N: 5, Events: []event.Event{{ItemID: "law-02", Type: event.Like}, {ItemID: "gone", Type: event.View}}})
	if a.Strategy != StrategySession || a.Ignored != 1 {
		t.Errorf("strategy %q, %d ignored", a.Strategy, a.Ignored)
	}
	for _, id := range ids(e, a.Items) {
		if !strings.HasPrefix(id, "law-") {
			t.Errorf("%s for a session about law", id)
		}
	}
	// The session moves a known user, and leaves the artifact alone.
	before := ids(e, e.Recommend(Request{User: servetest.UserID(0), N: 5}).Items)
	var visits []event.Event
	for n := range 10 {
		visits = append(visits, event.Event{ItemID: servetest.ItemID("law", n), Type: event.Purchase, TS: servetest.AsOf})
	}
	moved := e.Recommend(Request{User: servetest.UserID(0), N: 1, Events: visits})
	if got := ids(e, moved.Items); moved.Strategy != StrategySession || got[0] != "law-10" {
		t.Errorf("%s: %v", moved.Strategy, got)
	}
	if diff := cmp.Diff(before, ids(e, e.Recommend(Request{User: servetest.UserID(0), N: 5}).Items)); diff != "" {
		t.Errorf("the artifact changed: %s", diff)
	}
}

func TestSessionEqualsBatch(t *testing.T) {
	batch := engine(t, nil)
	for k := range len(servetest.Categories) {
		user := servetest.UserID(k)
		online := engineWithout(t, user)
		events := servetest.Events(k)
		slices.Reverse(events)
		if a, b := vector(batch, user, nil), vector(online, user, events); !slices.Equal(a, b) {
			t.Fatalf("user %s:\n%v\n%v", user, a, b)
		}
		// Half from the log, half with the request.
		half := engine(t, func(art *bundle.Artifact) {
			u, _ := art.Users.Index(user)
			art.Profiles[u] = profile.User{}
			for _, e := range events[:3] {
				i, _ := art.Items.Index(e.ItemID)
				art.Profiles[u].Fold(i, &e)
			}
		})
		if a, b := vector(batch, user, nil), vector(half, user, events[3:]); !slices.Equal(a, b) {
			t.Fatalf("user %s, half and half:\n%v\n%v", user, a, b)
		}
	}
}

func vector(e *Engine, user string, events []event.Event) []float32 {
	v := e.newVisit()
	e.meet(v, user, events)
	return slices.Concat(v.query.Features, v.vector)
}

func TestFeaturesReachTheVector(t *testing.T) {
	e := engine(t, nil)
	with, without := e.newVisit(), make([]float32, e.Dim())
	e.meet(with, servetest.UserID(0), nil)
	e.art.Interest.User(without, interest.Query{User: with.query.User, History: with.query.History})
	if slices.Equal(with.vector, without) {
		t.Error("features change nothing: the other tests prove nothing about them")
	}
}
