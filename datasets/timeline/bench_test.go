package timeline

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"curio/datasets/event"
)

func BenchmarkTimelines(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	s := &listed{events: make([]event.Event, 1_000_000)}
	for i := range s.events {
		s.events[i] = event.Event{
			ID: fmt.Sprintf("event-%08d", i), UserID: fmt.Sprintf("user-%06d", r.IntN(10_000)), ItemID: fmt.Sprint("item-", r.IntN(800)),
			TS: event.Time(1.7e12 + r.Float64()*1e10), Type: event.Watch, Has: event.HasWatched, Watched: r.Int64N(1e6), Channel: "app",
		}
	}
	for _, memory := range []int64{1 << 30, -1} {
		b.Run(fmt.Sprintf("memory=%d", memory), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tl, err := Gather(b.Context(), s, Options{Workers: 1, Memory: memory}, nil, nil)
				if err != nil {
					b.Fatal(err)
				}
				if err := tl.Each(b.Context(), func() func(*User) error { return func(*User) error { return nil } }); err != nil {
					b.Fatal(err)
				}
				tl.Close()
			}
			b.ReportMetric(float64(b.N*len(s.events))/b.Elapsed().Seconds(), "events/s")
		})
	}
}
