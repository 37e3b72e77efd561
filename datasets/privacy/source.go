package privacy

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"

	"curio/datasets/event"
)

// Source is a data set of which only what may be seen can be read. It implements
// event.Source and may be read by several goroutines at once if what it wraps may.
type Source struct {
	src event.Source
	o   Options

	mu     sync.Mutex // guards all below, which are of the latest whole readings
	agreed map[string]struct{}
	users  *userTally  // nil before one
	events *eventTally // nil before one
}

// Guard wraps a source. Rows meet these rules in this order, and one that is
// dropped counts for the first rule that drops it: retention (of events), erasure,
// consent, pseudonyms. Rows that are dropped are no rejects; Notes counts them.
// What passes is, row for row, what passes of a source that never held the erased
// users.
//
// When consent is asked for, Events reads the catalogue first, unless Catalogue
// was called before. The error names every fault of o.
func Guard(src event.Source, o Options) (*Source, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("privacy: %w", err)
	}
	return &Source{src: src, o: o}, nil
}

// Fixed reports whether the data set comes with its own split.
func (s *Source) Fixed() bool { return s.src.Fixed() }

// Files names the files that the places of events count.
func (s *Source) Files() []string { return s.src.Files() }

// Catalogue returns the catalogue with those users who may be seen.
func (s *Source) Catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	all, err := s.src.Catalogue(ctx, s.redacted(reject))
	if err != nil {
		return nil, err
	}
	refused := map[string]bool{} // users of whom a row lacks a purpose
	for i := range all.Users {
		if u := &all.Users[i]; !s.o.agreed(u) {
			refused[u.ID] = true
		}
	}
	tally, agreed := &userTally{erased: map[string]int{}}, map[string]struct{}{}
	passed, handle := *all, s.handle()
	passed.Users = make([]event.User, 0, len(all.Users))
	for i := range all.Users {
		u := &all.Users[i]
		switch {
		case s.o.Erasures.has(u.ID):
			tally.erased[u.ID]++
		case refused[u.ID]:
			tally.withoutConsent++
		default:
			if len(s.o.Consent) > 0 {
				agreed[u.ID] = struct{}{}
			}
			passed.Users = append(passed.Users, renamed(*u, handle))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users, s.agreed = tally, agreed
	return &passed, nil
}

// Events hands on the events that may be seen.
func (s *Source) Events(ctx context.Context, workers int, reject func(event.Reject), open func() event.Sink) error {
	agreed, err := s.consented(ctx)
	if err != nil {
		return err
	}
	var (
		mu   sync.Mutex // guards team
		team []*worker
	)
	err = s.src.Events(ctx, workers, s.redacted(reject), func() event.Sink {
		w := &worker{
			o: &s.o, cutoff: s.o.cutoff(), agreed: agreed, sink: open(), handle: s.handle(), open: s.o.open(),
			seed: maphash.MakeSeed(), cache: make([]ruling, cacheSize), tally: eventTally{erased: map[string]int{}},
		}
		mu.Lock()
		defer mu.Unlock()
		team = append(team, w)
		return w.event
	})
	if err != nil {
		return err
	}
	total := &eventTally{erased: map[string]int{}}
	for _, w := range team {
		total.add(&w.tally)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = total
	return nil
}

// consented returns who agreed, nil when nobody is asked.
func (s *Source) consented(ctx context.Context) (map[string]struct{}, error) {
	if len(s.o.Consent) == 0 {
		return nil, nil
	}
	s.mu.Lock()
	agreed := s.agreed
	s.mu.Unlock()
	if agreed != nil {
		return agreed, nil
	}
	if _, err := s.Catalogue(ctx, nil); err != nil {
		return nil, fmt.Errorf("read consent: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.agreed, nil
}

// handle returns a new handle, nil without pseudonyms.
func (s *Source) handle() *Handle {
	if s.o.Pseudonyms == nil {
		return nil
	}
	return s.o.Pseudonyms.Handle()
}

// redacted returns reject behind redact, if there are pseudonyms.
func (s *Source) redacted(reject func(event.Reject)) func(event.Reject) {
	if reject == nil || s.o.Pseudonyms == nil {
		return reject
	}
	return func(r event.Reject) { reject(redact(r)) }
}

var _ event.Source = (*Source)(nil)
