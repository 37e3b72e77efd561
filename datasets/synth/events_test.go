package synth

import (
	"runtime"
	"slices"
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

func TestEventsAreAsManyAsAsked(t *testing.T) {
	for _, o := range []Options{
		small(),
		{Users: 1, Items: 1, Events: 1, Segments: 1, End: End},
		{Users: 1, Items: 1, Events: 3_000, Segments: 1, End: End},
		{Users: 1, Items: 5, Events: MaxEventsPerUser, Segments: 12, End: minEnd},
		{Users: 50, Items: 3, Events: 7, Segments: 3, End: End},
		{Users: 300, Items: 2_000, Events: 9_999, Segments: 12, Seed: 1 << 63, End: maxEnd},
	} {
		p := mustNew(t, o)
		var n int
		last := map[string]event.Time{}
		ids := map[string]bool{}
		each(t, p, func(e *event.Event) {
			n++
			if e.TS <= last[e.UserID] || e.TS < o.End-Window || e.TS >= o.End {
				t.Fatalf("%+v: user %s at %d after %d", o, e.UserID, e.TS, last[e.UserID])
			}
			last[e.UserID] = e.TS
			ids[e.ID] = true
		})
		if n != o.Events || len(ids) != n {
			t.Errorf("%+v: %d events with %d ids", o, n, len(ids))
		}
	}
}

func TestSameOptionsSameData(t *testing.T) {
	a, b := mustNew(t, small()), mustNew(t, small())
	events := collect(t, a)
	if !slices.Equal(events, collect(t, b)) || !slices.Equal(events, collect(t, a)) {
		t.Error("the events differ")
	}
	if d := cmp.Diff(catalogueOf(t, a), catalogueOf(t, b)); d != "" {
		t.Error(d)
	}
	o := small()
	o.Seed++
	other := mustNew(t, o)
	if slices.Equal(events, collect(t, other)) || cmp.Equal(catalogueOf(t, a), catalogueOf(t, other)) {
		t.Error("another seed gives the same data")
	}
}

// TestALoneUserIsNotSilent tries enough seeds to meet users who would do nothing
// on a larger platform.
func TestALoneUserIsNotSilent(t *testing.T) {
	for seed := range uint64(300) {
		o := Options{Users: 1, Items: 1, Events: 3, Segments: 1, Seed: seed, End: End}
		if n := len(collect(t, mustNew(t, o))); n != 3 {
			t.Fatalf("seed %d: %d events", seed, n)
		}
	}
}

// TestUsersAreIndependent reads a platform in which most users do something
// else: the others' events must not move.
func TestUsersAreIndependent(t *testing.T) {
	a, b := mustNew(t, small()), mustNew(t, small())
	same := map[string]bool{}
	for u := range b.quotas {
		if u%7 == 3 {
			same[b.userID(u)] = true
		} else {
			b.quotas[u] /= 2
		}
	}
	of := func(p *Platform) []event.Event {
		return slices.DeleteFunc(collect(t, p), func(e event.Event) bool { return !same[e.UserID] })
	}
	if x := of(a); len(x) < 1_000 || !slices.Equal(x, of(b)) {
		t.Errorf("%d events of the users left alone, and they differ", len(x))
	}
}

func TestMemoryDoesNotGrowWithEvents(t *testing.T) {
	held := func(events int) int64 {
		o := small()
		o.Events = events
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		p := mustNew(t, o)
		var n int
		each(t, p, func(*event.Event) {
			if n++; n == events-1 {
				runtime.GC()
				runtime.ReadMemStats(&after)
			}
		})
		runtime.KeepAlive(p)
		return int64(after.HeapAlloc) - int64(before.HeapAlloc)
	}
	few, many := held(10_000), held(500_000)
	if many-few > 256<<10 {
		t.Errorf("%d bytes for 10,000 events, %d for 500,000", few, many)
	}
}
