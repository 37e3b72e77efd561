package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/registry"
	"curio/artifacts/store"
	record "curio/experiments/run"
)

// readers is how many records are fetched at once.
const readers = 8

// readAll returns every run in the store, newest first. A record that cannot be
// read is named in notes and left out; a store that cannot be read is an error.
func (s *storeFlags) readAll(ctx context.Context, notes io.Writer) ([]*record.Record, error) {
	r, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := r.Runs(ctx)
	if err != nil {
		return nil, err
	}
	return newestFirst(ctx, r, ids, notes)
}

func newestFirst(ctx context.Context, r *registry.Registry, ids []string, notes io.Writer) ([]*record.Record, error) {
	records := make([]*record.Record, len(ids))
	faults := make([]error, len(ids))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i, id := range ids {
		g.Go(func() error {
			records[i], faults[i] = readOne(ctx, r, id)
			if err := faults[i]; store.Unavailable(err) || ctx.Err() != nil {
				return cmp.Or(err, ctx.Err())
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, err := range faults {
		if err != nil {
			fmt.Fprintf(notes, "experiments: left out: %v\n", err)
		}
	}
	records = slices.DeleteFunc(records, func(r *record.Record) bool { return r == nil })
	slices.SortFunc(records, func(a, b *record.Record) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), strings.Compare(b.RunID, a.RunID))
	})
	return records, nil
}

// readOne reads the record of a run. The error wraps record.ErrInvalid if what
// is stored is not that.
func readOne(ctx context.Context, r *registry.Registry, id string) (*record.Record, error) {
	data, err := r.Run(ctx, id)
	if err != nil {
		return nil, err
	}
	rec, err := record.Decode(data)
	if err == nil && rec.RunID != id {
		err = fmt.Errorf("%w: it is of run %s", record.ErrInvalid, rec.RunID)
	}
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", id, err)
	}
	return rec, nil
}
