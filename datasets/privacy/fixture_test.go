package privacy

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"curio/datasets/event"
)

// table is a data set in memory. It is read by as many goroutines as it is asked
// to be, each of which reuses one event.
type table struct {
	cat     event.Catalogue
	events  []event.Event
	rejects []event.Reject // of both readings
	err     error          // after half of the events
	notes   map[string]int
	reads   int // of the catalogue
}

func (t *table) Fixed() bool           { return true }
func (t *table) Files() []string       { return []string{"events-1.csv", "events-2.csv"} }
func (t *table) Notes() map[string]int { return t.notes }

func (t *table) Catalogue(_ context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	t.reads++
	t.report(reject)
	return &t.cat, nil
}

func (t *table) report(reject func(event.Reject)) {
	for _, r := range t.rejects {
		if reject != nil {
			reject(r)
		}
	}
}

func (t *table) Events(ctx context.Context, workers int, reject func(event.Reject), open func() event.Sink) error {
	t.report(reject)
	errs := make([]error, workers)
	var team sync.WaitGroup
	for w := range workers {
		team.Go(func() {
			sink := open()
			var e event.Event
			for i := w; i < len(t.events); i += workers {
				if t.err != nil && i > len(t.events)/2 {
					errs[w] = t.err
					return
				}
				e = t.events[i]
				if err := sink(&e, event.Part(i%3), event.PlaceOf(i%2, i+1)); err != nil {
					errs[w] = err
					return
				}
				if e != t.events[i] {
					errs[w] = fmt.Errorf("event %d was changed into %+v", i, e)
				}
			}
		})
	}
	team.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// row is one event as it passed.
type row struct {
	event.Event
	Part event.Part
	At   event.Place
}

// outcome is all that passes a source.
type outcome struct {
	Cat     event.Catalogue
	Events  []row // in order of place
	Rejects []event.Reject
	Notes   map[string]int
}

func guard(t *testing.T, src event.Source, o Options) *Source {
	t.Helper()
	s, err := Guard(src, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t *testing.T, s *Source, workers int) outcome {
	t.Helper()
	var out outcome
	reject := func(r event.Reject) { out.Rejects = append(out.Rejects, r) }
	cat, err := s.Catalogue(t.Context(), reject)
	if err != nil {
		t.Fatal(err)
	}
	out.Cat = *cat
	var mu sync.Mutex
	err = s.Events(t.Context(), workers, reject, func() event.Sink {
		return func(e *event.Event, part event.Part, at event.Place) error {
			mu.Lock()
			defer mu.Unlock()
			out.Events = append(out.Events, row{*e, part, at})
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(out.Events, func(a, b row) int { return int(a.At.Line()) - int(b.At.Line()) })
	out.Notes = s.Notes()
	return out
}

// erase lists users to erase.
func erase(ids ...string) *Erasures {
	e := &Erasures{ids: map[string]struct{}{}}
	for _, id := range ids {
		e.ids[id] = struct{}{}
	}
	return e
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
