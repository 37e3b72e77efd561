package census

import (
	"testing"

	"curio/datasets/synth"
)

// Census of users with 100 events on average, suspicion included.
func BenchmarkAdd(b *testing.B) {
	o := synth.Default()
	o.Events = 100 * o.Users
	all, err := users(o)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("Census", func(b *testing.B) {
		b.ReportAllocs()
		c := New(Default())
		var events int
		for i := 0; b.Loop(); i++ {
			u := all[i%len(all)]
			c.Add(u)
			events += len(u.Entries)
		}
		report(b, events)
	})
	b.Run("Suspect", func(b *testing.B) {
		b.ReportAllocs()
		var events int
		for i := 0; b.Loop(); i++ {
			u := all[i%len(all)]
			Default().Bots.Suspect(u)
			events += len(u.Entries)
		}
		report(b, events)
	})
}

func report(b *testing.B, events int) {
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
}
