package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
)

// Publish stores b and returns its version. Repeating it, after a failure or
// not, reads the blobs that are there and stores only those that are missing or
// damaged; the same content has the same version. No alias is moved.
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
	if err := r.putManifest(ctx, version, manifest); err != nil {
		return "", fmt.Errorf("publish version %s: %w", version, err)
	}
	return version, nil
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

// putBlob stores a blob unless it is there, whole. Its key is its digest, so
// writing over it, as two publishers may, changes nothing but damage.
func (r *Registry) putBlob(ctx context.Context, entry bundle.Blob, data []byte) error {
	key := blobFolder + entry.SHA256
	if whole, err := r.holds(ctx, key, entry); whole || err != nil {
		return err
	}
	_, err := r.store.Put(ctx, key, bytes.NewReader(data), entry.Size, store.Always)
	return err
}

// holds reports whether the object under key has the content of entry. It reads all
// of an object of the right size, a piece at a time.
func (r *Registry) holds(ctx context.Context, key string, entry bundle.Blob) (bool, error) {
	in, info, err := r.store.Open(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer in.Close()
	if info.Size != entry.Size {
		return false, nil
	}
	digest := sha256.New()
	if _, err := io.Copy(digest, in); err != nil {
		return false, fmt.Errorf("read %q: %w", key, err)
	}
	return hex.EncodeToString(digest.Sum(nil)) == entry.SHA256, nil
}
