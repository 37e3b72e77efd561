package registry

import (
	"context"
	"errors"
	"fmt"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// Load reads a version and verifies every byte of it: the manifest against the
// version, each blob against the manifest. The error wraps store.ErrNotFound if
// there is no such version, bundle.ErrFormat if this program cannot read it, and
// bundle.ErrCorrupt if it is not what was published.
func (r *Registry) Load(ctx context.Context, version string) (*bundle.Bundle, error) {
	m, err := r.Manifest(ctx, version)
	if err != nil {
		return nil, err
	}
	b := &bundle.Bundle{Manifest: *m, Blobs: make(map[string][]byte, len(m.Blobs))}
	for _, entry := range m.Blobs {
		data, err := r.blob(ctx, entry)
		if err != nil {
			return nil, fmt.Errorf("load version %s: blob %q: %w", version, entry.Name, err)
		}
		b.Blobs[entry.Name] = data
	}
	return b, nil
}

func (r *Registry) blob(ctx context.Context, entry bundle.Blob) ([]byte, error) {
	data, _, err := r.get(ctx, blobFolder+entry.SHA256, entry.Size)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, fmt.Errorf("%w: it is missing from the store (%v)", bundle.ErrCorrupt, err)
	case errors.Is(err, errTooLarge):
		return nil, fmt.Errorf("%w: %w", bundle.ErrCorrupt, err)
	case err != nil:
		return nil, err
	}
	return data, entry.Verify(data)
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

// manifest returns the verified bytes of a manifest.
func (r *Registry) manifest(ctx context.Context, version string) ([]byte, error) {
	if err := checkVersion(version); err != nil {
		return nil, err
	}
	data, _, err := r.get(ctx, versionFolder+version+suffix, bundle.MaxManifest)
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
