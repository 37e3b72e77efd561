package registry

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"curio/artifacts/store"
)

// ram is a store in memory whose clock stands still unless it is moved.
type ram struct {
	mu      sync.Mutex
	now     time.Time
	changes int
	objects map[string]object
}

type object struct {
	content []byte
	info    store.Info
}

func newRAM() *ram { return &ram{now: start, objects: map[string]object{}} }

func (r *ram) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *ram) clone() *ram {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &ram{now: r.now, changes: r.changes, objects: maps.Clone(r.objects)}
}

func (r *ram) Open(ctx context.Context, key string) (io.ReadCloser, store.Info, error) {
	info, err := r.Stat(ctx, key)
	if err != nil {
		return nil, info, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return io.NopCloser(bytes.NewReader(r.objects[key].content)), info, nil
}

func (r *ram) Stat(ctx context.Context, key string) (store.Info, error) {
	if err := store.CheckKey(key); err != nil {
		return store.Info{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	o, ok := r.objects[key]
	if !ok {
		return store.Info{}, fmt.Errorf("%q: %w", key, store.ErrNotFound)
	}
	return o.info, ctx.Err()
}

func (r *ram) Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (store.Info, error) {
	if err := store.CheckKey(key); err != nil {
		return store.Info{}, err
	}
	if err := store.Rewind(body, size); err != nil {
		return store.Info{}, err
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return store.Info{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	o, ok := r.objects[key]
	tag, swap := when.Tag()
	if when == store.Absent && ok || swap && (!ok || o.info.Tag != tag) {
		return store.Info{}, fmt.Errorf("%q: %w", key, store.ErrConflict)
	}
	r.changes++
	info := store.Info{Key: key, Size: size, Tag: fmt.Sprint(r.changes), Modified: r.now}
	r.objects[key] = object{content, info}
	return info, ctx.Err()
}

func (r *ram) List(ctx context.Context, prefix string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) {
		for _, key := range r.keys(prefix) {
			r.mu.Lock()
			o, ok := r.objects[key]
			r.mu.Unlock()
			if o.info.Tag = ""; ok && !yield(o.info, ctx.Err()) {
				return
			}
		}
	}
}

func (r *ram) Delete(ctx context.Context, key string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.objects, key)
	r.changes++
	return ctx.Err()
}

func (r *ram) keys(prefix string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var keys []string
	for key := range r.objects {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
