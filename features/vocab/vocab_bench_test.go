package vocab

import (
	"fmt"
	"testing"
)

func BenchmarkIndex(b *testing.B) {
	ids := make([]string, 200_000)
	for i := range ids {
		ids[i] = fmt.Sprintf("user-%d", i*7919%len(ids))
	}
	v := New(ids)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		v.Index(ids[i])
		if i++; i == len(ids) {
			i = 0
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ids/s")
}
