package encode

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
)

// TestFeaturesAreTheOthers compares features by name with what the other methods
// write.
func TestFeaturesAreTheOthers(t *testing.T) {
	w := newWorld(1, 120, 40, 60)
	e := w.fitUsers()
	names := slices.Clone(e.BehaviourNames())
	for _, c := range e.Categories() {
		names = append(names, CategoryField+"="+c)
	}
	f, err := e.Features(names)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(names)
	backwards, err := e.Features(names)
	if err != nil {
		t.Fatal(err)
	}
	got, reversed, want := make([]float32, f.Len()), make([]float32, f.Len()), make([]float32, f.Len())
	n := len(e.BehaviourNames())
	compare := func(u int, asOf event.Time) {
		f.Write(got, &w.users[u], &w.profiles[u], asOf)
		backwards.Write(reversed, &w.users[u], &w.profiles[u], asOf)
		slices.Reverse(reversed)
		e.Behaviour(want[:n], &w.users[u], &w.profiles[u], asOf)
		e.Affinity(want[n:], &w.profiles[u], asOf)
		if diff := cmp.Diff(bits(want), bits(got)); diff != "" || !slices.Equal(got, reversed) {
			t.Fatalf("user %d: %s", u, diff)
		}
	}
	for u := range w.users {
		compare(u, now)
		compare(u, now+30*event.Day)
	}
	f.Write(got, nil, nil, now)
	e.Behaviour(want[:n], nil, nil, now)
	clear(want[n:])
	if diff := cmp.Diff(bits(want), bits(got)); diff != "" {
		t.Errorf("nobody: %s", diff)
	}
	if n := testing.AllocsPerRun(100, func() { f.Write(got, &w.users[1], &w.profiles[1], now) }); n != 0 {
		t.Errorf("Write allocates %v times", n)
	}
}

func TestStatedFeatures(t *testing.T) {
	w := newWorld(1, 120, 40, 60)
	e := w.fitUsers()
	var names []string
	for _, field := range e.StatedFields() {
		if len(field.Values) == 0 {
			t.Errorf("no value of %s", field.Field)
		}
		for _, value := range field.Values {
			names = append(names, field.Field+"="+value)
		}
	}
	f, err := e.Features(names)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, f.Len())
	for _, u := range []*event.User{{Age: 30, Gender: "f", Region: "east"}, {}, nil} {
		f.Write(got, u, nil, now)
		for i, name := range names {
			if want := u != nil && u.Age > 0 && (name == "age=25-34" || name == "gender=f"); (got[i] == 1) != want || got[i] != 0 && got[i] != 1 {
				t.Errorf("%s of %+v is %v", name, u, got[i])
			}
		}
	}
}

func TestFeaturesRefuse(t *testing.T) {
	w := newWorld(1, 120, 40, 60)
	e := w.fitUsers()
	for _, name := range []string{"", "0", "affinity.category", "affinity.category=astrology", "affinity.tag=none", "gender=x", "recency.log_weeks"} {
		if _, err := e.Features([]string{"recency.log_days", name}); !errors.Is(err, ErrSchema) || !strings.Contains(err.Error(), `"`+name+`"`) {
			t.Errorf("%q: error %v, want ErrSchema", name, err)
		}
	}
	if f, err := e.Features(nil); err != nil || f.Len() != 0 {
		t.Errorf("no names: %v", err)
	}
	// A behaviour that everybody shows alike is no column: nothing could stand for
	// it where it is missing.
	same := FitUsers(nil, nil, w.profiles[:1], nil, e.Strength())
	if _, err := same.Features([]string{"recency.log_days"}); !errors.Is(err, ErrSchema) {
		t.Errorf("a behaviour without a column: %v", err)
	}
}
