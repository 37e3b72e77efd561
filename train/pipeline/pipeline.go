// Package pipeline is the main job: read logs, build features, fit the models,
// evaluate them, and hand over an artifact that is ready to be published.
package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/datasets/census"
	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/public"
	"curio/datasets/timeline"
	"curio/experiments/run"
	"curio/features/profile"
	"curio/train/clustering"
	"curio/train/evaluate"
	"curio/train/twotower"
)

// Config says what to train on and how. Its settings, and the segments that it goes
// on from, decide what comes out; Workers changes the time taken.
type Config struct {
	Name string // of the data set
	// PseudonymKey is the id of the key that users have pseudonyms under, if any.
	PseudonymKey string
	Settings     map[string]any // further settings that decide the data: scalars by name
	Source       event.Source
	Split        Split   // for sources without a split of their own
	Holdout      float64 // share of the interactions to hold out
	// SpareValidation keeps the validation side of a source's own split out of the
	// final fit, and does not mask it, as most published figures have it.
	SpareValidation bool
	Seed            uint64
	Workers         int

	Timeline timeline.Options // but for Workers
	Census   census.Options
	ReadOnly bool // end when the data was read and inspected

	Profiles profile.Options
	// Strength says which pairs show interest, how much each counts in the loss,
	// and, unless the rehearsal learns better, what histories weigh.
	Strength      profile.Strength
	LearnStrength bool
	learned       *profile.Strength
	// NoRehearsal takes the settings as they are instead of learning on a part of
	// the training data what can be learned.
	NoRehearsal bool
	// Auto is how long the rehearsal looks for better hyper-parameters.
	Auto     time.Duration
	Interest twotower.Options
	IDsOnly  bool // leave profiles and attributes out of the interest model
	Graph    Graph
	Segments clustering.Options
	// SegmentFeatures are what users are put in segments by.
	SegmentFeatures clustering.Features
	Evaluate        evaluate.Options

	// Predecessor decides what comes out as the settings do.
	Predecessor Predecessor
}

// Observer is told how a run is going. Its functions are called from one
// goroutine at a time.
type Observer struct {
	Clock  func() time.Time
	Stage  func(name string, done, total int) // a total of 0 is not known
	Epoch  func(stage string, e twotower.Epoch)
	Reject func(event.Reject)
	// Inspect is given what was read, before anything is learned; its error ends
	// the run. It may be nil.
	Inspect func(Reading) error
	// Checkpoint is where a fit of the name keeps what it can go on from. It may be
	// nil. Runs of the same data and settings have the same names.
	Checkpoint func(name string) twotower.Checkpoint
	// Keep stores a file beside the record of the run. It may be nil.
	Keep func(name string, write func(io.Writer) error) error
}

// ErrData is wrapped by errors of data that cannot be read, or cannot be used.
var ErrData = errors.New("data cannot be used")

// BadData reports whether err is due to the data rather than to the program or
// the machine.
func BadData(err error) bool {
	return errors.Is(err, ErrData) || errors.Is(err, twotower.ErrData) || errors.Is(err, evaluate.ErrNoTruth) || errors.Is(err, clustering.ErrInput)
}

// epoch tells of an epoch, if anybody listens.
func (o *Observer) epoch(stage string, e twotower.Epoch) {
	if o.Epoch != nil {
		o.Epoch(stage, e)
	}
}

// checkpoint is where a stage of the run that l and c describe keeps its state, nil
// for nowhere.
func (o *Observer) checkpoint(l *log, c *Config, stage string) twotower.Checkpoint {
	if o.Checkpoint == nil {
		return nil
	}
	all := c.settings()
	all["patience"] = c.Interest.Patience // of a fit under way; what comes of it is in epochs
	settings, _ := json.Marshal(all)      // scalars, and lists of them
	sum := sha256.Sum256(append([]byte(l.digest), settings...))
	return o.Checkpoint(hex.EncodeToString(sum[:8]) + "-" + stage)
}

// Result is what a run produced.
type Result struct {
	Bundle      *bundle.Bundle
	Version     string
	Dataset     run.Dataset
	Metrics     run.Reports
	Strata      []run.Stratum
	Segments    run.Segments
	Notes       map[string]int
	Settings    map[string]any // what decided the result, by name
	Curve       []run.Epoch
	Rehearsal   *run.Rehearsal     // nil without one
	Calibration *run.Calibration   // nil for a model that tells no probabilities
	Timings     map[string]float64 // seconds by stage
}

