package intake

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"curio/datasets/event"
)

// BenchmarkAppend has 32 callers append at once, each waiting for the disk.
func BenchmarkAppend(b *testing.B) {
	for _, each := range []int{1, 10, 100} {
		b.Run(fmt.Sprint("events=", each), func(b *testing.B) {
			o := options()
			o.Clock = time.Now
			o.Recent = memory(b, RecentOptions{})
			l := opened(b, b.TempDir(), o)
			const callers = 32
			took := make([][]time.Duration, callers)
			var wg sync.WaitGroup
			b.ReportAllocs()
			b.ResetTimer()
			for c := range callers {
				wg.Go(func() {
					events := make([]event.Event, each)
					for i := c; i < b.N; i += callers {
						for k := range events {
							events[k] = view(fmt.Sprint("event-", i, "-", k), fmt.Sprint("user-", i%5000), "item-17")
						}
						began := time.Now()
						if _, err := l.Append(b.Context(), events); err != nil {
							b.Error(err)
						}
						took[c] = append(took[c], time.Since(began))
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			all := slices.Sorted(slices.Values(slices.Concat(took...)))
			s := l.Stats()
			b.ReportMetric(float64(b.N*each)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(s.Written)/float64(max(s.Groups, 1)), "events/fsync")
		})
	}
}

// BenchmarkOpen reads a log of a million events again.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	const count = 1_000_000
	l := opened(b, dir, options())
	for i := 0; i < count; {
		events := make([]event.Event, 10_000)
		for k := range events {
			events[k] = view(fmt.Sprint("event-", i), fmt.Sprint("user-", i%5000), "item-17")
			i++
		}
		add(b, l, events...)
	}
	closed(b, l)
	for b.Loop() {
		o := options()
		o.Recent = memory(b, RecentOptions{})
		closed(b, opened(b, dir, o))
	}
	b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkEvents asks what a user did lately.
func BenchmarkEvents(b *testing.B) {
	r := memory(b, RecentOptions{})
	for i := range 50_000 {
		r.add(done(fmt.Sprint("user-", i%5000), strings.Repeat("i", 10), 1, 1))
	}
	for name, user := range map[string]string{"none": "nobody", "ten": "user-17"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Events(user, 0)
			}
		})
		b.Run(name+"/parallel", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r.Events(user, 0)
				}
			})
		})
	}
}
