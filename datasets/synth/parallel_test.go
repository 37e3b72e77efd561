package synth

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"curio/datasets/event"
)

// Any number of workers gives the same events at the same places, all of a user's
// to one sink and in order.
func TestEventsInParallel(t *testing.T) {
	p := mustNew(t, small())
	want := collect(t, p)
	for _, workers := range []int{0, 1, 2, 3, 100} {
		got := make([]event.Event, len(want)+1)
		var seen, opened atomic.Int64
		owner := make(map[string]int64) // of users, by sink; checked after all ended
		type record struct {
			user string
			at   event.Place
		}
		perSink := make([][]record, 200)
		err := p.Events(context.Background(), workers, nil, func() event.Sink {
			number := opened.Add(1) - 1
			return func(e *event.Event, part event.Part, at event.Place) error {
				if part != event.Train || at.File() != 0 || at.Line() < 1 || at.Line() > len(want) {
					t.Errorf("part %d, file %d, line %d", part, at.File(), at.Line())
					return errors.New("stop")
				}
				c := *e
				c.ItemID, c.UserID = strings.Clone(c.ItemID), strings.Clone(c.UserID)
				got[at.Line()] = c
				seen.Add(1)
				perSink[number] = append(perSink[number], record{c.UserID, at})
				return nil
			}
		})
		if err != nil || int(seen.Load()) != len(want) {
			t.Fatalf("%d workers: %d of %d events, %v", workers, seen.Load(), len(want), err)
		}
		if n := int(opened.Load()); n < 1 || n > max(workers, 1) {
			t.Errorf("%d workers: %d sinks", workers, n)
		}
		for i, e := range want {
			if got[i+1] != e {
				t.Fatalf("%d workers: event %d:\n%+v\n%+v", workers, i+1, got[i+1], e)
			}
		}
		for number, records := range perSink {
			last := make(map[string]event.Place)
			for _, r := range records {
				if o, ok := owner[r.user]; ok && o != int64(number) || r.at <= last[r.user] {
					t.Fatalf("%d workers: events of %s in two sinks or out of order", workers, r.user)
				}
				owner[r.user], last[r.user] = int64(number), r.at
			}
		}
	}
}

func TestEventsInParallelStop(t *testing.T) {
	p := mustNew(t, small())
	stop := errors.New("enough")
	var n atomic.Int64
	err := p.Events(context.Background(), 2, nil, func() event.Sink {
		return func(*event.Event, event.Part, event.Place) error {
			if n.Add(1) == 100 {
				return stop
			}
			return nil
		}
	})
	if err != stop || n.Load() > 100+2048+5000 {
		t.Errorf("%v after %d events", err, n.Load())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err = p.Events(ctx, 2, nil, func() event.Sink {
		return func(*event.Event, event.Part, event.Place) error { t.Error("an event"); return nil }
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
