package encode

import (
	"fmt"
	"math/rand/v2"

	"curio/datasets/event"
	"curio/features/profile"
)

// world is a small data set with something in every field.
type world struct {
	cat      []event.Item
	users    []event.User
	events   [][]event.Event // by user
	item     [][]int32       // of each event
	profiles []profile.User
	items    []profile.Item
	asOf     []event.Time
}

const now = 1000 * event.Day

func pick(r *rand.Rand, values ...string) string { return values[r.IntN(len(values))] }

func newWorld(seed uint64, users, items, events int) *world {
	r := rand.New(rand.NewPCG(seed, seed))
	w := &world{items: make([]profile.Item, items)}
	for i := range items {
		it := event.Item{
			Domain: pick(r, "course", "book"), Category: pick(r, "", "math", "art", "code", "law"),
			Difficulty: r.Int32N(5) * 100, LecturerBackground: pick(r, "", "industry", "academia"),
			Price: r.Int64N(5) * 990, Currency: pick(r, "", "EUR"), Duration: r.Int64N(1e8) - 1e7,
			PublishedAt: event.Time(r.Int64N(2)) * event.Time(r.Int64N(int64(now))), PartnerID: pick(r, "", "p1", "p2"),
		}
		for _, tag := range []string{"a", "b", "c", "d"} {
			if r.IntN(3) == 0 {
				it.Tags = append(it.Tags, tag)
			}
		}
		if i > 0 && r.IntN(3) == 0 {
			it.Prerequisites = []string{"item-0"}
		}
		w.cat = append(w.cat, it)
	}
	for i := range users {
		u := event.User{
			ID: fmt.Sprint("user-", i), Age: r.Int32N(80), Gender: pick(r, "", "f", "m"),
			Occupation: pick(r, "", "nurse", "clerk", "coder"), Region: pick(r, "", "north", "south"),
		}
		if i%3 == 0 {
			u.SignupTS = event.Time(r.Int64N(int64(now)))
		}
		var log []event.Event
		var index []int32
		for range r.IntN(events) {
			e := event.Event{
				TS: event.Time(r.Int64N(int64(now))), Type: event.Type(1 + r.IntN(event.Types-1)), Has: event.Has(r.IntN(16)),
				Watched: r.Int64N(1e7), Progress: r.Int32N(10001), Rating: 100 + r.Int32N(401), Amount: r.Int64N(1e4),
				Plan: pick(r, "", profile.PlanSingle, profile.PlanSubscription),
			}
			if n := len(log); n%2 == 1 { // half of the events follow on another
				e.TS = log[n-1].TS + event.Time(n)*60_000
			}
			log, index = append(log, e), append(index, r.Int32N(int32(items)+1)-1)
		}
		w.users, w.events, w.item = append(w.users, u), append(w.events, log), append(w.item, index)
		w.asOf = append(w.asOf, now)
		p := w.fold(i)
		w.profiles = append(w.profiles, p)
		for j := range p.Touches {
			w.items[p.Touches[j].Item].Fold(&p.Touches[j])
		}
	}
	return w
}

// fold folds the events of a user one by one.
func (w *world) fold(user int) profile.User {
	var p profile.User
	for i := range w.events[user] {
		p.Fold(w.item[user][i], &w.events[user][i])
	}
	return p
}

func (w *world) fitUsers() *Users {
	return FitUsers(w.cat, w.users, w.profiles, w.asOf, profile.DefaultStrength())
}

func (w *world) fitItems() *Items { return FitItems(w.cat, w.items, now) }
