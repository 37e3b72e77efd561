package synth

import (
	"context"
	"io"
	"testing"

	"curio/datasets/event"
)

func BenchmarkEvents(b *testing.B) {
	p := mustNew(b, Default())
	b.ReportAllocs()
	for b.Loop() {
		err := event.Each(context.Background(), p, nil, func(*event.Event, event.Part, event.Place) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.options.Events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkWrite(b *testing.B) {
	p := mustNew(b, Default())
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := p.eventTable(context.Background()).write(io.Discard, format); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(p.options.Events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkNew plants a platform of a million users.
func BenchmarkNew(b *testing.B) {
	o := Default()
	o.Users, o.Items, o.Events = 1_000_000, 100_000, 100_000_000
	for b.Loop() {
		mustNew(b, o)
	}
	b.ReportMetric(float64(o.Users)*float64(b.N)/b.Elapsed().Seconds(), "users/s")
}
