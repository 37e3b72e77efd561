package audience

import (
	"io"
	"testing"
)

// workers of the benchmarks.
const workers = 2

// One item and 20,000 users: the first request prepares them, the next ones find
// them prepared.
func BenchmarkUsers(b *testing.B) {
	const users, items, dim, history = 20_000, 4000, 64, 60
	art := crowd(b, users, items/4, dim, history-5)
	withHead(b, art)
	withGraph(b, art)
	prepared := New(art, 5)
	for _, c := range []struct {
		name string
		ask  func() *Audience
	}{{"First", func() *Audience { return New(art, 5) }}, {"Again", func() *Audience { return prepared }}} {
		b.Run(c.name, func(b *testing.B) {
			if _, err := prepared.Users(b.Context(), 5, Everybody, 100, workers); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.ask().Users(b.Context(), 5, Everybody, 100, workers); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(users*b.N)/b.Elapsed().Seconds(), "users/s")
		})
	}
}

// A segment of 2,000 members and 4,000 items.
func BenchmarkItems(b *testing.B) {
	const items, dim, history = 4000, 64, 60
	for _, kind := range []string{Attention, Probability} {
		b.Run(kind, func(b *testing.B) {
			art := crowd(b, 4*SampleSize, items/4, dim, history-5)
			if kind == Probability {
				withHead(b, art)
			}
			a := New(art, 5)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a.Items(b.Context(), 1, 100, workers); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(SampleSize*b.N)/b.Elapsed().Seconds(), "members/s")
		})
	}
}

func BenchmarkMember(b *testing.B) {
	const users, history = 4000, 60
	r := New(crowd(b, users, 100, 8, history-5), 5).Reader()
	b.ReportAllocs()
	for u := int32(0); b.Loop(); u = (u + 1) % users {
		r.Member(u)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "users/s")
}

func BenchmarkExport(b *testing.B) {
	a := New(crowd(b, 40_000, 100, 8, 1), 5)
	for name, write := range map[string]func() (int, error){
		"Parquet": func() (int, error) { return WriteParquet(io.Discard, a.MemberRows(1, itself)) },
		"CSV": func() (int, error) {
			n, _, err := WriteCSV(io.Discard, a.MemberRows(1, itself))
			return n, err
		},
	} {
		b.Run(name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				n, err := write()
				if err != nil {
					b.Fatal(err)
				}
				rows += n
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
