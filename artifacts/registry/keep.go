package registry

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"curio/artifacts/signature"
	"curio/artifacts/store"
)

// spare is how many manifests that no alias names Keep leaves, the newest.
const spare = 8

// Over returns the same registry, with what it asks of versions, over another store.
func (r *Registry) Over(s store.Store) *Registry {
	with := *r
	with.store = s
	return &with
}

// Keep writes to r what it takes to read the version that p names while from cannot
// be: its manifest and signatures, those of the version that the trust of from is
// pinned to, and last, unless p is of no alias, the state of the alias. The blobs are
// left to a cache. What was kept before and is of no use any more goes; several
// programs may keep in one place.
//
// So r resolves and loads as from did, under the same conditions, when both have the
// same trust and cache.
func (r *Registry) Keep(ctx context.Context, from *Registry, p Pointer) error {
	if err := r.keep(ctx, from, p); err != nil {
		return fmt.Errorf("keep version %s: %w", p.Version, err)
	}
	return nil
}

func (r *Registry) keep(ctx context.Context, from *Registry, p Pointer) error {
	manifest, err := from.manifest(ctx, p.Version)
	if err != nil {
		return err
	}
	signed := []string{p.Version}
	if from.trust != nil && from.trust.NotOlderThan != "" {
		signed = append(signed, from.trust.NotOlderThan)
	}
	for _, version := range signed {
		if err := r.keepSignatures(ctx, from, version); err != nil {
			return err
		}
	}
	if err := r.replace(ctx, versionFolder+p.Version+suffix, manifest); err != nil {
		return err
	}
	if p.Alias != "" {
		pointer, err := p.encode()
		if err == nil {
			err = r.replace(ctx, aliasFolder+p.Alias+suffix, pointer)
		}
		if err != nil {
			return err
		}
	}
	return r.forget(ctx, signed)
}

func (r *Registry) keepSignatures(ctx context.Context, from *Registry, version string) error {
	all, err := from.Signatures(ctx, version, nil)
	if err != nil && !errors.Is(err, signature.ErrCorrupt) {
		return err
	}
	for _, s := range all {
		data, err := s.Encode()
		if err == nil {
			err = r.replace(ctx, signatureKey(version, s), data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Registry) replace(ctx context.Context, key string, data []byte) error {
	_, err := r.store.Put(ctx, key, bytes.NewReader(data), int64(len(data)), store.Always)
	return err
}

// forget removes manifests that no alias names, but for the newest, and the
// signatures of versions without a manifest, but for those in use.
func (r *Registry) forget(ctx context.Context, use []string) error {
	aliases, err := r.Aliases(ctx)
	if err != nil {
		return err
	}
	named := slices.Clone(use)
	for _, alias := range aliases {
		if p, err := r.Resolve(ctx, alias); err == nil {
			named = append(named, p.Version)
		}
	}
	var rest []store.Info
	for info, err := range r.store.List(ctx, versionFolder) {
		if err != nil {
			return err
		}
		if version := versionOfKey(info.Key); version != "" && !slices.Contains(named, version) {
			rest = append(rest, info)
		}
	}
	slices.SortFunc(rest, func(a, b store.Info) int {
		return cmp.Or(b.Modified.Compare(a.Modified), strings.Compare(a.Key, b.Key))
	})
	for _, info := range rest[min(spare, len(rest)):] {
		if err := r.store.Delete(ctx, info.Key); err != nil {
			return err
		}
		for s, err := range r.store.List(ctx, signatureFolder+versionOfKey(info.Key)+"/") {
			if err != nil {
				return err
			}
			if err := r.store.Delete(ctx, s.Key); err != nil {
				return err
			}
		}
	}
	return nil
}
