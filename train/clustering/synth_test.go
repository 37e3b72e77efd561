package clustering

import (
	"context"
	"testing"
	"time"

	"curio/datasets/event"
	"curio/datasets/synth"
	"curio/features/encode"
	"curio/features/profile"
)

// TestFitRecoversThePlatform plants a small platform and looks for its segments
// with the features that training uses.
func TestFitRecoversThePlatform(t *testing.T) {
	in, truth, planted := platform(t, synth.Options{Users: 1200, Items: 300, Events: 75_000, Segments: 6, Seed: 1, End: synth.End})
	began := time.Now()
	r := mustFit(t, in, Options{Seed: 1, Workers: 2})
	ari := agreement(r.Members, truth)
	t.Logf("%d segments of %d planted, adjusted Rand index %.3f, silhouette %.3f, %s", len(r.Model.Segments()), planted, ari, r.Silhouette, time.Since(began).Round(time.Millisecond))
	if ari < 0.9 {
		t.Errorf("adjusted Rand index %.3f, want at least 0.9", ari)
	}
	if k := len(r.Model.Segments()); k < planted || k > planted+2 {
		t.Errorf("%d segments of %d planted", k, planted)
	}
}

// platform returns the users who did anything, as training sees them, and where
// each was planted.
func platform(t *testing.T, o synth.Options) (Input, []int32, int) {
	t.Helper()
	ctx := context.Background()
	p, err := synth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := p.Catalogue(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	users, items := make(map[string]int), make(map[string]int32)
	for i := range catalogue.Users {
		users[catalogue.Users[i].ID] = i
	}
	for i := range catalogue.Items {
		items[catalogue.Items[i].ID] = int32(i)
	}
	profiles := make([]profile.User, len(users))
	err = event.Each(ctx, p, nil, func(e *event.Event, _ event.Part, _ event.Place) error {
		item, ok := items[e.ItemID]
		if !ok {
			item = -1
		}
		profiles[users[e.UserID]].Fold(item, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	asOf := make([]event.Time, len(profiles))
	for i := range asOf {
		asOf[i] = o.End
	}
	encoder := encode.FitUsers(catalogue.Items, catalogue.Users, profiles, asOf, profile.DefaultStrength())
	known := p.Truth()
	var truth []int32
	var active []int
	for i := range profiles {
		if profiles[i].Events > 0 {
			active = append(active, i)
			segment, _ := known.Segment(catalogue.Users[i].ID)
			truth = append(truth, int32(segment))
		}
	}
	in, err := NewInput(encoder, Features{}, len(active), func(row int) (*event.User, *profile.User, event.Time) {
		i := active[row]
		return &catalogue.Users[i], &profiles[i], asOf[i]
	})
	if err != nil {
		t.Fatal(err)
	}
	return in, truth, len(known.Segments)
}
