package recommend

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/serve/servetest"
)

// busy is the processor time that the process has used.
func busy(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// large is an engine with items in 64 dimensions, a graph of 30 edges an item and a
// head of 16 hidden units.
func large(b *testing.B, items int) *Engine {
	b.Helper()
	art, err := servetest.Large(items/len(servetest.Categories), 64)
	if err != nil {
		b.Fatal(err)
	}
	const edges, hidden = 30, 16
	r := rand.New(rand.NewPCG(5, 5))
	n := art.Interest.Items()
	g := interest.Graph{Edges: make([]int32, n), Gain: 1, Floor: 1}
	for j := range g.Edges {
		g.Edges[j] = edges
		for k := range edges {
			g.To = append(g.To, int32(k*(n/edges)+r.IntN(n/edges)))
			g.Weight = append(g.Weight, r.Float32())
		}
	}
	if art.Interest, err = art.Interest.With(g); err != nil {
		b.Fatal(err)
	}
	h := interest.Head{B: make([]float32, hidden+1), V: make([]float32, hidden)}
	for range art.Interest.HeadInputs(len(art.UserEncoder.BehaviourNames())) * (hidden + 1) {
		h.W = append(h.W, float32(r.NormFloat64())*0.05)
	}
	for i := range h.V {
		h.V[i] = float32(r.NormFloat64())
	}
	if art.Interest, err = art.Interest.WithHead(h); err != nil {
		b.Fatal(err)
	}
	return New(art)
}

// fresh makes requests of which no two are alike: a session, a filter, exclusions.
func fresh(items, n int) Request {
	r := rand.New(rand.NewPCG(uint64(n), 9))
	q := Request{User: servetest.UserID(n % 40), N: 10}
	per := items / len(servetest.Categories)
	for range 20 {
		q.Events = append(q.Events, event.Event{
			ItemID: servetest.ItemID(servetest.Categories[r.IntN(4)], r.IntN(per)), Type: event.View, TS: servetest.AsOf,
		})
	}
	for range 10 {
		q.Filter.Exclude = append(q.Filter.Exclude, servetest.ItemID(servetest.Categories[r.IntN(4)], r.IntN(per)))
	}
	if n%2 == 0 {
		q.Filter.Category = servetest.Categories[r.IntN(4)]
	}
	return q
}

// BenchmarkFresh asks for answers that have to be computed, at 32 connections.
func BenchmarkFresh(b *testing.B) {
	for _, items := range []int{41_000, 100_000} {
		e := large(b, items)
		requests := make([]Request, 512)
		for n := range requests {
			requests[n] = fresh(items, n)
		}
		for _, clients := range []int{2, 32} {
			b.Run(fmt.Sprintf("items=%d/clients=%d", items, clients), func(b *testing.B) {
				b.ReportAllocs()
				var next atomic.Int64
				before := busy(b)
				b.SetParallelism(clients / 2) // of GOMAXPROCS 2
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						e.Recommend(requests[int(next.Add(1))%len(requests)])
					}
				})
				b.ReportMetric(float64((busy(b)-before).Microseconds())/float64(b.N), "µs-cpu/request")
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
			})
		}
	}
}
