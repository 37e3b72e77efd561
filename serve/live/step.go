package live

import (
	"context"
	"errors"

	"curio/artifacts/registry"
	"curio/artifacts/store"
)

// Step looks at the alias once and takes in what it names. It returns after the
// new model is in service, or was refused.
func (f *Follower) Step(ctx context.Context) Result {
	f.step.Lock()
	defer f.step.Unlock()

	pointer, err := f.resolve(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return f.record(Absent, "there is no alias "+f.o.Alias, nil)
	case err != nil:
		return f.unavailable(ctx, err)
	}
	if current := f.current.Load(); current != nil && current.Pointer.Version == pointer.Version {
		if current.Pointer.Nonce != pointer.Nonce {
			moved := *current
			moved.Pointer = pointer
			f.current.Store(&moved)
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
	model, err := f.load(ctx, pointer)
	switch {
	case unreadable(err):
		return f.unavailable(ctx, err)
	case err != nil:
		now := f.o.Clock()
		tries := f.retry.failed(pointer.Nonce, now, f.o.Poll, f.o.MaxRetry)
		f.o.Log.WarnContext(ctx, "artifact refused", "alias", f.o.Alias, "version", pointer.Version, "tries", tries, "error", err)
		return f.record(Refused, err.Error(), &Refusal{Pointer: pointer, Reason: err.Error(), At: now, Tries: tries})
	}
	f.current.Store(model)
	f.o.Log.InfoContext(ctx, "model in service", "alias", f.o.Alias, "version", pointer.Version, "seconds", model.Took.Seconds())
	return f.record(Swapped, "", nil)
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

func (f *Follower) resolve(ctx context.Context) (registry.Pointer, error) {
	ctx, cancel := context.WithTimeout(ctx, f.o.ResolveTimeout)
	defer cancel()
	return f.o.Registry.Resolve(ctx, f.o.Alias)
}
