package live

import (
	"context"
	"errors"
	"time"

	"curio/artifacts/registry"
	"curio/artifacts/store"
)

// Step looks at the alias once and takes in what it names. It returns after the
// new model is in service, or was refused. While there is none, the one that Kept has
// is put in service instead.
func (f *Follower) Step(ctx context.Context) Result {
	f.step.Lock()
	defer f.step.Unlock()
	r := f.look(ctx)
	if f.current.Load() == nil {
		f.recall(ctx)
	} else if r == Swapped || r == Unchanged {
		f.keep(ctx)
	}
	return r
}

func (f *Follower) look(ctx context.Context) Result {
	pointer, err := f.resolve(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
		if f.Status().Last != Absent {
			f.o.Log.WarnContext(ctx, "there is no such alias in the store", "alias", f.o.Alias)
		}
		return f.record(Absent, "there is no alias "+f.o.Alias, nil)
	case err != nil:
		return f.unavailable(ctx, err)
	}
	if current := f.current.Load(); current != nil && current.Pointer.Version == pointer.Version {
		if f.o.Pin == "" && (current.Pointer.Nonce != pointer.Nonce || current.Source != FromStore) {
			moved := *current
			moved.Pointer, moved.Source = pointer, FromStore
			f.put(&moved)
		}
		return f.record(Unchanged, "", nil)
	}
	if !f.retry.due(pointer.Nonce, f.o.Clock()) {
		s := f.Status()
		reason := s.Error
		if s.Refusal != nil {
			reason = s.Refusal.Reason
		}
		return f.record(Waiting, reason, s.Refusal)
	}
	return f.take(ctx, pointer)
}

// take loads what pointer names and puts it in service, or refuses it.
func (f *Follower) take(ctx context.Context, pointer registry.Pointer) Result {
	model, err := f.load(ctx, f.o.Registry, pointer, f.o.Admit)
	switch {
	case unreadable(err):
		return f.unavailable(ctx, err)
	case err != nil:
		now := f.o.Clock()
		tries := f.retry.failed(pointer.Nonce, now, f.o.Poll, f.o.MaxRetry)
		f.o.Log.WarnContext(ctx, "artifact refused", "alias", f.o.Alias, "version", pointer.Version, "tries", tries, "error", err)
		return f.record(Refused, err.Error(), &Refusal{Pointer: pointer, Reason: err.Error(), At: now, Tries: tries})
	}
	model.Source = FromStore
	f.put(model)
	f.o.Log.InfoContext(ctx, "model in service", "alias", f.o.Alias, "version", pointer.Version, "seconds", model.Took.Seconds())
	return f.record(Swapped, "", nil)
}

// put puts a model in service.
func (f *Follower) put(m *Model) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.status.Source != m.Source {
		f.status.Source, f.status.Since = m.Source, f.o.Clock()
	}
	f.status.Version, f.status.Moved, f.status.LoadedAt = m.Pointer.Version, m.Pointer.Moved, m.LoadedAt
	f.current.Store(m)
}

// unreadable tells a registry that could not be read from an artifact that is
// bad.
func unreadable(err error) bool {
	return store.Unavailable(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (f *Follower) unavailable(ctx context.Context, err error) Result {
	if ctx.Err() == nil {
		f.o.Log.WarnContext(ctx, "registry not readable", "alias", f.o.Alias, "error", err)
	}
	return f.record(Unavailable, err.Error(), f.Status().Refusal)
}

// soon bounds a look while nothing is served that could be.
const soon = 2 * time.Second

// resolve says what is to be served. A pinned version is what it is, whatever the
// store says.
func (f *Follower) resolve(ctx context.Context) (registry.Pointer, error) {
	if f.o.Pin != "" {
		return registry.Pointer{Version: f.o.Pin, Nonce: f.o.Pin}, nil
	}
	timeout := f.o.ResolveTimeout
	if f.o.Kept != nil && f.current.Load() == nil && !f.recalled {
		timeout = min(timeout, soon)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return f.o.Registry.Resolve(ctx, f.o.Alias)
}
