package encode

import (
	"iter"
	"math"
	"math/rand/v2"
	"testing"

	"curio/datasets/event"
	"curio/features/profile"
)

func all(profiles []profile.User) iter.Seq2[*profile.User, event.Time] {
	return func(yield func(*profile.User, event.Time) bool) {
		for i := range profiles {
			if !yield(&profiles[i], now) {
				return
			}
		}
	}
}

// Items are in a category that users prefer or not, and have a tag that is thrown like
// a coin: the one is reliable, the other is not.
func TestReliability(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var cat []event.Item
	for i := range 400 {
		item := event.Item{Category: []string{"art", "law"}[i%2], Tags: []string{"item"}}
		if r.IntN(2) == 0 {
			item.Tags = append(item.Tags, "coin")
		}
		cat = append(cat, item)
	}
	profiles := make([]profile.User, 300)
	for u := range profiles {
		for range 1 + r.IntN(30) {
			item := 2 * r.IntN(200)
			if r.Float64() < 0.2+0.6*float64(u%2) {
				item++
			}
			profiles[u].Fold(int32(item), &event.Event{TS: now, Type: event.View})
		}
	}
	e := FitUsers(cat, nil, profiles, nil, profile.DefaultStrength())
	categories, tags := e.Reliability(all(profiles))
	if len(categories) != 2 || math.Abs(categories[0]-categories[1]) > 1e-9 || categories[0] < 0.7 || categories[0] > 1 {
		t.Errorf("reliability of categories %v, want the same for both and close to 1", categories)
	}
	if len(tags) != 2 || math.Abs(tags[0]) > 0.25 || math.Abs(tags[1]) > 0.25 {
		t.Errorf("reliability of tags %v, want about 0", tags)
	}
}

// By hand: two users of two touches each, and of one.
func TestReliabilityByHand(t *testing.T) {
	cat := []event.Item{{Category: "a"}, {Category: "a"}, {Category: "b"}, {Category: "b"}, {}}
	users := func(items ...[]int32) []profile.User {
		profiles := make([]profile.User, len(items))
		for u := range items {
			for _, item := range items[u] {
				profiles[u].Fold(item, &event.Event{TS: now, Type: event.View})
			}
		}
		return profiles
	}
	for name, tt := range map[string]struct {
		profiles []profile.User
		want     float64
	}{
		"Faithful": {users([]int32{0, 1}, []int32{2, 3}), 1},                     // nothing within, all between
		"Alike":    {users([]int32{0, 2}, []int32{1, 3}), 0},                     // nothing between
		"Half":     {users([]int32{0, 1}, []int32{2, 3}, []int32{0, 2}), 2. / 3}, // mean squares 1/6 within and 1/2 between
		"Once":     {users([]int32{0}, []int32{2}, []int32{1}), 0},               // no user can be compared with himself
		"OneUser":  {users([]int32{0, 1, 2}), 0},
		"Nobody":   {nil, 0},
		"NoValue":  {users([]int32{4}, []int32{4}), 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := FitUsers(cat, nil, users([]int32{0, 2}), nil, profile.DefaultStrength())
			got, _ := e.Reliability(all(tt.profiles))
			for i := range got {
				if math.Abs(got[i]-tt.want) > 1e-12 {
					t.Errorf("reliability %v, want %v", got, tt.want)
				}
			}
		})
	}
}

func BenchmarkReliability(b *testing.B) {
	w := newWorld(1, 1000, 200, 60)
	e := w.fitUsers()
	b.ReportAllocs()
	for b.Loop() {
		e.Reliability(all(w.profiles))
	}
	b.ReportMetric(float64(len(w.profiles)*b.N)/b.Elapsed().Seconds(), "users/s")
}
