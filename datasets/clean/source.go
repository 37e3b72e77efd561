// Package clean checks events against the catalogue of their data set, and brings
// amounts into one currency and texts into one form.
//
// Rejects of this package have the codes seconds_longer_than_item, item_unknown,
// currency_unknown and number_range. Ids are compared byte by byte and never
// changed. The texts of the catalogue (titles, tags, categories, names, ...) lose
// blanks at their ends and get Unicode's normal form C, so that one word has one
// spelling; a list loses what is empty or stood earlier in it.
package clean

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"curio/datasets/event"
)

// Source is a data set of which only what makes sense can be read. It implements
// event.Source and may be read by several goroutines at once if what it wraps may.
type Source struct {
	src      event.Source
	o        Options
	exchange exchange

	mu     sync.Mutex // guards all below, which are of the latest whole readings
	shelf  *shelf     // nil before one
	prices int        // converted
	tally  tally
}

// New wraps a source. An event meets these checks in this order, and has the code
// of the first it fails: that its item is known, that it was not watched for too
// long, that its amount can be converted. An item whose price cannot be converted
// is rejected and is not in the catalogue; such a reject has no file and line, as
// the rows of a catalogue have none.
//
// With Refuse, items that the catalogue marks as Unlisted are unknown and left
// out of it. Where there is a base every amount is in it, 0 included, which is
// worth 0 in any currency. Events that name a currency and no amount keep it.
//
// Events reads the catalogue first if it needs it and Catalogue was not called
// before. It delivers what it rejects behind what the source rejects, in the
// order of places. While they are at most MaxHeld they wait in memory; if they
// are more, the source is read a second time, by one worker, to find them again.
//
// The error names every fault of o.
func New(src event.Source, o Options) (*Source, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("clean: %w", err)
	}
	x, err := newExchange(o.Currency)
	return &Source{src: src, o: o, exchange: x}, err
}

// Fixed reports whether the data set comes with its own split.
func (s *Source) Fixed() bool { return s.src.Fixed() }

// Files names the files that the places of events count.
func (s *Source) Files() []string { return s.src.Files() }

// Notes returns those of the source, if it has any, and
//
//	prices_converted       prices of items that were in another currency than the base
//	amounts_converted      amounts of events alike
//	currencies             how many the amounts of events are in, if more than one
//	                       and there is no base: their sums mean nothing then
//	events_other_currency  events with an amount that is not in the most frequent of these
//	items_not_checked      1 if unknown items are to be rejected and the source lists none
//
// Counts of zero are left out.
func (s *Source) Notes() map[string]int {
	all := map[string]int{}
	if n, ok := s.src.(interface{ Notes() map[string]int }); ok {
		maps.Copy(all, n.Notes())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, n := range map[string]int{"prices_converted": s.prices, "amounts_converted": s.tally.converted} {
		if n > 0 {
			all[name] = n
		}
	}
	if s.o.refuses() && s.shelf != nil && !s.shelf.refuses {
		all["items_not_checked"] = 1
	}
	if n := len(s.tally.currencies); n > 1 {
		all["currencies"] = n
		counts := slices.Sorted(maps.Values(s.tally.currencies))
		others := 0
		for _, c := range counts[:n-1] {
			others += c
		}
		all["events_other_currency"] = others
	}
	return all
}

// Events hands on the events that make sense.
func (s *Source) Events(ctx context.Context, workers int, reject func(event.Reject), open func() event.Sink) error {
	shelf, err := s.known(ctx)
	if err != nil {
		return err
	}
	var (
		mu   sync.Mutex // guards team
		team []*worker
		held held
	)
	err = s.src.Events(ctx, workers, reject, func() event.Sink {
		w := &worker{check: s.check(shelf), held: &held, sink: open()}
		mu.Lock()
		defer mu.Unlock()
		team = append(team, w)
		return w.event
	})
	if err != nil {
		return err
	}
	var total tally
	for _, w := range team {
		total.add(&w.tally)
	}
	if err := s.deliver(ctx, shelf, team, &held, reject); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tally = total
	return nil
}

// known returns what events are checked against, nil if nothing is needed.
func (s *Source) known(ctx context.Context) (*shelf, error) {
	if s.o.MaxWatch == 0 && !s.o.refuses() {
		return nil, nil
	}
	s.mu.Lock()
	shelf := s.shelf
	s.mu.Unlock()
	if shelf != nil {
		return shelf, nil
	}
	if _, err := s.Catalogue(ctx, nil); err != nil {
		return nil, fmt.Errorf("read items to check events against: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shelf, nil
}

var _ event.Source = (*Source)(nil)
