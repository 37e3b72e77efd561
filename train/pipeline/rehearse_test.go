package pipeline

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"curio/artifacts/bundle"
	"curio/datasets/event"
)

func rehearsal(t *testing.T, c *Config) (*log, *views) {
	t.Helper()
	l := loaded(t, c)
	v, err := divide(t.Context(), l, *c, true)
	if err != nil {
		t.Fatal(err)
	}
	return l, v
}

// Both sides of a rehearsal are of what the evaluation trains on, and later
// items are predicted from earlier ones.
func TestRehearsalIsOfTrainingAlone(t *testing.T) {
	c := reading(platform(t, tiny()))
	_, v := divided(t, c)
	l, r := rehearsal(t, c)
	held := 0
	for u := range r.train {
		if n := r.train[u].Events + r.held[u].Events; n > v.train[u].Events {
			t.Fatalf("user %d: %d events in the rehearsal, %d to train on", u, n, v.train[u].Events)
		}
		if r.train[u].Last >= r.cuts[u] || r.held[u].Last >= v.cuts[u] || r.cuts[u] > v.cuts[u] {
			t.Fatalf("user %d: trained until %d, held out until %d, cuts %d and %d", u, r.train[u].Last, r.held[u].Last, r.cuts[u], v.cuts[u])
		}
		held += len(r.held[u].Touches)
	}
	if held < l.users.Len() {
		t.Errorf("%d pairs are held out of %d users", held, l.users.Len())
	}
	if _, again := divided(t, c); !slices.Equal(again.cuts, v.cuts) {
		t.Error("the rehearsal moved the cuts of the evaluation")
	}
}

// untimed is a data set with its own split and without times. Every user has
// items 0..19 to train on, one for validation and one to test.
func untimed(validation event.Part) *listed {
	s := &listed{fixed: true}
	add := func(user, item int, part event.Part) {
		s.events = append(s.events, event.Event{UserID: fmt.Sprint("u", user), ItemID: fmt.Sprintf("i%02d", item), Type: event.View})
		s.parts = append(s.parts, part)
	}
	for u := range 30 {
		for i := range 20 {
			add(u, i, event.Train)
		}
		add(u, 20+u%5, validation)
		add(u, 25+u%5, event.Test)
	}
	return s
}

func TestRehearsalOfAFixedSplit(t *testing.T) {
	t.Run("Validation", func(t *testing.T) {
		l, r := rehearsal(t, reading(untimed(event.Validation)))
		for u := range l.users.Len() {
			if n := len(r.train[u].Touches); n != 20 {
				t.Errorf("user %d trains on %d items, want 20", u, n)
			}
			if h := touched(&r.held[u]); len(h) != 1 || l.items.ID(h[0]) < "i20" || l.items.ID(h[0]) > "i24" {
				t.Errorf("user %d has items %v held out, want the validation item", u, h)
			}
		}
	})
	t.Run("Drawn", func(t *testing.T) {
		c := reading(untimed(event.Train))
		l, r := rehearsal(t, c)
		_, again := rehearsal(t, c)
		different := false
		for u := range l.users.Len() {
			h := touched(&r.held[u])
			if len(h) != 2 || len(r.train[u].Touches) != 19 {
				t.Errorf("user %d has %d items held out of 21, want 2, and trains on %d", u, len(h), len(r.train[u].Touches))
			}
			for _, i := range h {
				if l.items.ID(i) >= "i25" || r.train[u].Touch(i) != nil {
					t.Errorf("user %d: item %s is of the test or trained on", u, l.items.ID(i))
				}
			}
			if !slices.Equal(h, touched(&again.held[u])) {
				t.Errorf("user %d: another draw the second time", u)
			}
			different = different || !slices.Equal(h, touched(&r.held[0]))
		}
		if !different {
			t.Error("everybody has the same items held out")
		}
	})
}

// What the run says of the gain is what the model has.
func TestRunSettlesTheGain(t *testing.T) {
	for _, asked := range []float64{-1, 0, 1} {
		c := settings(platform(t, tiny()))
		c.Graph.Gain = asked
		r, err := Run(context.Background(), c, quiet())
		if err != nil {
			t.Fatal(err)
		}
		gain, _ := r.Settings["graph_gain"].(float64)
		if asked >= 0 && gain != asked || asked < 0 && gain != 0 && !slices.Contains(gains[:], gain) {
			t.Errorf("asked for gain %v, the run has %v", asked, r.Settings["graph_gain"])
		}
		_, rehearsed := r.Timings["rehearse"]
		if rehearsed != (asked < 0) {
			t.Errorf("asked for gain %v: rehearsed %v", asked, rehearsed)
		}
		a, err := bundle.Decode(r.Bundle)
		if err != nil {
			t.Fatal(err)
		}
		stored := a.Interest.Tensors()["graph.gain"].Data
		if (len(stored) == 1) != (gain > 0) || gain > 0 && stored[0] != float32(gain) {
			t.Errorf("the run has gain %v, the model %v", gain, stored)
		}
	}
}
