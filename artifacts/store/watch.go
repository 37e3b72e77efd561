package store

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Listener is a store that is told of changes by its server.
type Listener interface {
	// Listen calls changed when the object under key may have been written or
	// deleted, until ctx is done. It is a hint and no more: there may have been
	// no change, several changes may make one call, and one that happens while
	// the connection is down makes none. It returns early from a server that
	// tells nobody.
	Listen(ctx context.Context, key string, changed func())
}

// WatchEvery is the time between two looks of Watch that lets a change be seen
// within a second.
const WatchEvery = 700 * time.Millisecond

// Watch returns a channel that holds a value when the object under key may have
// changed since the last value was taken from it. A change is noticed at once
// where s is a Listener that hears of it, and in any case by a look at the
// object's tag every so often, 10 % more or less; jitter is in [0, 1). What
// cannot be looked at has not changed. There is a value soon after the start, so
// that no change is missed between a first look of the caller and ours.
//
// The channel closes when ctx is done and nothing that Watch has started runs
// any more.
func Watch(ctx context.Context, s Store, key string, every time.Duration, jitter func() float64) <-chan struct{} {
	hints := make(chan struct{}, 1)
	changed := func() {
		select {
		case hints <- struct{}{}:
		default: // there is one already
		}
	}
	var running sync.WaitGroup
	running.Go(func() { poll(ctx, s, key, every, jitter, changed) })
	if l, ok := s.(Listener); ok {
		running.Go(func() { l.Listen(ctx, key, changed) })
	}
	go func() {
		running.Wait()
		close(hints)
	}()
	return hints
}

// poll calls changed after its first look, and when the tag of an object is not
// what it was.
func poll(ctx context.Context, s Store, key string, every time.Duration, jitter func() float64, changed func()) {
	last, known := "", false
	for {
		info, err := s.Stat(ctx, key)
		if err == nil || errors.Is(err, ErrNotFound) {
			if !known || info.Tag != last {
				changed()
			}
			last, known = info.Tag, true
		}
		timer := time.NewTimer(time.Duration(float64(every) * (0.9 + 0.2*jitter())))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}
