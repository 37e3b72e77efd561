package encode

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"curio/datasets/event"
	"curio/features/profile"
)

func TestUserColumnsAreStandardised(t *testing.T) {
	w := newWorld(3, 400, 50, 60)
	e := w.fitUsers()
	if e.Dim() < 40 || e.Dim() != len(e.Names()) {
		t.Fatalf("%d columns, %d names", e.Dim(), len(e.Names()))
	}
	sum, square := make([]float64, e.Dim()), make([]float64, e.Dim())
	dst := make([]float32, e.Dim())
	for i := range w.users {
		e.Encode(dst, &w.users[i], &w.profiles[i], now)
		for j, x := range dst {
			if !(x >= -Limit && x <= Limit) {
				t.Fatalf("%s = %v", e.Names()[j], x)
			}
			sum[j] += float64(x)
			square[j] += float64(x) * float64(x)
		}
	}
	n := float64(len(w.users))
	for j, name := range e.Names() {
		if math.Abs(sum[j]/n) > 0.02 {
			t.Errorf("%s has mean %v", name, sum[j]/n)
		}
		// Missing values are 0, so the variance is the share of those present.
		if v := square[j] / n; v < 0.3 || v > 1.0001 {
			t.Errorf("%s has variance %v", name, v)
		}
	}
}

// Somebody new is the average of others by what they did, and themselves by what is
// known of them.
func TestSomebodyNew(t *testing.T) {
	w := newWorld(3, 400, 50, 60)
	e := w.fitUsers()
	empty, dst := profile.User{}, make([]float32, e.Dim())
	e.Encode(dst, &w.users[0], &empty, now)
	done := e.DoneDim()
	if done == 0 || done == e.Dim() {
		t.Fatalf("%d of %d columns come of what users did", done, e.Dim())
	}
	known := make([]float32, e.Dim())
	e.Encode(known, &w.users[0], &w.profiles[0], now)
	for j, name := range e.Names() {
		ofBehaviour := !slices.ContainsFunc([]string{"age", "gender", "occupation", "region", "known."}, func(field string) bool {
			return strings.HasPrefix(name, field)
		})
		if (j < done) != ofBehaviour {
			t.Errorf("column %d, %s, is among the %d that come of behaviour, or not", j, name, done)
		}
		if want := known[j]; j >= done && dst[j] != want || j < done && dst[j] != 0 {
			t.Errorf("%s of somebody new is %v", name, dst[j])
		}
	}
}

func TestColumnsWithoutInformationAreLeftOut(t *testing.T) {
	t.Run("Lists", func(t *testing.T) {
		cat := make([]event.Item, 10)
		profiles := make([]profile.User, 4)
		for u := range profiles {
			for item := range u + 1 {
				profiles[u].Fold(int32(item), &event.Event{Type: event.View})
			}
		}
		e := FitUsers(cat, make([]event.User, 4), profiles, make([]event.Time, 4), profile.DefaultStrength())
		if want := []string{"interaction.log_views"}; !slices.Equal(e.Names(), want) {
			t.Errorf("columns %q, want %q alone: events and items repeat it", e.Names(), want)
		}
	})
	t.Run("AllEqual", func(t *testing.T) {
		profiles := make([]profile.User, 3)
		for u := range profiles {
			profiles[u].Fold(0, &event.Event{TS: 5, Type: event.Like})
		}
		e := FitUsers(make([]event.Item, 1), nil, profiles, nil, profile.DefaultStrength())
		if e.Dim() != 0 || len(e.BehaviourNames()) != 0 {
			t.Errorf("columns %q, want none", e.Names())
		}
		e.Encode(nil, nil, &profiles[0], now)
	})
	t.Run("Nobody", func(t *testing.T) {
		if e := FitUsers(nil, nil, nil, nil, profile.DefaultStrength()); e.Dim() != 0 {
			t.Errorf("columns %q, want none", e.Names())
		}
	})
}

func TestUnknownValuesAreZero(t *testing.T) {
	w := newWorld(4, 300, 50, 60)
	e := w.fitUsers()
	dst := make([]float32, e.Dim())
	e.Encode(dst, &event.User{Age: 0, Gender: "x", Occupation: "diver", Region: "east"}, nil, now)
	for j, name := range e.Names() {
		for _, field := range []string{"age=", "gender=", "occupation=", "region=", "affinity."} {
			if strings.HasPrefix(name, field) && dst[j] != 0 {
				t.Errorf("%s = %v, want 0", name, dst[j])
			}
		}
		if slices.Contains([]string{"learning.mean_rating", "learning.completion_rate", "recency.log_days"}, name) && dst[j] != 0 {
			t.Errorf("%s = %v of a user without events, want 0", name, dst[j])
		}
		if strings.HasPrefix(name, "known.") && dst[j] >= 0 {
			t.Errorf("%s = %v, want less than the mean", name, dst[j])
		}
	}
	// Touches of items outside the catalogue have no category.
	var p profile.User
	p.Fold(int32(len(w.cat)), &event.Event{Type: event.Like})
	share := make([]float32, len(e.Categories()))
	e.Affinity(share, &p, now)
	if slices.ContainsFunc(share, func(x float32) bool { return x != 0 }) {
		t.Errorf("affinity %v, want all 0", share)
	}
}

