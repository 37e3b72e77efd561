package table

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
)

const now = 1000 * event.Day

// world is a small data set, folded.
type world struct {
	cat         []event.Item
	users       []event.User
	profiles    []profile.User
	items       []profile.Item
	occupations []profile.Occupations
	userEncoder *encode.Users
	itemEncoder *encode.Items
	options     profile.Options
}

func newWorld(seed uint64, users, items int) *world {
	r := rand.New(rand.NewPCG(seed, seed))
	w := &world{options: profile.DefaultOptions(), items: make([]profile.Item, items)}
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	for i := range items {
		w.cat = append(w.cat, event.Item{
			ID: fmt.Sprintf("item-%03d", i), Title: fmt.Sprint("Item ", i), Domain: pick("course", "book"),
			Category: pick("Law", "C++", "C", "数学"), Tags: []string{pick("AI", "ai", "x y"), pick("b", "c")}, Price: r.Int64N(1000),
		})
		w.occupations = append(w.occupations, profile.Occupations{})
	}
	for i := range users {
		u := event.User{ID: fmt.Sprintf("user-%04d", i), Age: r.Int32N(80), Occupation: pick("", "nurse", "clerk")}
		p := w.options.Empty()
		for range r.IntN(40) {
			item := r.Int32N(int32(items)+1) - 1
			e := event.Event{
				TS: event.Time(1 + r.Int64N(int64(now)/60_000)*60_000), Type: event.Type(1 + r.IntN(event.Types-1)), Has: 15,
				Watched: r.Int64N(1e6), Progress: r.Int32N(10001), Rating: 100 + r.Int32N(401), Amount: r.Int64N(1e4),
				Plan: pick("", profile.PlanSingle, profile.PlanSubscription),
			}
			p.Fold(item, &e)
			if item >= 0 {
				w.items[item].Pay(&e)
			}
		}
		for j := range p.Touches {
			item := p.Touches[j].Item
			w.items[item].Fold(&p.Touches[j])
			w.items[item].FoldAge(profile.BandOf(u.Age))
			w.occupations[item].Fold(u.Occupation)
		}
		w.users, w.profiles = append(w.users, u), append(w.profiles, p)
	}
	asOf := make([]event.Time, users)
	for i := range asOf {
		asOf[i] = now
	}
	w.userEncoder = encode.FitUsers(w.cat, w.users, w.profiles, asOf, w.options.Strength())
	w.itemEncoder = encode.FitItems(w.cat, w.items, now)
	return w
}

var meta = Meta{Dataset: "abc123", AsOf: now}

func (w *world) writeUsers(t testing.TB, out io.Writer) Schema {
	t.Helper()
	table := NewUsers(out, w.userEncoder, w.cat, w.options, meta)
	for i := range w.users {
		if err := table.Write(w.users[i].ID, &w.users[i], &w.profiles[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	return table.Schema()
}

func (w *world) writeItems(t testing.TB, out io.Writer) Schema {
	t.Helper()
	table := NewItems(out, w.itemEncoder, meta)
	for i := range w.cat {
		if err := table.Write(&w.cat[i], &w.items[i], w.occupations[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	return table.Schema()
}
