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
	"curio/datasets/census"
	"curio/datasets/event"
	"curio/datasets/privacy"
	"curio/datasets/timeline"
	record "curio/experiments/run"
	"curio/features/profile"
	"curio/train/clustering"
	"curio/train/pipeline"
	"curio/train/twotower"
)

// storeTimeout bounds the look at the store before anything else is done, and the
// move of the alias at the end.
const storeTimeout = 15 * time.Second

// train does the job that c describes and writes its summary to stdout.
func train(ctx context.Context, c config, stdout, stderr io.Writer) error {
	b := newBars(stderr, time.Now)
	defer b.close()
	j := job{
		config: c, started: time.Now().UTC(), leftovers: leftovers{dir: c.TempDir, encrypter: c.Encrypter},
		checkpoints: checkpoints{dir: c.Checkpoints, every: c.CheckpointEvery, clock: time.Now, resume: c.Resume, failed: b.warn, say: b.line},
	}
	defer j.leftovers.close()
	var err error
	if j.id, err = newRunID(j.started); err != nil {
		return err
	}
	if err := j.look(ctx); err != nil {
		return err
	}
	if err := j.findPredecessor(ctx, b.warn); err != nil {
		return err
	}
	j.quarantine = newQuarantine(&j.leftovers, j.registry != nil)
	result, err := j.run(ctx, b)
	b.close()
	if j.Validate && j.data != nil {
		return errors.Join(j.tell(stdout), err)
	}
	if err != nil {
		j.quarantine.report(stderr)
		return errors.Join(err, j.keepFailure(ctx, err))
	}
	j.strangers(result, b.warn)
	rec := j.record(record.Done)
	rec.Dataset, rec.Notes, rec.Metrics, rec.Segments = result.Dataset, result.Notes, result.Metrics, result.Segments
	rec.Strata = result.Strata
	rec.Calibration = result.Calibration
	rec.Config, rec.Curve, rec.Rehearsal, rec.Timings = result.Settings, result.Curve, result.Rehearsal, result.Timings
	if j.registry != nil {
		b.show("publish", 0, 0)
		rec.Version = result.Version
		if err := j.publish(ctx, result, rec); err != nil {
			return err
		}
		b.close()
	}
	j.checkpoints.remove()
	if c.JSON {
		data, err := rec.Encode()
		if err != nil {
			return fmt.Errorf("encode summary: %w", err)
		}
		_, err = fmt.Fprintf(stdout, "%s\n", data)
		return err
	}
	return report(stdout, c, rec, j.quarantine, j.source)
}

// job is one run of the program.
type job struct {
	config
	id          string
	started     time.Time
	registry    *registry.Registry // nil when nothing is to be stored
	predecessor pipeline.Predecessor
	quarantine  *quarantine
	leftovers   leftovers
	checkpoints checkpoints
	settled     map[string]any // what the run goes by, but for what it learns; nil before it begins
	source      *privacy.Source
	earlier     *census.Report    // to compare the data with; nil for none
	read        *pipeline.Reading // nil until the data was read
	data        *census.Report    // of it
}

// look finds out whether what the run needs of the store is there, before anything
// else is done.
func (j *job) look(ctx context.Context) error {
	if err := j.loadEarlier(ctx); err != nil || j.Validate || j.DryRun {
		return err
	}
	s, err := open.Checked(ctx, j.Store, j.S3, storeTimeout)
	if err != nil {
		return err
	}
	if err := store.CheckWrite(ctx, s); err != nil {
		return err
	}
	j.registry = registry.New(s, time.Now)
	if j.Sealer != nil {
		j.registry = j.registry.Sealing(j.Sealer)
	}
	if j.Identity != nil {
		j.registry = j.registry.Opening(j.Identity)
	}
	// An alias that cannot be read could not be moved either.
	if _, err := j.registry.Resolve(ctx, j.Alias); err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("look at alias %s: %w", j.Alias, err)
	}
	return nil
}