// Run does the job. Errors of the data wrap ErrData. What it made is in the result
// and, where Observer.Keep is given, with that; temporary files are gone.
func Run(ctx context.Context, c Config, o Observer) (*Result, error) {
	r := &Result{Timings: map[string]float64{}, Settings: c.settings()}
	lap := stopwatch(o.Clock, r.Timings)

	l, err := r.read(ctx, c, o)
	if err != nil {
		return nil, err
	}
	lap("read")
	if c.ReadOnly {
		l.close()
		return r, nil
	}

	c.Interest.Seed, c.Interest.Workers = c.Seed, c.Workers
	if c.SpareValidation && !l.validated {
		r.note(map[string]int{"no_validation_to_spare": 1})
		c.SpareValidation = false
	}
	var head *rehearsedHead
	if c.NoRehearsal {
		if c.Graph.Gain < 0 {
			c.Graph.Gain = unrehearsed
		}
	} else {
		if r.Rehearsal, head, err = rehearse(ctx, l, &c, o); err != nil {
			l.close()
			return nil, fmt.Errorf("rehearse: %w", err)
		}
		if r.Rehearsal.Users == 0 {
			r.note(map[string]int{"rehearsal_without_judges": 1})
		}
		lap("rehearse")
	}
	maps.Copy(r.Settings, c.settings())

	o.Stage("features", 0, 0)
	v, err := divide(ctx, l, c, false)
	l.close()
	if err != nil {
		return nil, err
	}
	if v.fixed {
		r.note(v.overlap())
	}
	in, err := prepare(ctx, l, v, c)
	if err != nil {
		return nil, fmt.Errorf("prepare features: %w", err)
	}
	if len(in.task(1).Users) == 0 {
		return nil, fmt.Errorf("%w: nobody has an item of interest held out: it takes several of a user, at different times, or a test side with one that they had not met", ErrData)
	}
	if len(in.data.Pairs) == 0 && v.lates > 0 {
		return nil, fmt.Errorf("%w: there is nothing to learn from: %d events happened before the part that is held out but were received (received_at) after it began, so that nobody knew of them then; log events as they happen, or leave received_at out of those that were loaded later", ErrData, v.lates)
	}
	lap("features")

	o.Stage("fit interest model", 0, 0)
	model, err := twotower.Fit(ctx, in.data, c.Interest, &twotower.Watch{
		Step: func(done, total int) { o.Stage("fit interest model", done, total) },
		Epoch: func(e twotower.Epoch) {
			r.Curve = append(r.Curve, run.Epoch{Epoch: e.Number, Loss: e.Loss})
			o.epoch("fit interest model", e)
		},
		Checkpoint: o.checkpoint(l, &c, "fit"),
	})
	if err != nil {
		return nil, err
	}
	if c.Graph.Gain > 0 {
		o.Stage("fit item graph", 0, 0)
		g, err := in.graph(ctx, c.Graph, c.Workers)
		if err != nil {
			return nil, err
		}
		if model, err = combine(model, g, c.Graph.Gain); err != nil {
			return nil, err
		}
	}
	if head != nil {
		if model, r.Rehearsal.Alignment, err = head.wear(model, in); err != nil {
			return nil, err
		}
	}
	if model, err = reread(model); err != nil {
		return nil, err
	}
	lap("fit")

	c.Evaluate.Seed, c.Evaluate.Workers = c.Seed, c.Workers
	if r.Metrics, r.Strata, err = measure(ctx, model, in, c.Evaluate, o.Stage); err != nil {
		return nil, err
	}
	if r.Metrics.Worse("ndcg@10") {
		r.note(map[string]int{"ranks_worse_than_a_baseline": 1})
	}
	if r.Calibration, err = measureHead(ctx, model, in, c.Evaluate); err != nil {
		return nil, err
	}
	lap("evaluate")

	o.Stage("fit segments", 0, 0)
	v.now()
	c.Segments.Seed, c.Segments.Workers = c.Seed, c.Workers
	g, err := r.descend(l, &c, func(before *clustering.Previous) (*grouping, error) {
		c.Segments.Previous = before
		g, err := group(ctx, l.people, v.train, v.asOf, in.users, c.SegmentFeatures, c.Segments)
		if err == nil {
			g.model, err = favour(g.model, g.members, v.train, l.catalogue, &c.Strength, c.Segments.MinSize)
		}
		return g, err
	})
	if err != nil {
		return nil, err
	}
	r.Segments = g.summary()
	r.note(map[string]int{"segments_fewer_than_asked": c.Segments.Segments - r.Segments.K})
	if len(g.model.Features()) == 0 {
		r.note(map[string]int{"segments_without_features": 1})
	}
	if j := r.Segments.Judged; j != nil && !j.Better && c.Segments.Segments != 1 {
		r.note(map[string]int{"segments_not_better_than_chance": 1})
	}
	lap("segments")

	if o.Keep != nil {
		o.Stage("write feature tables", 0, 0)
		if err := tables(l, v, in.users, in.items, o.Keep); err != nil {
			return nil, fmt.Errorf("feature tables: %w", err)
		}
		if r.Calibration != nil {
			if err := o.Keep("reliability.svg", func(w io.Writer) error { return evaluate.Reliability(w, r.Calibration) }); err != nil {
				return nil, fmt.Errorf("reliability diagram: %w", err)
			}
		}
		lap("tables")
	}
	o.Stage("encode artifact", 0, 0)
	if err := r.encode(c, l, v, in, model, g); err != nil {
		return nil, err
	}
	lap("encode")
	return r, nil
}

