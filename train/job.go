package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/open"
	"curio/datasets/event"
	"curio/datasets/eventlog"
	record "curio/experiments/run"
	"curio/features/profile"
	"curio/train/clustering"
	"curio/train/pipeline"
)

// storeTimeout bounds the look at the store before anything else is done, and the
// move of the alias at the end.
const storeTimeout = 15 * time.Second

// examples is how many rejected rows of each code the summary may show.
const examples = 3

// train does the job that c describes and writes its summary to stdout.
func train(ctx context.Context, c config, stdout, stderr io.Writer) error {
	started := time.Now().UTC()
	var r *registry.Registry
	if !c.DryRun {
		s, err := openStore(ctx, c)
		if err != nil {
			return err
		}
		r = registry.New(s, time.Now)
	}
	src, err := source(ctx, c, event.Time(started.UnixMilli()))
	if err != nil {
		return err
	}
	var rejected bytes.Buffer
	quarantine := eventlog.NewQuarantine(&rejected, examples)
	b := newBars(stderr)
	defer b.close()
	result, err := pipeline.Run(ctx, pipeline.Config{
		Name: c.Dataset, Source: src, Split: pipeline.Split(c.Split), Holdout: c.Holdout,
		Seed: c.Seed, Workers: c.Workers, Strength: profile.DefaultStrength(), Interest: c.Interest, Segments: clustering.Options{Segments: c.Segments},
	}, pipeline.Observer{Clock: time.Now, Stage: b.show, Reject: quarantine.Add})
	if err != nil {
		return err
	}
	if err := quarantine.Close(); err != nil {
		return fmt.Errorf("close quarantine: %w", err)
	}
	rec, err := newRecord(c, result, quarantine, started)
	if err != nil {
		return err
	}
	if r != nil {
		b.show("publish", 0, 0)
		if err := publish(ctx, r, c.Alias, result, rec, rejected.Bytes()); err != nil {
			return err
		}
	}
	b.close()
	if c.JSON {
		data, err := rec.Encode()
		if err != nil {
			return fmt.Errorf("encode summary: %w", err)
		}
		_, err = fmt.Fprintf(stdout, "%s\n", data)
		return err
	}
	return report(stdout, c, rec, quarantine)
}

// openStore opens the store and shows that it can be used, so that a wrong
// address does not cost a training.
func openStore(ctx context.Context, c config) (store.Store, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	s, err := open.Open(ctx, c.Store, open.Options{Endpoint: c.S3Endpoint, Insecure: c.S3Insecure})
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := store.Check(ctx, s); err != nil {
		return nil, fmt.Errorf("look into store %s: %w", c.Store, err)
	}
	return s, nil
}

// publish uploads the version and its run record and moves the alias last. When
// it is stopped the alias has not moved.
func publish(ctx context.Context, r *registry.Registry, alias string, result *pipeline.Result, rec *record.Record, rejected []byte) error {
	version, err := r.Publish(ctx, result.Bundle)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if len(rejected) > 0 && rec.Dataset.Rejected > 0 {
		if err := r.PutRunFile(ctx, rec.RunID, "quarantine.jsonl.gz", rejected); err != nil {
			return fmt.Errorf("publish quarantine: %w", err)
		}
	}
	rec.PeakRSS = peakRSS()
	data, err := rec.Encode()
	if err != nil {
		return fmt.Errorf("encode run record: %w", err)
	}
	if err := r.PutRun(ctx, rec.RunID, data); err != nil {
		return fmt.Errorf("publish run record: %w", err)
	}
	// Everything is there; what is left is a moment's work that must not be told
	// half done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	if err := r.Move(ctx, alias, version, "", "train", "run "+rec.RunID); err != nil {
		return fmt.Errorf("move alias %s to %s: %w", alias, version, err)
	}
	return nil
}

// newRecord describes a finished run.
func newRecord(c config, result *pipeline.Result, quarantine *eventlog.Quarantine, started time.Time) (*record.Record, error) {
	id, err := newRunID(started)
	if err != nil {
		return nil, err
	}
	rejects := map[string]int64{}
	for code, n := range quarantine.Counts() {
		rejects[code] = int64(n)
	}
	rec := &record.Record{
		RunID: id, CreatedAt: started, Status: record.Done, Config: result.Settings,
		Dataset: result.Dataset, Rejects: rejects, Notes: result.Notes, Metrics: result.Metrics,
		Segments: result.Segments, Curve: result.Curve, Timings: result.Timings, PeakRSS: peakRSS(),
	}
	if !c.DryRun {
		rec.Version = result.Version
	}
	return rec, nil
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
