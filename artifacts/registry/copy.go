package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"curio/artifacts/bundle"
	"curio/artifacts/signature"
	"curio/artifacts/store"
)

// Copied says what a copy took.
type Copied struct {
	Version    string `json:"version"`
	Blobs      int    `json:"blobs"`      // in the version
	Sent       int    `json:"sent"`       // blobs that were not there yet
	SentBytes  int64  `json:"sent_bytes"` // of these
	Signatures int    `json:"signatures"`
}

// Copy copies a version of another registry, with its signatures, byte for byte: it
// keeps its name. What is there already is not sent again, so it may be repeated and
// goes on where it was cut off; it has to be when it meets a collection that is
// deleting the signatures of an earlier copy. Everything is verified before it is
// stored, but for encrypted blobs, which are copied as they are. No alias is moved.
// One blob at a time is in memory, unless it can be mapped.
func (r *Registry) Copy(ctx context.Context, from *Registry, version string) (c Copied, err error) {
	if c, err = r.copy(ctx, from, version); err != nil {
		return c, fmt.Errorf("copy version %s: %w", version, err)
	}
	return c, nil
}

func (r *Registry) copy(ctx context.Context, from *Registry, version string) (Copied, error) {
	c := Copied{Version: version}
	manifest, err := from.manifest(ctx, version)
	if err != nil {
		return c, err
	}
	m, err := bundle.DecodeManifest(manifest)
	if err != nil {
		return c, err
	}
	c.Blobs = len(m.Blobs)
	err = r.publish(ctx, version, manifest, m.Blobs, func(ctx context.Context, entry bundle.Blob, gone swept) error {
		sent, err := r.copyBlob(ctx, from, entry, gone)
		if sent {
			c.Sent++
			c.SentBytes += entry.Size
		}
		return err
	})
	if err != nil {
		return c, err
	}
	all, damage := from.Signatures(ctx, version, nil)
	if damage != nil && !errors.Is(damage, signature.ErrCorrupt) {
		return c, damage
	}
	// Collections that begin from here on see the version, and leave its signatures.
	gone, err := r.sweeping(ctx)
	if err != nil {
		return c, err
	}
	for _, s := range all {
		key := signatureKey(version, s)
		data, err := s.Encode()
		if err == nil {
			err = gone.spares(key)
		}
		if err == nil {
			err = r.create(ctx, key, bytes.NewReader(data), int64(len(data)))
		}
		if err != nil {
			return c, err
		}
		c.Signatures++
	}
	return c, damage
}

// copyBlob stores a blob of another registry, encrypted if it is there.
func (r *Registry) copyBlob(ctx context.Context, from *Registry, entry bundle.Blob, gone swept) (sent bool, err error) {
	if _, err := from.store.Stat(ctx, blobFolder+entry.SHA256); errors.Is(err, store.ErrNotFound) {
		in, info, err := from.openBlob(ctx, entry.SHA256)
		switch {
		case err == nil && isSealed(info.Key):
			return r.copySealed(ctx, entry, in, info, gone)
		case err == nil:
			in.Close()
		}
	}
	err = r.putBlob(ctx, entry, func(ctx context.Context, entry bundle.Blob) (io.ReadSeekCloser, error) {
		data, held, err := from.blob(ctx, entry)
		sent = err == nil
		return heldReader{bytes.NewReader(data), held}, err
	}, gone)
	return sent && err == nil, err
}

// heldReader reads bytes that belong to something.
type heldReader struct {
	io.ReadSeeker
	held io.Closer // nil: the heap
}

func (h heldReader) Close() error {
	if h.held == nil {
		return nil
	}
	return h.held.Close()
}

// CopyRun copies the record of a run of another registry, and its files, with the
// properties of Copy.
func (r *Registry) CopyRun(ctx context.Context, from *Registry, id string) error {
	record, err := from.Run(ctx, id)
	if err != nil {
		return err
	}
	names, err := from.RunFiles(ctx, id)
	if err != nil {
		return err
	}
	put := func(name string) error {
		data, err := from.RunFile(ctx, id, name)
		if err != nil {
			return err
		}
		return r.PutRunFile(ctx, id, name, bytes.NewReader(data), int64(len(data)))
	}
	for _, name := range names {
		if err := put(name); err != nil {
			return err
		}
	}
	if err := r.PutRun(ctx, id, record); err != nil {
		return err
	}
	// Files of an earlier copy that was cut off may have been collected until the
	// record was there, by a collection that goes on.
	gone, err := r.sweeping(ctx)
	if err != nil {
		return err
	}
	there, err := r.RunFiles(ctx, id)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := gone.spares(runFolder + id + "/" + name); err != nil {
			return fmt.Errorf("copy run %q: %w", id, err)
		}
		if !slices.Contains(there, name) {
			if err := put(name); err != nil {
				return err
			}
		}
	}
	return nil
}
