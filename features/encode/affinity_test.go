package encode

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/features/profile"
)

func TestAffinityIsStrengthTimesRecency(t *testing.T) {
	cat := []event.Item{{Category: "a"}, {Category: "a"}, {Category: "b"}, {}}
	profiles := make([]profile.User, 3)
	for item := range int32(4) {
		profiles[0].Fold(item, &event.Event{TS: now - 90*event.Day, Type: event.View})
	}
	profiles[0].Fold(2, &event.Event{TS: now, Type: event.Purchase})
	profiles[1].Fold(0, &event.Event{TS: now, Type: event.Dismiss})
	e := FitUsers(cat, nil, profiles, nil, profile.DefaultStrength())
	if want := []string{"a", "b"}; !slices.Equal(e.Categories(), want) {
		t.Fatalf("categories %q, want %q", e.Categories(), want)
	}
	// Two views one half-life old, against a view and a purchase that are new.
	tests := []struct {
		name string
		p    *profile.User
		want []float32
	}{
		{"Weighted", &profiles[0], []float32{1. / 6, 5. / 6}},
		{"DismissedOnly", &profiles[1], []float32{0, 0}},
		{"NoTouches", &profiles[2], []float32{0, 0}},
		{"Nil", nil, []float32{0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := []float32{9, 9}
			e.Affinity(got, tt.p, now)
			if !slices.Equal(got, tt.want) {
				t.Errorf("affinity %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAffinitySumsToOne(t *testing.T) {
	w := newWorld(7, 200, 60, 40)
	e := w.fitUsers()
	dst := make([]float32, len(e.Categories()))
	some := 0
	for i := range w.profiles {
		e.Affinity(dst, &w.profiles[i], now)
		sum := 0.0
		for _, x := range dst {
			sum += float64(x)
		}
		if sum == 0 {
			continue
		}
		some++
		if math.Abs(sum-1) > 1e-6 {
			t.Fatalf("user %d: shares sum to %v", i, sum)
		}
	}
	if some < 100 {
		t.Errorf("only %d users have an affinity", some)
	}
}

func TestMostTouchedCategoriesAreTaken(t *testing.T) {
	for _, n := range []int{MaxCategories - 1, MaxCategories, MaxCategories + 1} {
		cat := make([]event.Item, n+1)
		profiles := make([]profile.User, 2)
		for i := range n {
			cat[i].Category, cat[i].Domain = fmt.Sprintf("c%02d", i), fmt.Sprintf("d%02d", i)
			profiles[0].Fold(int32(i), &event.Event{Type: event.View})
		}
		cat[n].Category = "untouched"
		profiles[1].Fold(5, &event.Event{Type: event.View})
		e := FitUsers(cat, nil, profiles, nil, profile.DefaultStrength())
		if got := len(e.Categories()); got != min(n, MaxCategories) {
			t.Errorf("%d touched categories: %d kept", n, got)
		}
		if got := len(e.schema.Domains); got != MaxDomains {
			t.Errorf("%d domains kept, want %d", got, MaxDomains)
		}
		if e.Categories()[0] != "c05" || e.Categories()[1] != "c00" || slices.Contains(e.Categories(), "untouched") {
			t.Errorf("categories %q", e.Categories())
		}
		e.Encode(make([]float32, e.Dim()), nil, &profiles[0], now)
	}
}

func TestBehaviourIsRaw(t *testing.T) {
	w := newWorld(8, 200, 60, 40)
	e := w.fitUsers()
	names := e.BehaviourNames()
	for _, name := range names {
		for _, field := range []string{"affinity.category", "age", "gender", "occupation", "region", "known"} {
			if strings.HasPrefix(name, field) {
				t.Errorf("%s is not behaviour", name)
			}
		}
	}
	var p profile.User
	for range 3 {
		p.Fold(0, &event.Event{TS: now - 7*event.Day, Type: event.Like})
	}
	p.Fold(0, &event.Event{TS: now - 7*event.Day, Type: event.Watch, Has: event.HasWatched, Watched: 3_600_000})
	got := make([]float32, len(names))
	e.Behaviour(got, nil, &p, now)
	mean := func(name string) float64 { return e.schema.Columns[slices.Index(e.Names(), name)].Mean }
	for name, want := range map[string]float64{
		"interaction.log_likes":      math.Log(4),
		"learning.log_watched_hours": math.Log(2),
		"learning.completion_rate":   0,
		"recency.log_days":           math.Log(8),
		"activity.log_events":        math.Log(5),
		"learning.mean_rating":       mean("learning.mean_rating"),
		"purchase.refund_share":      mean("purchase.refund_share"),
	} {
		if i := slices.Index(names, name); i < 0 || math.Abs(float64(got[i])-want) > 1e-6 {
			t.Errorf("%s (value %d) of %v, want %v", name, i, got, want)
		}
	}
	i := slices.Index(names, "affinity.domain="+w.cat[0].Domain)
	if i < 0 || got[i] != 1 {
		t.Errorf("share of the only domain touched: value %d of %v, want 1", i, got)
	}
}
