package clustering

import (
	"fmt"
	"testing"
)

func BenchmarkFit(b *testing.B) {
	for _, size := range []struct{ rows, columns, segments int }{{4000, 8, 6}, {4000, 12, 8}} {
		b.Run(fmt.Sprintf("rows=%d/columns=%d", size.rows, size.columns), func(b *testing.B) {
			in, _ := gaussians(size.rows, size.columns, size.segments, 1, 1)
			b.ReportAllocs()
			for b.Loop() {
				mustFit(b, in, Options{Seed: 1, Workers: 2})
			}
			b.ReportMetric(float64(size.rows*b.N)/b.Elapsed().Seconds(), "users/s")
		})
	}
}
