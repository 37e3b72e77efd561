package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/datasets/event"
	"curio/train/twotower"
)

func rehearsalViews(t *testing.T, c *Config) (*log, *views) {
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
	l, r := rehearsalViews(t, c)
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

// Data that are divided by one instant are rehearsed by one, too.
func TestRehearsalByTime(t *testing.T) {
	c := reading(platform(t, tiny()))
	c.Split = Global
	_, v := divided(t, c)
	_, r := rehearsalViews(t, c)
	var held, trained, tested int
	for u := range r.train {
		if r.train[u].Events+r.held[u].Events == 0 {
			continue
		}
		if r.cuts[u] != r.cuts[0] || r.cuts[u] >= v.cuts[u] {
			t.Fatalf("user %d is cut at %d, the first at %d, and for the evaluation at %d", u, r.cuts[u], r.cuts[0], v.cuts[u])
		}
		held, trained, tested = held+len(r.held[u].Touches), trained+len(r.train[u].Touches), tested+len(v.held[u].Touches)
	}
	if held < tested*2/3 || held > tested*3/2 || trained < 2*held {
		t.Errorf("the rehearsal trains on %d pairs and holds out %d, the evaluation holds out %d", trained, held, tested)
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
		l, r := rehearsalViews(t, reading(untimed(event.Validation)))
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
		l, r := rehearsalViews(t, c)
		_, again := rehearsalViews(t, c)
		different := false
		for u := range l.users.Len() {
			h := touched(&r.held[u])
			if len(h) != 5 || len(r.train[u].Touches) != 16 {
				t.Errorf("user %d has %d items held out of 21, want 5, and trains on %d", u, len(h), len(r.train[u].Touches))
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
	for _, c := range []struct {
		asked      float64
		unprepared bool // no rehearsal
		want       []float64
	}{
		{-1, false, []float64{0, 0.25, 0.5, 1}},
		{0, false, []float64{0}},
		{0.7, false, []float64{0.7}},
		{-1, true, []float64{unrehearsed}},
		{0, true, []float64{0}},
	} {
		config := settings(platform(t, tiny()))
		config.Graph.Gain, config.NoRehearsal = c.asked, c.unprepared
		r, err := Run(context.Background(), config, quiet())
		if err != nil {
			t.Fatal(err)
		}
		gain, _ := r.Settings["graph_gain"].(float64)
		if !slices.Contains(c.want, gain) {
			t.Errorf("asked for gain %v, the run has %v", c.asked, r.Settings["graph_gain"])
		}
		if (r.Rehearsal == nil) != c.unprepared {
			t.Errorf("asked for gain %v: rehearsal %v", c.asked, r.Rehearsal)
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

// The fit to all of the data ends where the rehearsal was best.
func TestRunStopsAtTheBestEpoch(t *testing.T) {
	config := settings(platform(t, tiny()))
	config.Interest.Epochs, config.Interest.LearningRate, config.Interest.Patience = 12, 0.5, 2
	r, err := Run(context.Background(), config, quiet())
	if err != nil {
		t.Fatal(err)
	}
	best := 0
	for i, e := range r.Rehearsal.Curve {
		if e.NDCG > r.Rehearsal.Curve[best].NDCG {
			best = i
		}
	}
	if len(r.Rehearsal.Curve) == 12 || len(r.Curve) != best+1 || r.Settings["stop"] != best+1 || r.Rehearsal.Epochs != best+1 {
		t.Errorf("rehearsed %+v, best %d; fitted %d epochs, settings say %v", r.Rehearsal.Curve, best+1, len(r.Curve), r.Settings["stop"])
	}
}

// A search keeps what ranks best, says what it tried, and ends in time.
func TestRunSearches(t *testing.T) {
	config := settings(platform(t, tiny()))
	now := time.Unix(0, 0)
	o := quiet()
	o.Clock = func() time.Time { now = now.Add(time.Second); return now }
	config.Auto = 40 * time.Second
	r, err := Run(context.Background(), config, o)
	if err != nil {
		t.Fatal(err)
	}
	most, settings := 0.0, map[string]any{}
	for _, trial := range r.Rehearsal.Tried {
		if trial.NDCG > most {
			most, settings = trial.NDCG, trial.Settings
		}
	}
	if len(r.Rehearsal.Tried) <= len(ridges)*len(gains) {
		t.Errorf("tried %d combinations only", len(r.Rehearsal.Tried))
	}
	for name, value := range settings {
		if r.Settings[name] != value {
			t.Errorf("%s is %v, and the best trial has %v", name, r.Settings[name], value)
		}
	}
	if r.Rehearsal.NDCG < most {
		t.Errorf("chose %v, and a trial had %v", r.Rehearsal.NDCG, most)
	}
}

// There is nothing to spare where there is no validation side, and nothing changes.
func TestRunSparesNothingWithoutValidation(t *testing.T) {
	var versions []string
	for _, spare := range []bool{false, true} {
		config := settings(platform(t, tiny()))
		config.SpareValidation, config.NoRehearsal = spare, true
		r, err := Run(context.Background(), config, quiet())
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Notes["no_validation_to_spare"]; (got == 1) != spare {
			t.Errorf("spare %v: notes %v", spare, r.Notes)
		}
		versions = append(versions, r.Version)
	}
	if versions[0] != versions[1] {
		t.Errorf("versions %v differ", versions)
	}
}

// Where nobody has anything held out a run ends before it fits.
func TestRunWithNothingHeldOut(t *testing.T) {
	s := &listed{}
	for _, u := range []string{"a", "b", "c"} {
		s.events = append(s.events, view(u, "i", 1), view(u, "j", 1))
	}
	config := settings(s)
	o := quiet()
	o.Epoch = func(string, twotower.Epoch) { t.Error("an epoch was fitted") }
	if _, err := Run(context.Background(), config, o); !errors.Is(err, ErrData) || !strings.Contains(err.Error(), "held out") {
		t.Errorf("error %v, want ErrData", err)
	}
}
