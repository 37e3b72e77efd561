package segment

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func BenchmarkAssign(b *testing.B) {
	for _, size := range []struct{ p, d, k int }{{16, 8, 6}, {38, 8, 8}, {38, 12, 12}} {
		b.Run(fmt.Sprintf("features=%d/dim=%d/segments=%d", size.p, size.d, size.k), func(b *testing.B) {
			m := mustNew(b, example(size.p, size.d, size.k))
			x := features(size.p, rand.New(rand.NewPCG(1, 1)))
			b.ReportAllocs()
			for b.Loop() {
				m.Assign(x)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "users/s")
		})
	}
}
