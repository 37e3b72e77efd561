package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/open"
	"curio/datasets/event"
	record "curio/experiments/run"
	"curio/features/profile"
	"curio/train/clustering"
	"curio/train/pipeline"
)

// storeTimeout bounds the look at the store before anything else is done, and the
// move of the alias at the end.
const storeTimeout = 15 * time.Second

// train does the job that c describes and writes its summary to stdout.
func train(ctx context.Context, c config, stdout, stderr io.Writer) error {
	j := job{config: c, started: time.Now().UTC()}
	var err error
	if j.id, err = newRunID(j.started); err != nil {
		return err
	}
	if !c.DryRun {
		s, err := open.Checked(ctx, c.Store, c.S3, storeTimeout)
		if err != nil {
			return err
		}
		if err := store.CheckWrite(ctx, s); err != nil {
			return err
		}
		j.registry = registry.New(s, time.Now)
		// An alias that cannot be read could not be moved either.
		if _, err := j.registry.Resolve(ctx, c.Alias); err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("look at alias %s: %w", c.Alias, err)
		}
	}
	j.quarantine = newQuarantine()
	b := newBars(stderr)
	defer b.close()
	result, err := j.run(ctx, b)
	b.close()
	if err != nil {
		j.quarantine.report(stderr)
		return errors.Join(err, j.keepFailure(ctx, err))
	}
	rec := j.record(record.Done)
	rec.Dataset, rec.Notes, rec.Metrics, rec.Segments = result.Dataset, result.Notes, result.Metrics, result.Segments
	rec.Config, rec.Curve, rec.Timings = result.Settings, result.Curve, result.Timings
	if j.registry != nil {
		b.show("publish", 0, 0)
		rec.Version = result.Version
		if err := j.publish(ctx, result, rec); err != nil {
			return err
		}
		b.close()
	}
	if c.JSON {
		data, err := rec.Encode()
		if err != nil {
			return fmt.Errorf("encode summary: %w", err)
		}
		_, err = fmt.Fprintf(stdout, "%s\n", data)
		return err
	}
	return report(stdout, c, rec, j.quarantine)
}

// job is one run of the program.
type job struct {
	config
	id         string
	started    time.Time
	registry   *registry.Registry // nil in a dry run
	quarantine *quarantine
}

// run reads, fits and evaluates.
func (j *job) run(ctx context.Context, b *bars) (*pipeline.Result, error) {
	src, err := source(ctx, j.config, event.Time(j.started.UnixMilli()))
	if err != nil {
		return nil, err
	}
	c := pipeline.Config{
		Name: j.Dataset, Source: src, Split: pipeline.Split(j.Split), Holdout: j.Holdout,
		Seed: j.Seed, Workers: j.Workers, Strength: profile.DefaultStrength(),
		Interest: j.Interest, Segments: clustering.Options{Segments: j.Segments},
	}
	if j.Dataset == dataSynth {
		c.Settings = map[string]any{"users": j.Synth.Users, "items": j.Synth.Items, "events": j.Synth.Events}
	}
	return pipeline.Run(ctx, c, pipeline.Observer{Clock: time.Now, Stage: b.show, Reject: j.quarantine.add})
}

// record starts the record of the run.
func (j *job) record(status record.Status) *record.Record {
	return &record.Record{
		RunID: j.id, CreatedAt: j.started, Status: status,
		Dataset: record.Dataset{Name: j.Dataset, Rejected: int64(j.quarantine.Total())},
		Rejects: j.quarantine.counts(), PeakRSS: peakRSS(),
	}
}

// keepFailure stores a record of a run that ended with cause, and the rows it
// rejected, so that what went wrong can be looked up.
func (j *job) keepFailure(ctx context.Context, cause error) error {
	if j.registry == nil {
		return nil
	}
	status := record.Failed
	if errors.Is(cause, context.Canceled) {
		status = record.Interrupted
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	return j.putRun(ctx, j.record(status))
}

// putRun stores the rejected rows and then the record of the run.
func (j *job) putRun(ctx context.Context, rec *record.Record) error {
	rejected, err := j.quarantine.close()
	if err != nil {
		return err
	}
	if j.quarantine.Total() > 0 {
		if err := j.registry.PutRunFile(ctx, rec.RunID, "quarantine.jsonl.gz", rejected); err != nil {
			return fmt.Errorf("store quarantine: %w", err)
		}
	}
	data, err := rec.Encode()
	if err != nil {
		return fmt.Errorf("encode run record: %w", err)
	}
	if err := j.registry.PutRun(ctx, rec.RunID, data); err != nil {
		return fmt.Errorf("store run record: %w", err)
	}
	return nil
}

// publish uploads the version and its run record and moves the alias last. When
// it is stopped the alias has not moved.
func (j *job) publish(ctx context.Context, result *pipeline.Result, rec *record.Record) error {
	version, err := j.registry.Publish(ctx, result.Bundle)
	if err != nil {
		return errors.Join(fmt.Errorf("publish: %w", err), j.keepFailure(ctx, err))
	}
	rec.PeakRSS = peakRSS()
	if err := j.putRun(ctx, rec); err != nil {
		return err
	}
	// Everything is there; what is left is a moment's work that must not be told
	// half done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	if err := j.registry.Move(ctx, j.Alias, version, "", "train", "run "+rec.RunID); err != nil {
		return fmt.Errorf("move alias %s to %s: %w", j.Alias, version, err)
	}
	return nil
}

// newRunID names a run after its start; the random part keeps runs of the same
// second apart.
func newRunID(started time.Time) (string, error) {
	var nonce [4]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return "", fmt.Errorf("name the run: %w", err)
	}
	return started.Format("20060102-150405-") + hex.EncodeToString(nonce[:]), nil
}
