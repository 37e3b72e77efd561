package registry

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// Publish stores b and returns its version. Repeating it, after a failure or
// not, reads the blobs that are there and stores only those that are missing or
// damaged; the same content has the same version. No alias is moved: one that is
// within the grace period of Collect keeps the version from being removed.
func (r *Registry) Publish(ctx context.Context, b *bundle.Bundle) (version string, err error) {
	verdict, err := verifying(b)
	if err != nil {
		return "", fmt.Errorf("publish: %w", err)
	}
	defer verdict() // nobody reads b after the call
	manifest, err := b.Manifest.Encode()
	if err != nil {
		return "", fmt.Errorf("publish: %w", cmp.Or(verdict(), err))
	}
	version = bundle.VersionOf(bundle.DigestOf(manifest))
	from := func(_ context.Context, entry bundle.Blob) (io.ReadSeekCloser, error) {
		return withheld{bytes.NewReader(b.Blobs[entry.Name]), verdict}, nil
	}
	err = r.publish(ctx, version, manifest, largestFirst(b.Manifest.Blobs), func(ctx context.Context, entry bundle.Blob, gone swept) error {
		return cmp.Or(r.putBlob(ctx, entry, from, gone), verdict())
	})
	if err != nil {
		return "", fmt.Errorf("publish version %s: %w", version, err)
	}
	return version, nil
}

// publish stores a version, each of its blobs with put.
func (r *Registry) publish(ctx context.Context, version string, manifest []byte, blobs []bundle.Blob,
	put func(context.Context, bundle.Blob, swept) error) error {
	c, err := r.claim(ctx, version, manifest)
	if err != nil {
		return err
	}
	gone, err := r.sweeping(ctx)
	if err != nil {
		return err
	}
	for _, entry := range blobs {
		if err := put(ctx, entry, gone); err != nil {
			return fmt.Errorf("blob %q: %w", entry.Name, err)
		}
	}
	if err := r.putManifest(ctx, version, manifest); err != nil {
		return err
	}
	c.release(ctx)
	return nil
}

// putManifest stores a manifest unless it is there, whole. As with blobs, what
// stands under its key is this manifest or damaged.
func (r *Registry) putManifest(ctx context.Context, version string, manifest []byte) error {
	key := versionFolder + version + suffix
	err := r.create(ctx, key, bytes.NewReader(manifest), int64(len(manifest)))
	if !errors.Is(err, store.ErrConflict) {
		return err
	}
	if _, damage := r.Manifest(ctx, version); !errors.Is(damage, bundle.ErrCorrupt) && !errors.Is(damage, bundle.ErrFormat) {
		return err
	}
	_, err = r.store.Put(ctx, key, bytes.NewReader(manifest), int64(len(manifest)), store.Always)
	return err
}
