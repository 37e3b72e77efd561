package encode

import (
	"fmt"
	"testing"

	"curio/features/profile"
)

func BenchmarkUsers(b *testing.B) {
	for _, events := range []int{40, 400} {
		b.Run(fmt.Sprint(events), func(b *testing.B) {
			w := newWorld(1, 500, 1000, events)
			e := w.fitUsers()
			dst := make([]float32, e.Dim())
			touches := 0
			for i := range w.profiles {
				touches += len(w.profiles[i].Touches)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				e.Encode(dst, &w.users[i], &w.profiles[i], now)
				i = (i + 1) % len(w.users)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "users/s")
			b.ReportMetric(float64(touches)/float64(len(w.users)), "touches/user")
		})
	}
}

func BenchmarkItems(b *testing.B) {
	w := newWorld(1, 500, 1000, 40)
	e := w.fitItems()
	dst := make([]float32, e.Dim())
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e.Encode(dst, &w.cat[i], &w.items[i], now)
		i = (i + 1) % len(w.cat)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

func BenchmarkFitUsers(b *testing.B) {
	w := newWorld(1, 5000, 1000, 40)
	for b.Loop() {
		FitUsers(w.cat, w.users, w.profiles, w.asOf, profile.DefaultStrength())
	}
	b.ReportMetric(float64(b.N*len(w.users))/b.Elapsed().Seconds(), "users/s")
}
