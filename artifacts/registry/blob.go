package registry

import (
	"context"
	"errors"
	"fmt"
	"io"

	"curio/artifacts/bundle"
	"curio/artifacts/store"
	"curio/artifacts/store/blobcache"
	"curio/artifacts/store/digest"
)

// Caching returns the same registry for a reader with a cache: Load fetches only
// blobs of which there is no copy. Everything else looks into the store itself.
func (r *Registry) Caching(c *blobcache.Cache) *Registry {
	with := *r
	with.cache = c
	return &with
}

// blob returns a verified blob, and what its memory belongs to if that is not the
// heap.
func (r *Registry) blob(ctx context.Context, entry bundle.Blob) ([]byte, io.Closer, error) {
	if r.cache != nil {
		if m := r.cache.Find(entry.SHA256, entry.Size); m != nil {
			if entry.Verify(m.Bytes()) == nil {
				return m.Bytes(), m, nil
			}
			_ = m.Close() // whatever it says: it is not used
			r.cache.Drop(entry.SHA256)
		}
	}
	data, held, err := r.fetch(ctx, entry)
	if errors.Is(err, bundle.ErrCorrupt) {
		// Damaged where it lies, or on its way: a second look tells.
		data, held, err = r.fetch(ctx, entry)
	}
	return data, held, err
}

// fetch reads a blob from the store.
func (r *Registry) fetch(ctx context.Context, entry bundle.Blob) ([]byte, io.Closer, error) {
	in, info, err := r.openBlob(ctx, entry.SHA256)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil, fmt.Errorf("%w: it is missing from the store (%v)", bundle.ErrCorrupt, err)
	case err != nil:
		return nil, nil, err
	}
	defer in.Close()
	if isSealed(info.Key) {
		data, err := r.unseal(entry, in)
		return data, secret{}, err
	}
	if info.Size != entry.Size {
		return nil, nil, fmt.Errorf("%w: it has %d bytes, the manifest says %d", bundle.ErrCorrupt, info.Size, entry.Size)
	}
	if mapper, ok := in.(store.Mapper); ok {
		m, err := mapper.Map()
		if err == nil {
			if err := entry.Verify(m.Bytes()); err != nil {
				return nil, nil, errors.Join(err, m.Close())
			}
			return m.Bytes(), m, nil
		}
		if !errors.Is(err, errors.ErrUnsupported) {
			return nil, nil, fmt.Errorf("map %q: %w", info.Key, err)
		}
	}
	if r.cache != nil {
		body := &body{Reader: in}
		m, err := r.cache.Add(ctx, entry.SHA256, entry.Size, body)
		switch {
		case err == nil:
			return m.Bytes(), m, nil
		case body.err != nil:
			return nil, nil, fmt.Errorf("read %q: %w", info.Key, body.err)
		case errors.Is(err, blobcache.ErrDigest):
			return nil, nil, fmt.Errorf("%w: %w", bundle.ErrCorrupt, err)
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		}
		// The folder is full or cannot be written to: it does without.
		without := *r
		without.cache = nil
		return without.fetch(ctx, entry)
	}
	data := make([]byte, entry.Size)
	sum, err := digest.ReadFull(ctx, in, data)
	if err != nil {
		return nil, nil, fmt.Errorf("read %q: %w", info.Key, err)
	}
	return data, nil, entry.Has(sum)
}

// secret holds what was encrypted in the store, which is on the heap.
type secret struct{}

func (secret) Close() error { return nil }

// body remembers how reading it failed.
type body struct {
	io.Reader
	err error
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}
