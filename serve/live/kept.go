package live

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/zeebo/xxh3"

	"curio/artifacts/registry"
	"curio/artifacts/store"
	"curio/artifacts/store/fsstore"
)

// Kept is what a follower needs to start without the store, in a folder of this
// machine: what the alias named when its model was put in service, that version's
// manifest and its signatures. Blobs are in the cache of the registry, or what was
// made of them is in that of the follower. It is read by the rules of the registry it
// was kept from: digests are verified, and a signature that would not do there does
// not do here.
type Kept struct {
	from, here *registry.Registry
}

// OpenKept returns what is kept in folder of the store that origin names, read by the
// rules of from. The folder is made for this user alone. Several programs may share
// it.
func OpenKept(folder, origin string, from *registry.Registry) (*Kept, error) {
	sum := xxh3.HashString128(origin).Bytes()
	folder = filepath.Join(folder, "kept", hex.EncodeToString(sum[:]))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("open what was kept: %w", err)
	}
	s, err := fsstore.New(folder)
	if err != nil {
		return nil, fmt.Errorf("open what was kept: %w", err)
	}
	return &Kept{from: from, here: from.Over(s)}, nil
}

// keep keeps the model in service, unless that was done. If it cannot be, the next
// look tries again.
func (f *Follower) keep(ctx context.Context) {
	m := f.current.Load()
	if f.o.Kept == nil || m.Source != FromStore || f.kept == m.Pointer.Nonce {
		return
	}
	if err := f.o.Kept.here.Keep(ctx, f.o.Kept.from, m.Pointer); err != nil {
		f.o.Log.WarnContext(ctx, "model not kept for the next start", "version", m.Pointer.Version, "error", err)
		return
	}
	f.kept = m.Pointer.Nonce
}

// recall puts the model in service that was kept. It is done once: what was wrong
// with it then would be wrong again.
func (f *Follower) recall(ctx context.Context) {
	if f.o.Kept == nil || f.recalled || ctx.Err() != nil {
		return
	}
	f.recalled = true
	m, err := f.remember(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return // a first start
	case err != nil:
		f.o.Log.WarnContext(ctx, "what was kept cannot be served", "alias", f.o.Alias, "error", err)
		return
	}
	m.Source = FromCache
	f.put(m)
	f.o.Log.WarnContext(ctx, "model in service from the cache: the store could not be asked", "alias", f.o.Alias,
		"version", m.Pointer.Version, "seconds", m.Took.Seconds(), "error", f.Status().Error)
}

func (f *Follower) remember(ctx context.Context) (*Model, error) {
	pointer := registry.Pointer{Version: f.o.Pin, Nonce: f.o.Pin}
	if f.o.Pin == "" {
		var err error
		if pointer, err = f.o.Kept.here.Resolve(ctx, f.o.Alias); err != nil {
			return nil, err
		}
	}
	return f.load(ctx, f.o.Kept.here, pointer, nil)
}

// Has reports whether anything was kept for an alias, or for the version pin if that is
// not empty: whether a start may go on although the store does not answer.
func (k *Kept) Has(ctx context.Context, alias, pin string) bool {
	if pin != "" {
		_, err := k.here.Manifest(ctx, pin)
		return err == nil
	}
	_, err := k.here.Resolve(ctx, alias)
	return err == nil
}
