package recommend

import (
	"fmt"
	"testing"

	"curio/datasets/event"
	"curio/serve/servetest"
)

// The sizes are a catalogue's items; vectors have 64 dimensions.
func BenchmarkRecommend(b *testing.B) {
	for _, items := range []int{4_000, 40_000} {
		art, err := servetest.Large(items/len(servetest.Categories), 64)
		if err != nil {
			b.Fatal(err)
		}
		e := New(art)
		var session []event.Event
		for n := range 50 {
			session = append(session, event.Event{ItemID: servetest.ItemID("law", n), Type: event.View, TS: servetest.AsOf})
		}
		for name, r := range map[string]Request{
			"Known":    {User: servetest.UserID(1), N: 10},
			"Explain":  {User: servetest.UserID(1), N: 10, Explain: true},
			"Category": {User: servetest.UserID(1), N: 10, Category: "art"},
			"Session":  {User: servetest.UserID(1), N: 10, Events: session},
			"Fallback": {N: 10},
		} {
			b.Run(fmt.Sprintf("items=%d/%s", items, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					e.Recommend(r)
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
			})
		}
	}
}
