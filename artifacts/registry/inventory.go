package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/bundle"
	"curio/artifacts/signature"
	"curio/artifacts/store"
)

// Entry is a version as a list shows it.
type Entry struct {
	Version    string
	Stored     time.Time // by the clock of the store
	Manifest   *bundle.Manifest
	Err        error                 // why there is no Manifest
	Aliases    []string              // that name it
	Signatures []signature.Signature // unverified
}

// Size returns the bytes of the blobs, whether or not others share them.
func (e *Entry) Size() (n int64) {
	if e.Manifest == nil {
		return 0
	}
	for _, b := range e.Manifest.Blobs {
		n += b.Size
	}
	return n
}

const readers = 8 // at once

// Inventory returns every version, the newest first. One whose manifest cannot be
// read is among them; the error is for a store that cannot.
func (r *Registry) Inventory(ctx context.Context) ([]Entry, error) {
	entries, err := r.inventory(ctx)
	if err != nil {
		return nil, fmt.Errorf("list versions: %w", err)
	}
	return entries, nil
}

func (r *Registry) inventory(ctx context.Context) ([]Entry, error) {
	var entries []Entry
	for info, err := range r.store.List(ctx, versionFolder) {
		if err != nil {
			return nil, err
		}
		if v := versionOfKey(info.Key); v != "" {
			entries = append(entries, Entry{Version: v, Stored: info.Modified})
		}
	}
	signed := map[string]bool{}
	for info, err := range r.store.List(ctx, signatureFolder) {
		if err != nil {
			return nil, err
		}
		version, _, _ := strings.Cut(strings.TrimPrefix(info.Key, signatureFolder), "/")
		signed[version] = true
	}
	named, err := r.named(ctx)
	if err != nil {
		return nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i := range entries {
		g.Go(func() error {
			e := &entries[i]
			e.Aliases = named[e.Version]
			var err error
			if e.Manifest, e.Err = r.Manifest(ctx, e.Version); signed[e.Version] {
				e.Signatures, err = r.Signatures(ctx, e.Version, nil)
			}
			for _, err := range []error{e.Err, err} {
				if store.Unavailable(err) || ctx.Err() != nil {
					return errors.Join(err, ctx.Err())
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e Entry) bool { return errors.Is(e.Err, store.ErrNotFound) })
	slices.SortStableFunc(entries, func(a, b Entry) int { return b.Stored.Compare(a.Stored) })
	return entries, nil
}

// named returns the aliases at each version. An alias that cannot be read names none.
func (r *Registry) named(ctx context.Context) (map[string][]string, error) {
	aliases, err := r.Aliases(ctx)
	if err != nil {
		return nil, err
	}
	named := map[string][]string{}
	for _, alias := range aliases {
		p, err := r.Resolve(ctx, alias)
		if store.Unavailable(err) || ctx.Err() != nil {
			return nil, errors.Join(err, ctx.Err())
		}
		named[p.Version] = append(named[p.Version], alias)
	}
	return named, nil
}

// Entry returns one version. The error wraps store.ErrNotFound if it is not there, and
// is that of Manifest.
func (r *Registry) Entry(ctx context.Context, version string) (*Entry, error) {
	e := &Entry{Version: version}
	var err error
	if e.Manifest, err = r.Manifest(ctx, version); err != nil {
		return nil, err
	}
	info, err := r.store.Stat(ctx, versionFolder+version+suffix)
	if err != nil && !errors.Is(err, store.ErrNotFound) { // in the trash it counts as not stored
		return nil, err
	}
	e.Stored = info.Modified
	if e.Signatures, err = r.Signatures(ctx, version, nil); err != nil && !errors.Is(err, signature.ErrCorrupt) {
		return nil, err
	}
	named, err := r.named(ctx)
	e.Aliases = named[version]
	return e, err
}
