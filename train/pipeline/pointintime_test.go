package pipeline

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/features/profile"
)

// The training views as of a moment are the same bytes whatever happened, or was
// received, from then on.
func TestTrainingViewsKnowNothingLater(t *testing.T) {
	const cut = 100
	r := rand.New(rand.NewPCG(11, 12))
	random := func(ts, received event.Time) event.Event {
		e := event.Event{
			UserID: fmt.Sprint("u", r.IntN(5)), ItemID: fmt.Sprint("i", r.IntN(8)), TS: ts, ReceivedAt: received,
			Type: event.Type(1 + r.IntN(event.Types-1)), Has: event.Has(r.IntN(16)), Watched: r.Int64N(1e6),
			Progress: r.Int32N(10_001), Rating: 100 + r.Int32N(401), Amount: r.Int64N(1e6),
		}
		return e
	}
	for range 30 {
		var before []event.Event
		for range 60 {
			ts := 1 + event.Time(r.Int64N(cut-1))
			before = append(before, random(ts, []event.Time{0, ts, ts + event.Time(r.Int64N(int64(cut-ts)))}[r.IntN(3)]))
		}
		rows := func(later int) (rows []any) {
			events := append([]event.Event(nil), before...)
			for range later {
				ts := cut + event.Time(r.Int64N(50))
				if r.IntN(2) == 0 {
					ts = 1 + event.Time(r.Int64N(cut-1)) // it had happened, but nobody knew
				}
				events = append(events, random(ts, cut+event.Time(r.Int64N(50))))
			}
			r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			// Everybody and everything is listed, so that indices do not depend on
			// what came later.
			s := &listed{events: events}
			for u := range 5 {
				s.catalogue.Users = append(s.catalogue.Users, event.User{ID: fmt.Sprint("u", u)})
			}
			for i := range 8 {
				s.catalogue.Items = append(s.catalogue.Items, event.Item{ID: fmt.Sprint("i", i)})
			}
			c := reading(s)
			l := loaded(t, c)
			for u := range l.cuts {
				l.cuts[u] = cut
			}
			v, err := divide(t.Context(), l, *c, false)
			if err != nil {
				t.Fatal(err)
			}
			for u := range v.train {
				rows = append(rows, v.train[u].ToRow(l.users.ID(int32(u)), l.items.ID))
			}
			for i, p := range v.itemProfiles() {
				rows = append(rows, p.ToRow(l.items.ID(int32(i))))
			}
			return rows
		}
		want := rows(0)
		if diff := cmp.Diff(want, rows(40)); diff != "" {
			t.Fatalf("what came later shows:\n%s", diff)
		}
		if total := want[0].(profile.Row).Events; total == 0 {
			t.Fatal("nobody did anything before the cut")
		}
	}
}
