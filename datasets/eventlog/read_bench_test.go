//go:build unix

package eventlog

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"curio/datasets/event"
)

// synthLog writes n events with the fields and lengths of a synthetic platform,
// about 120 bytes each as JSON.
func synthLog(n int, json bool) string {
	var b strings.Builder
	if !json {
		b.WriteString("event_id,ts,user_id,item_id,type,seconds,progress,rating,amount,currency,plan,channel,received_at\n")
	}
	for i := range n {
		ts := time.UnixMilli(1700000000000 + int64(i)*977).UTC().Format("2006-01-02T15:04:05.000Z")
		user, item := i*7919%(n/50+1), i*104729%4000
		if json {
			fmt.Fprintf(&b, `{"event_id":"e%08d","ts":"%s","user_id":"u%06d","item_id":"i%04d","type":`, i, ts, user, item)
			b.WriteString([]string{`"view"`, `"watch","seconds":312.5,"channel":"app"`, `"progress","progress":0.35`, `"rating","rating":4.5`,
				`"view","channel":"web"`, `"like"`, `"purchase","amount":19.9,"currency":"EUR","plan":"single"`, `"watch","seconds":40`}[i%8] + "}\n")
			continue
		}
		fmt.Fprintf(&b, "e%08d,%s,u%06d,i%04d,", i, ts, user, item)
		b.WriteString([]string{"view,,,,,,,,", "watch,312.5,,,,,,app,", "progress,,0.35,,,,,,", "rating,,,4.5,,,,,",
			"view,,,,,,,web,", "like,,,,,,,,", "purchase,,,,19.9,EUR,single,,", "watch,40,,,,,,,"}[i%8] + "\n")
	}
	return b.String()
}

// cpu is the processor time this process has taken.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkEvents(b *testing.B) {
	const n = 200_000
	json, csv := synthLog(n, true), synthLog(n, false)
	for _, f := range []struct{ name, data string }{
		{"events.jsonl", json}, {"events.csv", csv},
		{"events.jsonl.gz", string(zipped(b, []byte(json)))}, {"events.csv.gz", string(zipped(b, []byte(csv)))},
	} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/workers=%d", f.name, workers), func(b *testing.B) {
				s := mustOpen(b, fsOf(map[string]string{f.name: f.data}), Options{})
				b.SetBytes(int64(len(f.data)))
				b.ReportAllocs()
				spent := cpu(b)
				for b.Loop() {
					got := make([]int, 0, workers)
					err := s.Events(context.Background(), workers, func(r event.Reject) { b.Error(r) }, func() event.Sink {
						got = append(got, 0)
						mine := &got[len(got)-1]
						return func(*event.Event, event.Part, event.Place) error { *mine++; return nil }
					})
					all := 0
					for _, n := range got {
						all += n
					}
					if err != nil || all != n {
						b.Fatal(all, err)
					}
				}
				spent = cpu(b) - spent
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
				b.ReportMetric(float64(n)*float64(b.N)/spent.Seconds(), "events/cpu-s")
			})
		}
	}
}
