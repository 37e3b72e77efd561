package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// Load reads a version and verifies every byte of it: the manifest against the
// version, each blob against the manifest. The error wraps store.ErrNotFound if
// there is no such version, bundle.ErrFormat if this program cannot read it, and
// bundle.ErrCorrupt if it is not what was published.
//
// Blobs are mapped where they lie in files, in a folder store or in the cache of
// Caching, and else are on the heap: the caller closes the bundle when it needs them
// no more.
func (r *Registry) Load(ctx context.Context, version string) (*bundle.Bundle, error) {
	return r.load(ctx, version, func(string) bool { return true })
}

// LoadParts reads the manifest of a version and those of the named blobs that it has,
// with the checks and errors of Load. It is no whole bundle, and bundle.Bundle.Verify
// says so.
func (r *Registry) LoadParts(ctx context.Context, version string, names ...string) (*bundle.Bundle, error) {
	return r.load(ctx, version, func(name string) bool { return slices.Contains(names, name) })
}

func (r *Registry) load(ctx context.Context, version string, wanted func(name string) bool) (*bundle.Bundle, error) {
	m, err := r.Manifest(ctx, version)
	if err != nil {
		return nil, err
	}
	b := &bundle.Bundle{Manifest: *m, Blobs: make(map[string][]byte, len(m.Blobs))}
	for _, entry := range m.Blobs {
		if !wanted(entry.Name) {
			continue
		}
		data, held, err := r.blob(ctx, entry)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("load version %s: blob %q: %w", version, entry.Name, err), b.Close())
		}
		b.Blobs[entry.Name] = data
		if _, ok := held.(secret); ok {
			b.Secret = true
		} else if held != nil {
			b.Hold(held)
		}
	}
	return b, nil
}

// Manifest reads the manifest of a version and verifies it, with the errors of
// Load.
func (r *Registry) Manifest(ctx context.Context, version string) (*bundle.Manifest, error) {
	data, err := r.manifest(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("load version %s: %w", version, err)
	}
	m, err := bundle.DecodeManifest(data)
	if err != nil {
		return nil, fmt.Errorf("load version %s: %w", version, err)
	}
	return m, nil
}

// manifest returns the verified bytes of a manifest, of one that may be read if
// there are conditions for it. A version that is in the trash can be read until it
// is removed from there.
func (r *Registry) manifest(ctx context.Context, version string) ([]byte, error) {
	if err := checkVersion(version); err != nil {
		return nil, err
	}
	home := versionFolder + version + suffix
	data, err := r.manifestAt(ctx, home, version)
	if errors.Is(err, store.ErrNotFound) {
		if data, err = r.trashed(ctx, version); errors.Is(err, store.ErrNotFound) {
			data, err = r.manifestAt(ctx, home, version) // it may have come back in between
		}
	}
	if err == nil && r.trust != nil {
		err = r.trust.check(ctx, r, data)
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

// manifestAt returns the verified bytes of a manifest that lies under key.
func (r *Registry) manifestAt(ctx context.Context, key, version string) ([]byte, error) {
	data, _, err := r.get(ctx, key, bundle.MaxManifest)
	if errors.Is(err, errTooLarge) {
		return nil, fmt.Errorf("%w: %w", bundle.ErrCorrupt, err)
	}
	if err != nil {
		return nil, err
	}
	if digest := bundle.DigestOf(data); bundle.VersionOf(digest) != version {
		return nil, fmt.Errorf("%w: its manifest has the digest %s", bundle.ErrCorrupt, digest)
	}
	return data, nil
}

// Versions returns every published version, in the order of their names.
func (r *Registry) Versions(ctx context.Context) ([]string, error) {
	versions, err := r.names(ctx, versionFolder, suffix, versionName.MatchString)
	if err != nil {
		return nil, fmt.Errorf("list versions: %w", err)
	}
	return versions, nil
}