// run reads, fits and evaluates.
func (j *job) run(ctx context.Context, b *bars) (*pipeline.Result, error) {
	var err error
	if j.source, err = source(ctx, j.config, event.Time(j.started.UnixMilli())); err != nil {
		return nil, err
	}
	c := pipeline.Config{
		Name: j.Dataset, Settings: j.settings(), Source: j.source, Split: pipeline.Split(j.Split), Holdout: j.Holdout, SpareValidation: j.SpareValidation,
		Seed: j.Seed, Workers: j.Workers, ReadOnly: j.Validate,
		Timeline: timeline.Options{Dir: j.TempDir}, Census: j.Report,
		Profiles: j.Profiles, Strength: j.strength(), LearnStrength: j.Strength.Learn,
		Interest: j.Interest, IDsOnly: j.IDsOnly, Graph: j.Graph, NoRehearsal: j.NoRehearsal, Auto: j.Auto,
		Segments: clustering.Options{
			Segments: j.Segments, Method: clustering.Method(j.SegmentMethod), Sample: j.SegmentSample, MinSize: j.Privacy.MinGroup,
		},
		SegmentFeatures: clustering.Features{Preset: clustering.Preset(j.SegmentFeatures), Stated: j.SegmentStated},
		Predecessor:     j.predecessor,
	}
	if j.Privacy.Pseudonyms != nil {
		c.PseudonymKey = j.Privacy.Pseudonyms.KeyID()
	}
	o := pipeline.Observer{
		Clock: time.Now, Stage: b.show, Epoch: b.epoch, Reject: j.quarantine.Add, Inspect: j.inspect,
		Checkpoint: j.checkpoints.open,
	}
	if j.registry != nil {
		o.Keep = j.leftovers.keep
	}
	if j.Auto > 0 {
		o.Checkpoint = nil // a search goes by the clock and cannot be gone on with
	}
	j.settled = c.AllSettings()
	result, err := pipeline.Run(ctx, c, o)
	if errors.Is(err, twotower.ErrCheckpoint) {
		return nil, fmt.Errorf("%w; remove it from %s, or leave out --resume", err, j.Checkpoints)
	}
	return result, err
}

// strength is how much behaviours count before anything is learned.
func (c *config) strength() profile.Strength {
	s := c.Profiles.Strength()
	c.Strength.Apply(&s)
	return s
}

// record starts the record of the run.
func (j *job) record(status record.Status) *record.Record {
	return &record.Record{
		RunID: j.id, CreatedAt: j.started, Status: status,
		Dataset: record.Dataset{Name: j.Dataset, Rejected: int64(j.quarantine.Total())},
		Rejects: j.quarantine.counts(), PeakRSS: peakRSS(),
	}
}

// keepFailure stores a record of a run that ended with cause, and what it left, so
// that what went wrong can be looked up.
func (j *job) keepFailure(ctx context.Context, cause error) error {
	if j.registry == nil {
		return nil
	}
	status := record.Failed
	if errors.Is(cause, context.Canceled) {
		status = record.Interrupted
	}
	rec := j.record(status)
	rec.Reason = record.OneLine(cause.Error())
	if j.read != nil {
		rec.Dataset, rec.Notes = j.read.Dataset, j.read.Notes
	}
	if rec.Config = j.settled; rec.Config == nil {
		rec.Config = j.settings()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	return j.putRun(ctx, rec)
}

// putRun stores what the run leaves and then its record.
func (j *job) putRun(ctx context.Context, rec *record.Record) error {
	if err := errors.Join(j.quarantine.close(), j.keepReceipt(rec)); err != nil {
		return err
	}
	if err := j.leftovers.store(ctx, j.registry, rec.RunID); err != nil {
		return fmt.Errorf("store what the run leaves: %w", err)
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

// keepReceipt writes who was erased, once the data was read with a list of such
// users.
func (j *job) keepReceipt(rec *record.Record) error {
	if j.Privacy.Erasures == nil || rec.Status != record.Done {
		return nil
	}
	receipt, err := j.source.Receipt()
	if err != nil {
		return fmt.Errorf("make the receipt of erasures: %w", err)
	}
	receipt.CreatedAt, receipt.Dataset, receipt.DatasetSHA, receipt.Artifact = j.started, j.Dataset, rec.Dataset.Digest, rec.Version
	data, err := receipt.Encode()
	if err != nil {
		return fmt.Errorf("make the receipt of erasures: %w", err)
	}
	return j.leftovers.keep("erasures.json", func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
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
	if j.SignKey != nil {
		if _, err := j.registry.Sign(ctx, version, *j.SignKey); err != nil {
			return err
		}
	}
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
