package bench

import (
	"context"
	"fmt"

	"curio/datasets/event"
	"curio/datasets/eventlog"
	"curio/datasets/synth"
	"curio/datasets/timeline"
	"curio/features/profile"
)

// The passes that Pass makes.
const (
	PassWrite    = "write"    // writes the platform
	PassRead     = "read"     // reads every event and folds one aggregate a user
	PassIngest   = "ingest"   // reads everything and folds profiles
	PassStandard = "standard" // PassRead by the standard library: jsonl and csv
)

// Passes lists the passes that Pass makes.
func Passes() []string { return []string{PassWrite, PassRead, PassIngest, PassStandard} }

// Pass is one pass over the files of a platform.
type Pass struct {
	Platform        // that PassWrite writes
	Name     string // of Passes
	Format   string // of IngestFormats
	Data     string // folder
	Workers  int
}

// Totals are what everyone must find in the same events.
type Totals struct {
	Events  int64 `json:"events"`
	Users   int64 `json:"users"`           // with an event
	Pairs   int64 `json:"pairs,omitempty"` // of a user and an item, PassIngest only
	Watched int64 `json:"watched_ms"`
	Last    int64 `json:"last_ms"` // of the latest event
}

// Answer is what a program says at the end of a pass.
type Answer struct {
	Peer string `json:"peer,omitempty"` // as it calls itself
	Totals
	Spilled int64 `json:"spilled_bytes,omitempty"` // to disk
}

// Make makes the pass in this process. Nothing may be rejected.
func (p Pass) Make(ctx context.Context) (Answer, error) {
	switch p.Name {
	case PassWrite:
		s, err := synth.New(p.options())
		if err != nil {
			return Answer{}, err
		}
		return Answer{}, s.Write(ctx, p.Data, p.Format)
	case PassRead:
		return p.read(ctx)
	case PassIngest:
		return p.ingest(ctx)
	case PassStandard:
		return p.standard(ctx)
	}
	return Answer{}, fmt.Errorf("there is no pass %q", p.Name)
}

// rejects counts, and remembers the first.
type rejects struct {
	n     int
	first event.Reject
}

func (r *rejects) add(one event.Reject) {
	if r.n++; r.n == 1 {
		r.first = one
	}
}

func (r *rejects) err() error {
	if r.n == 0 {
		return nil
	}
	return fmt.Errorf("%d rows were rejected, the first %+v: %w", r.n, r.first, ErrData)
}

// read folds every accepted event, duplicates among them.
func (p Pass) read(ctx context.Context) (Answer, error) {
	src, err := eventlog.Open(ctx, p.Data, eventlog.Options{})
	if err != nil {
		return Answer{}, err
	}
	var rejected rejects
	var parts []aggregates // open is called from one goroutine at a time
	err = src.Events(ctx, p.Workers, rejected.add, func() event.Sink {
		a := aggregates{}
		parts = append(parts, a)
		return func(e *event.Event, _ event.Part, _ event.Place) error {
			a.fold(e.UserID, e.Watched, int64(e.TS))
			return nil
		}
	})
	if err != nil {
		return Answer{}, err
	}
	whole := parts[0]
	for _, a := range parts[1:] {
		whole.merge(a)
	}
	return Answer{Totals: whole.totals()}, rejected.err()
}

// ingest does what a training does before it learns. The profile of a user is
// folded into totals and forgotten, as one that is written out would be.
func (p Pass) ingest(ctx context.Context) (Answer, error) {
	src, err := eventlog.Open(ctx, p.Data, eventlog.Options{})
	if err != nil {
		return Answer{}, err
	}
	var rejected rejects
	catalogue, err := src.Catalogue(ctx, rejected.add)
	if err != nil {
		return Answer{}, err
	}
	lines, err := timeline.Gather(ctx, src, timeline.Options{Workers: p.Workers}, rejected.add, nil)
	if err != nil {
		return Answer{}, err
	}
	defer lines.Close()
	listed := newListed(catalogue, lines.Items())
	var folds []*fold
	err = lines.Each(ctx, func() func(*timeline.User) error {
		f := &fold{listed: listed, items: make([]profile.Item, len(catalogue.Items))}
		folds = append(folds, f)
		return f.add
	})
	if err != nil {
		return Answer{}, err
	}
	whole := folds[0]
	for _, f := range folds[1:] {
		whole.merge(f)
	}
	return Answer{Totals: whole.totals, Spilled: lines.Spilled()}, rejected.err()
}
