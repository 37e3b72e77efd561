package privacy

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"curio/datasets/event"
)

// cpu is the processor time of this process in nanoseconds: other load does not
// count, as it would in time that passes.
func cpu() int64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func BenchmarkPseudonym(b *testing.B) {
	h := testKey(b).Handle()
	ids := make([]string, 1<<12)
	for i := range ids {
		ids[i] = "user-" + strconv.Itoa(i*7919)
	}
	b.ReportAllocs()
	i, began := 0, cpu()
	for b.Loop() {
		h.User(ids[i&(1<<12-1)])
		i++
	}
	b.ReportMetric(float64(cpu()-began)/float64(b.N), "cpu-ns/id")
}

// stream gives n events of a million users, in bursts.
type stream struct {
	table
	n     int
	burst int
	id    string // of every event
}

func (s *stream) Events(_ context.Context, _ int, _ func(event.Reject), open func() event.Sink) error {
	r, sink := rand.New(rand.NewPCG(1, 1)), open()
	e := event.Event{TS: 1_700_000_000_000, ItemID: "item-1", Type: event.View, Plan: "single", Channel: "app", ID: s.id}
	for i := range s.n {
		if i%s.burst == 0 { // just read, so near at hand
			e.UserID = "user-" + strconv.Itoa(r.IntN(len(s.cat.Users)))
		}
		if err := sink(&e, event.Train, event.Place(i)); err != nil {
			return err
		}
	}
	return nil
}

func BenchmarkGuard(b *testing.B) {
	ids := make([]string, 1_000_000)
	for i := range ids {
		ids[i] = "user-" + strconv.Itoa(i)
	}
	users := make([]event.User, len(ids))
	for i := range users {
		users[i] = event.User{ID: ids[i], Consent: Purposes()}
	}
	for name, c := range map[string]struct {
		o     Options
		burst int
		id    string
	}{
		"Nothing":             {Options{}, 10, ""},
		"PseudonymsBursts":    {Options{Pseudonyms: testKey(b)}, 10, ""},
		"PseudonymsScattered": {Options{Pseudonyms: testKey(b)}, 1, ""},
		"PseudonymsEventIDs":  {Options{Pseudonyms: testKey(b)}, 10, "4a7d1ed4-1474-e441-a9f2-aa4bb1c1d2e3"},
		"ConsentBursts":       {Options{Consent: []string{Recommend}}, 10, ""},
		"EverythingScattered": {Options{Consent: []string{Recommend}, Pseudonyms: testKey(b), Erasures: erase(ids[:1000]...), Retain: 1 << 40, Now: 1_700_000_000_000}, 1, ""},
	} {
		b.Run(name, func(b *testing.B) {
			const n = 1_000_000
			src := &stream{n: n, burst: c.burst, id: c.id}
			src.cat.Users = users
			s, err := Guard(src, c.o)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := s.Catalogue(b.Context(), nil); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			began := cpu()
			for b.Loop() {
				passed := 0
				if err := event.Each(b.Context(), s, nil, func(*event.Event, event.Part, event.Place) error { passed++; return nil }); err != nil || passed == 0 {
					b.Fatal(passed, err)
				}
			}
			b.ReportMetric(float64(cpu()-began)/float64(b.N)/n, "cpu-ns/event")
		})
	}
}