func TestKnownValueIsEncoded(t *testing.T) {
	w := newWorld(5, 300, 50, 60)
	e := w.fitUsers()
	dst := make([]float32, e.Dim())
	e.Encode(dst, &event.User{Age: 30, Gender: "f"}, nil, now)
	for name, positive := range map[string]bool{"age=25-34": true, "age=0-17": false, "gender=f": true, "gender=m": false} {
		j := slices.Index(e.Names(), name)
		if j < 0 || (dst[j] > 0) != positive || dst[j] == 0 {
			t.Errorf("%s (column %d) has the wrong sign", name, j)
		}
	}
}

func TestAgeBands(t *testing.T) {
	for age, want := range map[int32]string{
		-1: "", 0: "", 1: "0-17", 17: "0-17", 18: "18-24", 24: "18-24", 25: "25-34", 34: "25-34", 35: "35-44",
		44: "35-44", 45: "45-54", 54: "45-54", 55: "55-64", 64: "55-64", 65: "65+", 120: "65+",
	} {
		if got := ageBand(age); got != want {
			t.Errorf("age %d is in band %q, want %q", age, got, want)
		}
	}
}

func TestValuesNeedAShareOfUsers(t *testing.T) {
	for n, want := range map[int]bool{199: true, 200: true, 201: false, 400: false} {
		users := make([]event.User, n)
		for i := range users {
			users[i].Region = "common"
		}
		users[0].Region = "rare"
		e := FitUsers(nil, users, make([]profile.User, n), nil, profile.DefaultStrength())
		if got := slices.Contains(e.schema.Regions, "rare"); got != want {
			t.Errorf("1 of %d users: kept %v, want %v", n, got, want)
		}
	}
}

func TestMostFrequentValuesAreTaken(t *testing.T) {
	for _, n := range []int{MaxValues - 1, MaxValues, MaxValues + 1} {
		var users []event.User
		for i := range n {
			for range 2 + i%2 {
				users = append(users, event.User{Region: fmt.Sprintf("r%02d", i)})
			}
		}
		e := FitUsers(nil, users, make([]profile.User, len(users)), nil, profile.DefaultStrength())
		if got := len(e.schema.Regions); got != min(n, MaxValues) {
			t.Errorf("%d regions: %d kept", n, got)
		}
		if e.schema.Regions[0] != "r01" {
			t.Errorf("first region %q, want r01, the first of the most frequent", e.schema.Regions[0])
		}
	}
	if got := frequent(map[string]int64{"": 9, "\xff": 9, "a": 2, "b": 3, "c": 1}, 2, 5); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("frequent = %q", got)
	}
}

func TestClipping(t *testing.T) {
	c := Column{Mean: 1, Std: 2}
	for raw, want := range map[float64]float32{
		1: 0, 3: 1, 16.9: 7.95, 17: 8, 17.1: 8, -14.9: -7.95, -15: -8, -15.1: -8,
		math.Inf(1): 8, math.Inf(-1): -8, math.MaxFloat64: 8,
	} {
		if got := c.standardise(raw); got != want {
			t.Errorf("standardise(%v) = %v, want %v", raw, got, want)
		}
	}
	if got := c.standardise(math.NaN()); got != 0 {
		t.Errorf("missing is %v, want 0", got)
	}
	n := 1000
	profiles := make([]profile.User, n)
	for u := range profiles[1:] {
		profiles[1+u].Events = 100
	}
	for range 100 {
		profiles[0].Fold(-1, &event.Event{Type: event.Like})
	}
	e := FitUsers(nil, nil, profiles, nil, profile.DefaultStrength())
	dst := make([]float32, e.Dim())
	e.Encode(dst, nil, &profiles[0], now)
	if want := []float32{Limit}; !slices.Equal(dst, want) {
		t.Errorf("one user of %d with likes is %v, want %v", n, dst, want)
	}
}

func TestEncodeIsConcurrentAndDoesNotAllocate(t *testing.T) {
	w := newWorld(6, 50, 30, 80)
	users, items := w.fitUsers(), w.fitItems()
	vector, item := make([]float32, users.Dim()), make([]float32, items.Dim())
	behaviour, share := make([]float32, len(users.BehaviourNames())), make([]float32, len(users.Categories()))
	if n := testing.AllocsPerRun(100, func() {
		users.Encode(vector, &w.users[1], &w.profiles[1], now)
		users.Encode(vector, nil, nil, now)
		users.Behaviour(behaviour, &w.users[1], &w.profiles[1], now)
		users.Affinity(share, &w.profiles[1], now)
		items.Encode(item, &w.cat[1], &w.items[1], now)
		items.Encode(item, nil, nil, now)
	}); n != 0 {
		t.Errorf("encoding allocates %v times", n)
	}
	want := make([]float32, users.Dim())
	users.Encode(want, &w.users[2], &w.profiles[2], now)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			dst := make([]float32, users.Dim())
			for range 100 {
				users.Encode(dst, &w.users[2], &w.profiles[2], now)
				if !slices.Equal(dst, want) {
					t.Error("another result from another goroutine")
					return
				}
			}
		})
	}
	group.Wait()
}
