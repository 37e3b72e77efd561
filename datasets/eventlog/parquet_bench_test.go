package eventlog

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"curio/datasets/event"

	pqgo "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// parquetEvent is an event as most writers would store it.
type parquetEvent struct {
	ID       string   `parquet:"event_id,optional"`
	TS       int64    `parquet:"ts,timestamp(millisecond)"`
	User     string   `parquet:"user_id,dict"`
	Item     *string  `parquet:"item_id,dict,optional"`
	Type     string   `parquet:"type,dict"`
	Seconds  *float64 `parquet:"seconds,optional"`
	Progress *float64 `parquet:"progress,optional"`
	Rating   *float64 `parquet:"rating,optional"`
	Amount   *float64 `parquet:"amount,optional"`
	Currency *string  `parquet:"currency,dict,optional"`
	Plan     *string  `parquet:"plan,dict,optional"`
	Channel  *string  `parquet:"channel,dict,optional"`
	Received int64    `parquet:"received_at,timestamp(millisecond)"`
}

func parquetLog(t testing.TB, n int, codec compress.Codec, options ...pqgo.WriterOption) []byte {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) *string { return &of[rng.IntN(len(of))] }
	var b bytes.Buffer
	w := pqgo.NewGenericWriter[parquetEvent](&b, append(options, pqgo.Compression(codec), pqgo.MaxRowsPerRowGroup(128<<10))...)
	rows := make([]parquetEvent, 0, 1024)
	for i := range n {
		e := parquetEvent{ID: fmt.Sprintf("e%016x", rng.Uint64()), TS: 1700000000000 + int64(i)*700 + rng.Int64N(500),
			User: fmt.Sprintf("user-%06d", i/50), Item: pick(fmt.Sprintf("course-%05d", rng.IntN(20000))), Channel: pick("web", "app", "partner")}
		e.Received = e.TS + rng.Int64N(5000)
		number := func(v float64) *float64 { return &v }
		switch x := rng.IntN(100); {
		case x < 45:
			e.Type = "view"
		case x < 75:
			e.Type, e.Seconds = "watch", number(float64(rng.IntN(3_600_000))/1000)
		case x < 88:
			e.Type, e.Seconds, e.Progress = "progress", number(float64(rng.IntN(3_600_000))/1000), number(float64(rng.IntN(10001))/10000)
		case x < 93:
			e.Type, e.Rating = "rating", number(float64(2+rng.IntN(9))/2)
		default:
			e.Type, e.Amount, e.Currency, e.Plan = "purchase", number(float64(rng.IntN(10000))/100), pick("EUR"), pick("single", "subscription")
		}
		if rows = append(rows, e); len(rows) == cap(rows) || i == n-1 {
			if _, err := w.Write(rows); err != nil {
				t.Fatal(err)
			}
			rows = rows[:0]
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func BenchmarkParquetEvents(b *testing.B) {
	const n = 1_000_000
	for name, codec := range map[string]compress.Codec{"Plain": &pqgo.Uncompressed, "Snappy": &pqgo.Snappy, "Zstd": &pqgo.Zstd} {
		content := parquetLog(b, n, codec)
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprint(name, workers), func(b *testing.B) {
				s := mustOpen(b, fstest.MapFS{"events.parquet": &fstest.MapFile{Data: content}}, Options{})
				b.SetBytes(int64(len(content)))
				b.ReportAllocs()
				before := userTime(b)
				for b.Loop() {
					counts := make([]int, workers)
					opened := 0
					err := s.Events(context.Background(), workers, func(r event.Reject) { b.Fatal(r) }, func() event.Sink {
						c := &counts[opened]
						opened++
						return func(*event.Event, event.Part, event.Place) error { *c++; return nil }
					})
					got := 0
					for _, c := range counts {
						got += c
					}
					if err != nil || got != n {
						b.Fatal(got, err)
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/(userTime(b)-before).Seconds(), "events/cpu-s")
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}
