package evaluate

import (
	"context"
	"math/rand/v2"
	"testing"
)

// BenchmarkResample is the bootstrap of 100,000 users, all metrics at three
// cutoffs, 1,000 resamples.
func BenchmarkResample(b *testing.B) {
	const users, resamples = 100_000, 1000
	cols := columns(kinds*3+4, users)
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range cols {
		for u := range c {
			c[u] = random.Float64()
		}
	}
	o, err := Options{Bootstrap: resamples}.filled()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := resample(context.Background(), cols, o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*resamples)/b.Elapsed().Seconds(), "resamples/s")
}
