package segment

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Where a user falls decides how much there is to compute, so that there are many.
func BenchmarkAssign(b *testing.B) {
	for _, size := range []struct{ p, d, c, k int }{{16, 8, 8, 8}, {38, 8, 8, 8}, {38, 12, 12, 12}, {16, 8, 400, 6}} {
		name := fmt.Sprintf("features=%d/dim=%d/components=%d", size.p, size.d, size.c)
		s := example(size.p, size.d, size.c)
		if size.k < size.c {
			s = crowd(size.p, size.d, size.c, size.k)
		}
		m := mustNew(b, s)
		r := rand.New(rand.NewPCG(1, 1))
		const users = 4096
		var x []float32
		for range users {
			x = append(x, features(size.p, r)...)
		}
		b.Run("one/"+name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				m.Assign(x[i*size.p : (i+1)*size.p])
				i = (i + 1) % users
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "users/s")
		})
		b.Run("all/"+name, func(b *testing.B) {
			dst := make([]int32, users)
			b.ReportAllocs()
			for b.Loop() {
				m.AssignAll(dst, x)
			}
			b.ReportMetric(float64(b.N)*users/b.Elapsed().Seconds(), "users/s")
		})
	}
}
