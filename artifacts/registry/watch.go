package registry

import (
	"context"
	"time"

	"curio/artifacts/store"
)

// Watch returns a channel that holds a value when alias may have moved since the
// last value was taken from it; see store.Watch for what every and jitter mean.
// A name that no alias can have never moves. The channel closes when ctx is done
// and nothing that Watch has started runs any more.
func (r *Registry) Watch(ctx context.Context, alias string, every time.Duration, jitter func() float64) <-chan struct{} {
	if CheckAlias(alias) != nil {
		never := make(chan struct{})
		context.AfterFunc(ctx, func() { close(never) })
		return never
	}
	return store.Watch(ctx, r.store, aliasFolder+alias+suffix, every, jitter)
}
