package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"curio/artifacts/store"
)

// claim is the word of a publish or a move that it is about to need a version: an
// object of its own under intents/ with the manifest as its body. A collection that
// looks after it counts the version as needed.
type claim struct {
	registry *Registry
	key      string
}

func (r *Registry) claim(ctx context.Context, version string, manifest []byte) (*claim, error) {
	c := &claim{r, intentFolder + version + "." + newNonce() + suffix}
	_, err := r.store.Put(ctx, c.key, bytes.NewReader(manifest), int64(len(manifest)), store.Always)
	return c, err
}

// release takes the word back. One that stays, because this failed or the process
// was killed, counts until it is as old as the grace period.
func (c *claim) release(ctx context.Context) { _ = c.registry.store.Delete(ctx, c.key) }

// hold claims a version that is to be moved to, and sees that it is there: back
// from the trash if that is where it was.
func (r *Registry) hold(ctx context.Context, version string, manifest []byte) (*claim, error) {
	c, err := r.claim(ctx, version, manifest)
	if err != nil {
		return nil, err
	}
	key := versionFolder + version + suffix
	if _, err = r.store.Stat(ctx, key); errors.Is(err, store.ErrNotFound) {
		// Unless it was removed between the first look and the claim.
		if _, err = r.manifest(ctx, version); err == nil {
			err = r.create(ctx, key, bytes.NewReader(manifest), int64(len(manifest)))
		}
	}
	if err != nil {
		c.release(ctx)
		return nil, err
	}
	return c, nil
}

// swept are the keys that collections are deleting.
type swept struct {
	keys map[string]bool
	all  bool // one of the lists cannot be read
}

func (s swept) has(key string) bool { return s.all || s.keys[key] }

// spares returns an error for a key that is being deleted, for what has no other home.
func (s swept) spares(key string) error {
	if s.has(key) {
		return fmt.Errorf("a collection is deleting %q: repeat this when it has ended", key)
	}
	return nil
}

// sweepList is the body of an object under sweeps/.
type sweepList struct {
	Format int      `json:"format"`
	Keys   []string `json:"keys"`
}

const (
	sweepFormat = 1
	maxSweep    = 1000    // keys of a list
	maxList     = 1 << 20 // bytes of a list
)

// sweeping reads what collections are deleting now: objects that must not be relied
// on, for they may go at any moment until the collection ends.
func (r *Registry) sweeping(ctx context.Context) (swept, error) {
	now := swept{keys: map[string]bool{}}
	for info, err := range r.store.List(ctx, sweepFolder) {
		if err != nil {
			return now, err
		}
		data, _, err := r.get(ctx, info.Key, maxList)
		var list sweepList
		switch {
		case errors.Is(err, store.ErrNotFound): // that one has ended, and with it all it deleted
			continue
		case errors.Is(err, errTooLarge):
			now.all = true
			continue
		case err != nil:
			return now, err
		}
		if err := json.Unmarshal(data, &list); err != nil || list.Format != sweepFormat {
			now.all = true
		}
		for _, key := range list.Keys {
			now.keys[key] = true
		}
	}
	return now, nil
}
