package itemgraph

import (
	"context"
	"math/rand/v2"
	"testing"
)

// Users of 30 items each out of 5,000, the popular ones more often.
func BenchmarkBuild(b *testing.B) {
	const items, users, each = 5000, 4000, 30
	r := rand.New(rand.NewPCG(1, 1))
	h := make([][]int32, users)
	for u := range h {
		has := [items]bool{}
		for range each {
			x := r.Float64()
			has[int(x*x*items)] = true
		}
		for i, ok := range has {
			if ok {
				h[u] = append(h[u], int32(i))
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Build(context.Background(), items, h, Default()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(items)*float64(b.N)/b.Elapsed().Seconds(), "items/s")
}
