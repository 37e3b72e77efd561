package timeline

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"

	"curio/datasets/event"
)

// listed is a source made of a slice, read by as many goroutines as are allowed.
type listed struct {
	events []event.Event
	err    error
}

func (s *listed) Fixed() bool     { return false }
func (s *listed) Files() []string { return []string{"a.jsonl", "b.jsonl"} }

func (s *listed) Catalogue(context.Context, func(event.Reject)) (*event.Catalogue, error) {
	return &event.Catalogue{}, nil
}

// place puts the first half of the events in the first file.
func (s *listed) place(i int) event.Place {
	if half := len(s.events) / 2; i >= half {
		return event.PlaceOf(1, i-half+1)
	}
	return event.PlaceOf(0, i+1)
}

func (s *listed) Events(ctx context.Context, workers int, _ func(event.Reject), open func() event.Sink) error {
	var wg sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		sink := open()
		wg.Go(func() {
			for i := w; i < len(s.events) && errs[w] == nil; i += workers {
				if errs[w] = ctx.Err(); errs[w] == nil {
					e := s.events[i]
					errs[w] = sink(&e, partOf(&e), s.place(i))
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return s.err
}

func partOf(e *event.Event) event.Part { return event.Part(len(e.ItemID)+len(e.Channel)%3) % 3 }

// randomEvents returns n events of every kind, a third of them repeated, some under
// the id of another event.
func randomEvents(r *rand.Rand, n int) []event.Event {
	events := make([]event.Event, 0, n)
	for i := range n {
		if i > 0 && r.IntN(3) == 0 {
			e := events[r.IntN(i)]
			if e.ID != "" && r.IntN(2) == 0 {
				e.UserID, e.TS = fmt.Sprint("u", r.IntN(20)), e.TS+1 // the id says that it is the same
			} else if e.ID != "" {
				e.ReceivedAt++ // it was sent again
			}
			events = append(events, e)
			continue
		}
		e := event.Event{
			UserID: fmt.Sprint("u", r.IntN(20)), TS: event.Time(r.IntN(40)), Type: event.Type(1 + r.IntN(13)),
			Has: event.Has(r.IntN(16)), Channel: []string{"", "app", "web"}[r.IntN(3)],
		}
		if r.IntN(2) == 0 {
			e.ID = fmt.Sprint("e", r.IntN(n))
		}
		if r.IntN(5) > 0 {
			e.ItemID = fmt.Sprint("i", r.IntN(9))
		}
		if r.IntN(4) == 0 {
			e.ReceivedAt = e.TS + event.Time(r.IntN(9))
		}
		if e.Has&event.HasWatched != 0 {
			e.Watched = r.Int64N(1 << 40)
		}
		if e.Has&event.HasProgress != 0 {
			e.Progress = r.Int32N(10001)
		}
		if e.Has&event.HasRating != 0 {
			e.Rating = 100 + r.Int32N(401)
		}
		if e.Has&event.HasAmount != 0 {
			e.Amount, e.Currency, e.Plan = r.Int64N(1<<50), "EUR", "single"
		}
		events = append(events, e)
	}
	return events
}