// read loads the source and describes it.
func (r *Result) read(ctx context.Context, c Config, o Observer) (*log, error) {
	o.Stage("read", 0, 0)
	l, err := read(ctx, &c, o.Reject, func(events int) { o.Stage("read", events, 0) })
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, timeline.ErrTemp):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	if err := r.describe(l, c, o); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// describe notes what was read, and returns an error if it is nothing to learn
// from.
func (r *Result) describe(l *log, c Config, o Observer) error {
	if n, ok := c.Source.(public.Noter); ok {
		r.note(n.Notes())
	}
	r.note(map[string]int{"users_dropped_as_bots": l.dropped})
	r.Dataset = run.Dataset{
		Name: c.Name, Digest: l.digest, Events: l.events, Rejected: l.rejected + l.rejects[code.Duplicate],
		Users: l.users.Len(), Items: l.items.Len(),
	}
	if o.Inspect != nil {
		err := o.Inspect(Reading{Dataset: r.Dataset, Census: l.census, Accepted: l.accepted, Rejected: l.rejected, Damaged: l.damaged, Notes: r.Notes})
		if err != nil {
			return err
		}
	}
	if l.events == 0 {
		return fmt.Errorf("%w: %s has no event that was accepted, and %d rows that were rejected; notes: %v", ErrData, c.Name, l.rejected, r.Notes)
	}
	if l.users.Len() == 0 {
		return fmt.Errorf("%w: every user of %s looks like a program and was dropped", ErrData, c.Name)
	}
	if !slices.ContainsFunc(l.catalogue, func(i event.Item) bool { return !i.Unlisted && !i.Unavailable }) {
		return fmt.Errorf("%w: none of the %d items is both listed and available, so nothing could be recommended", ErrData, len(l.catalogue))
	}
	return nil
}

// note adds counts to the notes, but for zeros.
func (r *Result) note(counts map[string]int) {
	for name, n := range counts {
		if n > 0 {
			if r.Notes == nil {
				r.Notes = map[string]int{}
			}
			r.Notes[name] = n
		}
	}
}

// reread returns the model as it reads back from the bytes that are published:
// what is evaluated is what is served.
func reread(m *interest.Model) (*interest.Model, error) {
	data, err := bundle.EncodeInterest(m)
	if err != nil {
		return nil, fmt.Errorf("write interest model: %w", err)
	}
	if m, err = bundle.DecodeInterest(data); err != nil {
		return nil, fmt.Errorf("read interest model back: %w", err)
	}
	return m, nil
}

// encode puts the artifact together. The manifest holds what the content depends
// on and nothing that changes from run to run.
func (r *Result) encode(c Config, l *log, v *views, in *inputs, model *interest.Model, g *grouping) error {
	manifest := bundle.Manifest{
		Model: bundle.KindTwoTower, PseudonymKey: c.PseudonymKey,
		Environment: map[string]string{"go": runtime.Version(), "arch": runtime.GOARCH, "isa": kernel.ISA()},
	}
	if lineage := g.model.Spec().Lineage; lineage != nil {
		manifest.Parent = lineage.Version
	}
	// A rejected row leaves no trace in what is published.
	dataset := r.Dataset
	dataset.Rejected = 0
	for _, part := range []struct {
		into  *json.RawMessage
		value any
	}{
		{&manifest.Config, r.Settings}, {&manifest.Dataset, dataset},
		{&manifest.Metrics, r.Metrics}, {&manifest.Segments, r.Segments},
	} {
		data, err := json.Marshal(part.value)
		if err != nil {
			return fmt.Errorf("encode manifest: %w", err)
		}
		*part.into = data
	}
	a := bundle.Artifact{
		Manifest: manifest, Users: l.users, Items: l.items,
		People: l.people, Profiles: v.train, Catalogue: l.catalogue, Popularity: v.itemProfiles(),
		UserEncoder: in.users, ItemEncoder: in.items, Strength: c.history(), AsOf: v.end,
		Interest: model, Segments: g.model, Membership: g.members,
	}
	var err error
	if r.Bundle, err = a.Encode(); err != nil {
		return fmt.Errorf("encode artifact: %w", err)
	}
	// What serving would refuse is not published.
	if _, err := bundle.Decode(r.Bundle); err != nil {
		return fmt.Errorf("read artifact back: %w", err)
	}
	r.Version = r.Bundle.Manifest.Version()
	return nil
}

// stopwatch returns a function that notes the seconds since it was last called.
func stopwatch(clock func() time.Time, into map[string]float64) func(stage string) {
	last := clock()
	return func(stage string) {
		now := clock()
		into[stage] = now.Sub(last).Seconds()
		last = now
	}
}
