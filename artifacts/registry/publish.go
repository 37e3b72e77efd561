package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// Publish stores b and returns its version. Repeating it, after a failure or
// not, stores only what is missing; the same content has the same version. No
// alias is moved.
func (r *Registry) Publish(ctx context.Context, b *bundle.Bundle) (version string, err error) {
	if err := b.Verify(); err != nil {
		return "", fmt.Errorf("publish: %w", err)
	}
	manifest, err := b.Manifest.Encode()
	if err != nil {
		return "", fmt.Errorf("publish: %w", err)
	}
	version = bundle.VersionOf(bundle.DigestOf(manifest))
	for _, entry := range b.Manifest.Blobs {
		if err := r.putBlob(ctx, entry, b.Blobs[entry.Name]); err != nil {
			return "", fmt.Errorf("publish version %s: blob %q: %w", version, entry.Name, err)
		}
	}
	if err := r.create(ctx, versionFolder+version+suffix, manifest); err != nil {
		return "", fmt.Errorf("publish version %s: %w", version, err)
	}
	return version, nil
}

// putBlob stores a blob unless one of its name and size is there. The name is
// its digest, so writing over it, as two publishers may, changes nothing.
func (r *Registry) putBlob(ctx context.Context, entry bundle.Blob, data []byte) error {
	key := blobFolder + entry.SHA256
	info, err := r.store.Stat(ctx, key)
	if err == nil && info.Size == entry.Size {
		return nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	_, err = r.store.Put(ctx, key, bytes.NewReader(data), entry.Size, store.Always)
	return err
}
