package recommend

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/serve/servetest"
)

func TestSimilar(t *testing.T) {
	e := engine(t, nil)
	items, ok := e.Similar("code-01", 10, 0, "")
	if !ok {
		t.Fatal("unknown")
	}
	if diff := cmp.Diff(all("code", 1, 11), sorted(ids(e, items))); diff != "" {
		t.Error(diff)
	}
	if items[0].Score > 1.0001 || items[0].Score < items[9].Score {
		t.Errorf("scores %v .. %v are not cosines, best first", items[0].Score, items[9].Score)
	}
	next, _ := e.Similar("code-01", 4, 3, "")
	if diff := cmp.Diff(items[3:7], next); diff != "" {
		t.Error(diff)
	}
	law, _ := e.Similar("code-01", 100, 0, "law")
	if diff := cmp.Diff(all("law", 11), sorted(ids(e, law))); diff != "" {
		t.Error(diff)
	}
	if _, ok := e.Similar("no-such-item", 10, 0, ""); ok {
		t.Error("an unknown item has similar ones")
	}
	// An item that may not be shown still tells what is like it.
	if items, ok := e.Similar(servetest.Unavailable, 3, 0, ""); !ok || len(items) != 3 {
		t.Errorf("%v, %v", items, ok)
	}
}

func TestSegmentOf(t *testing.T) {
	e := engine(t, nil)
	m, ok := e.SegmentOf(servetest.UserID(2))
	if !ok || m.Segment.Name != "likes law" || m.Probability < 0.9 || m.RunnerUp == nil || m.RunnerUp.ID == m.Segment.ID {
		t.Errorf("%+v, %v", m, ok)
	}
	for _, user := range []string{"nobody", servetest.Idle} {
		if m, ok := e.SegmentOf(user); ok {
			t.Errorf("%s: %+v", user, m)
		}
	}
	if n := len(e.Segments()); n != 4 {
		t.Errorf("%d segments", n)
	}
}

func TestWarm(t *testing.T) {
	if err := engine(t, nil).Warm(nil); err != nil {
		t.Error(err)
	}
	nothing := engine(t, func(art *bundle.Artifact) {
		for i := range art.Catalogue {
			art.Catalogue[i].Unavailable = true
		}
	})
	if nothing.Warm(nil) == nil {
		t.Error("a catalogue without anything to show is fine")
	}
}

func TestConcurrentRequests(t *testing.T) {
	e := engine(t, nil)
	want := make([]Answer, servetest.Users-1)
	for k := range want {
		want[k] = e.Recommend(Request{User: servetest.UserID(k), N: 10, Explain: true})
	}
	done := make(chan string)
	for w := range 8 {
		go func() {
			for i := range 40 {
				k := (i + 7*w) % len(want)
				if got := e.Recommend(Request{User: servetest.UserID(k), N: 10, Explain: true}); !reflect.DeepEqual(got, want[k]) {
					done <- cmp.Diff(want[k], got)
					return
				}
			}
			done <- ""
		}()
	}
	for range 8 {
		if diff := <-done; diff != "" {
			t.Error(diff)
		}
	}
}
