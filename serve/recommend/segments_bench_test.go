package recommend

import (
	"testing"

	"curio/serve/servetest"
)

func BenchmarkSegmentOf(b *testing.B) {
	e := engine(b, nil)
	session := servetest.Events(2)
	features := make([]float32, len(e.SegmentFeatures()))
	for name, ask := range map[string]func() (Membership, bool){
		"Known":    func() (Membership, bool) { return e.SegmentOf(servetest.UserID(1)) },
		"Session":  func() (Membership, bool) { return e.SegmentOfSession("", session) },
		"Features": func() (Membership, bool) { return e.SegmentOfFeatures(features) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := ask(); !ok {
					b.Fatal("no segment")
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "users/s")
		})
	}
}
