package clustering

import (
	"fmt"
	"testing"
)

// The last is the size that a fit has a minute and 2 GiB for on two cores.
func BenchmarkFit(b *testing.B) {
	for _, size := range []struct {
		rows, columns, segments, wanted int
		method                          Method
	}{
		{4000, 8, 6, 0, EM}, {20_000, 12, 8, 0, EM}, {20_000, 12, 8, 8, DBSCAN}, {1_000_000, 16, 8, 0, EM}, {1_000_000, 16, 8, 8, DBSCAN},
	} {
		b.Run(fmt.Sprintf("method=%s/rows=%d/columns=%d", size.method, size.rows, size.columns), func(b *testing.B) {
			in, _ := gaussians(size.rows, size.columns, size.segments, 1, 1)
			b.ReportAllocs()
			for b.Loop() {
				mustFit(b, in, Options{Seed: 1, Workers: 2, Segments: size.wanted, Method: size.method})
			}
			b.ReportMetric(float64(size.rows*b.N)/b.Elapsed().Seconds(), "users/s")
		})
	}
}

func BenchmarkAssign(b *testing.B) {
	const rows = 100_000
	for _, o := range []Options{{Seed: 1, Workers: 2}, {Seed: 1, Workers: 2, Segments: 8, Method: DBSCAN}} {
		in, _ := gaussians(rows, 16, 8, 1, 1)
		r := mustFit(b, in, o)
		for _, workers := range []int{1, 2} {
			name := fmt.Sprintf("dim=%d/components=%d/workers=%d", r.Model.Dim(), len(r.Model.Spec().Components), workers)
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					assign(b.Context(), r.Model, &in, workers)
				}
				b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "users/s")
			})
		}
	}
}
