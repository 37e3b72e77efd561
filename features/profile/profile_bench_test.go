package profile

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"curio/datasets/event"
)

func BenchmarkFold(b *testing.B) {
	for _, touches := range []int{20, 1000, 10_000, 50_000} {
		b.Run(fmt.Sprint(touches), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			index, events := randomEvents(r, 3*touches, touches)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				foldAll(index, events)
				n += len(events)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkSessions folds a log in order of time, twelve events a session, and
// the same log shuffled.
func BenchmarkSessions(b *testing.B) {
	times := make([]event.Time, 1200)
	for i := range times {
		times[i] = event.Time(1+i/12)*event.Day + event.Time(i%12)*120_000
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, order := range []string{"sorted", "shuffled"} {
		b.Run(order, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				var s Sessions
				for _, at := range times {
					s.add(at)
				}
				n += len(times)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
		r.Shuffle(len(times), func(i, j int) { times[i], times[j] = times[j], times[i] })
	}
}

func BenchmarkMerge(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	x, y := foldAll(randomEvents(r, 1000, 1000)), foldAll(randomEvents(r, 1000, 1000))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		var u User
		u.Merge(&x)
		u.Merge(&y)
		n += len(x.Touches) + len(y.Touches)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "touches/s")
}

func BenchmarkItemFold(b *testing.B) {
	touches := foldAll(randomEvents(rand.New(rand.NewPCG(1, 1)), 3000, 1000)).Touches
	var p Item
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for i := range touches {
			p.Fold(&touches[i])
		}
		n += len(touches)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "touches/s")
}

func BenchmarkStrength(b *testing.B) {
	touches := foldAll(randomEvents(rand.New(rand.NewPCG(1, 1)), 3000, 1000)).Touches
	s := DefaultStrength()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for i := range touches {
			s.Of(&touches[i])
		}
		n += len(touches)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "touches/s")
}
