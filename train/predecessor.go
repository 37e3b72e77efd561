package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/train/pipeline"
)

// afterNothing is the value of --segments-after for segments that go on from none.
const afterNothing = "none"

// findPredecessor loads the segments that the new ones go on from: those of what
// --segments-after names, or of what the alias to be moved points to, if it does. That
// something is named and not there, or cannot be read, is an error, and so is a store
// that does not answer. Segments of the alias that are damaged, or of another format,
// are told of by warn: then the new ones begin anew.
func (j *job) findPredecessor(ctx context.Context, warn func(error)) error {
	if j.registry == nil || j.SegmentsAfter == afterNothing {
		return nil
	}
	version, err := j.predecessorVersion(ctx)
	if err != nil || version == "" {
		return err
	}
	p := &j.predecessor
	p.Last, err = j.segmentation(ctx, version)
	switch {
	case j.SegmentsAfter != "" && (errors.Is(err, store.ErrNotFound) || errors.Is(err, registry.ErrName)):
		return &command.UsageError{Faults: []string{fmt.Sprintf("--segments-after: there is neither an alias nor a version %s in %s", version, j.Store)}}
	case err != nil && (j.SegmentsAfter != "" || store.Unavailable(err) || ctx.Err() != nil):
		return fmt.Errorf("read the segments to go on from: %w", err)
	case err != nil:
		p.Unreadable = true
		warn(fmt.Errorf("the segments begin anew, with ids from s1 on that stand for others than before, for those before cannot be read: %w", err))
		return nil
	}
	lineage := p.Last.Model.Spec().Lineage
	if lineage == nil {
		return nil
	}
	p.Before, err = j.segmentation(ctx, lineage.Version)
	switch {
	case err == nil || errors.Is(err, store.ErrNotFound): // it is needed only if nothing has changed since
		return nil
	case store.Unavailable(err) || ctx.Err() != nil:
		return err
	}
	warn(fmt.Errorf("what version %s goes on from cannot be read: %w", version, err))
	return nil
}

// predecessorVersion returns the version to go on from, as far as the aliases tell, or
// "" for none.
func (j *job) predecessorVersion(ctx context.Context) (string, error) {
	name := cmp.Or(j.SegmentsAfter, j.Alias)
	p, err := j.registry.Resolve(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return j.SegmentsAfter, nil // which is a version, if it is anything
	case err != nil:
		return "", fmt.Errorf("look for the segments before: %w", err)
	}
	return p.Version, nil
}

// segmentation loads the segments of a version.
func (j *job) segmentation(ctx context.Context, version string) (*bundle.Segmentation, error) {
	b, err := j.registry.LoadParts(ctx, version, bundle.SegmentationBlobs()...)
	if err != nil {
		return nil, err
	}
	s, err := bundle.DecodeSegmentation(b)
	if err = errors.Join(err, b.Close()); err != nil {
		return nil, fmt.Errorf("load version %s: %w", version, err)
	}
	return s, nil
}

// strangers says so if the segments before are of other users than the run's.
func (j *job) strangers(result *pipeline.Result, warn func(error)) {
	if result.Notes[pipeline.NobodyInCommon] > 0 {
		warn(fmt.Errorf("the segments begin anew: no user of version %s, that they would go on from, is among these under the same pseudonym", j.predecessor.Last.Version))
	}
}
