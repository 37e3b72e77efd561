package clean

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"curio/datasets/event"
)

// BenchmarkEvent is what a worker adds to an event, of 10,000 items.
func BenchmarkEvent(b *testing.B) {
	var c event.Catalogue
	var ids []string
	for i := range 10_000 {
		c.Items = append(c.Items, event.Item{ID: fmt.Sprint("course-", i), Duration: 3_600_000})
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1 << 12 {
		ids = append(ids, fmt.Sprint("course-", r.IntN(len(c.Items))))
	}
	o := Options{MaxWatch: 4, Currency: Currency{Base: "EUR", Rates: map[string]Rate{"USD": "0.92"}}}
	refuse := o
	refuse.UnknownItems = Refuse
	view := event.Event{UserID: "u", Type: event.View}
	watch := event.Event{UserID: "u", Type: event.Watch, Has: event.HasWatched, Watched: 60_000}
	for name, bench := range map[string]struct {
		e event.Event
		o Options
	}{"View": {view, o}, "Watch": {watch, o}, "Purchase": {paid(1999, "USD"), o}, "ViewRefuse": {view, refuse}} {
		b.Run(name, func(b *testing.B) {
			s, err := New(&tape{catalogue: c}, bench.o)
			if err != nil {
				b.Fatal(err)
			}
			w := worker{
				check: s.check(newShelf(c.Items, bench.o)), held: &held{},
				sink: func(*event.Event, event.Part, event.Place) error { return nil },
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				bench.e.ItemID = ids[i%len(ids)]
				if err := w.event(&bench.e, event.Train, 1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
