package recommend

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/datasets/event"
	"curio/features/profile"
	"curio/serve/servetest"
)

func TestSegmentShares(t *testing.T) {
	e := engine(t, nil)
	m, ok := e.SegmentOf(servetest.UserID(2))
	sum, best := 0.0, 0
	for i, p := range m.Shares {
		sum += p
		if p > m.Shares[best] {
			best = i
		}
	}
	if !ok || len(m.Shares) != 4 || math.Abs(sum-1) > 1e-12 || best != 2 || math.Abs(m.Shares[2]-m.Probability) > 1e-12 {
		t.Errorf("%+v", m)
	}
}

// The same events give the same segment, whether they were in the log or come with
// the request.
func TestSegmentOfSession(t *testing.T) {
	batch := engine(t, nil)
	for k := range len(servetest.Categories) {
		user := servetest.UserID(k)
		want, _ := batch.SegmentOf(user)
		events := servetest.Events(k)
		slices.Reverse(events)
		got, ok := engineWithout(t, user).SegmentOfSession(user, events)
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%s: %v %s", user, ok, diff)
		}
	}
	// What was long ago when the events came is so for the segment too.
	late := event.Event{ItemID: "law-02", Type: event.Like, TS: servetest.AsOf + 400*event.Day}
	u, _ := batch.art.Users.Index(servetest.UserID(0))
	var p profile.User
	p.Merge(&batch.art.Profiles[u])
	law02, _ := batch.art.Items.Index("law-02")
	p.Fold(law02, &late)
	features := make([]float32, batch.art.SegmentSize())
	batch.art.SegmentFeatures(features, &batch.art.People[u], &p, late.TS)
	want, _ := batch.SegmentOfFeatures(features)
	got, _ := batch.SegmentOfSession(servetest.UserID(0), []event.Event{late})
	if diff := cmp.Diff(want, got); diff != "" || got.Segment.ID != "s3" {
		t.Errorf("%s %s", got.Segment.ID, diff)
	}
	// Events move a user, and leave the artifact alone.
	var law []event.Event
	for n := range 10 {
		law = append(law, event.Event{ItemID: servetest.ItemID("law", n), Type: event.Purchase, TS: servetest.AsOf})
	}
	law = append(law, event.Event{ItemID: "gone", Type: event.View})
	if m, ok := batch.SegmentOfSession(servetest.UserID(0), law); !ok || m.Segment.ID != "s3" || m.Ignored != 1 {
		t.Errorf("%+v, %v", m, ok)
	}
	if m, _ := batch.SegmentOf(servetest.UserID(0)); m.Segment.ID != "s1" {
		t.Errorf("%+v", m)
	}
	if m, ok := batch.SegmentOfSession("", law); !ok || m.Segment.ID != "s3" {
		t.Errorf("a stranger: %+v, %v", m, ok)
	}
	for _, user := range []string{"", "nobody", servetest.Idle} {
		if m, ok := batch.SegmentOfSession(user, nil); ok {
			t.Errorf("%q: %+v", user, m)
		}
	}
}

func TestSegmentOfFeatures(t *testing.T) {
	e := engine(t, nil)
	u, _ := e.art.Users.Index(servetest.UserID(3))
	features := make([]float32, len(e.SegmentFeatures()))
	e.art.SegmentFeatures(features, &e.art.People[u], &e.art.Profiles[u], e.art.AsOf)
	want, _ := e.SegmentOf(servetest.UserID(3))
	got, ok := e.SegmentOfFeatures(features)
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%v %s", ok, diff)
	}
	if m, ok := e.SegmentOfFeatures(features[1:]); ok {
		t.Errorf("one feature less: %+v", m)
	}
	for i := range features {
		features[i] = float32(math.NaN())
	}
	if m, ok := e.SegmentOfFeatures(features); !ok || math.IsNaN(m.Probability) || math.IsNaN(m.Distance) {
		t.Errorf("nothing known: %+v, %v", m, ok)
	}
}

// Somebody who is known and did nothing is in no segment until they do.
func TestSegmentOfTheIdle(t *testing.T) {
	e := engine(t, func(art *bundle.Artifact) {
		u, _ := art.Users.Index(servetest.Idle)
		art.Profiles[u] = profile.User{}
	})
	m, ok := e.SegmentOfSession(servetest.Idle, []event.Event{{ItemID: "math-01", Type: event.View}})
	if !ok || m.Segment.ID != "s4" {
		t.Errorf("%+v, %v", m, ok)
	}
}
