package guard

import (
	"context"
	"sync"
	"time"
)

type callerKey struct{}

// CallerOf returns who asks, by the context of a request that passed a Guard; the
// zero Caller for any other context and on public routes.
func CallerOf(ctx context.Context) Caller {
	if c, ok := ctx.Value(callerKey{}).(*Caller); ok {
		return *c
	}
	return Caller{}
}

// call is the context of one request: that of its connection with the caller and
// a deadline. The timer behind Done is made when Done is first asked for, which
// most handlers never do.
type call struct {
	context.Context
	caller   *Caller   // nil for nobody
	deadline time.Time // zero for none
	clock    func() time.Time

	mu     sync.Mutex // guards the rest
	timed  context.Context
	cancel context.CancelFunc
	over   bool
}

func (c *call) Deadline() (time.Time, bool) {
	at, ok := c.Context.Deadline()
	if c.deadline.IsZero() || ok && at.Before(c.deadline) {
		return at, ok
	}
	return c.deadline, true
}

func (c *call) Done() <-chan struct{} {
	if c.deadline.IsZero() {
		return c.Context.Done()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inner().Done()
}

func (c *call) Err() error {
	if c.deadline.IsZero() {
		return c.Context.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timed == nil && !c.over && c.Context.Err() == nil && c.clock().Before(c.deadline) {
		return nil
	}
	return c.inner().Err()
}

func (c *call) Value(key any) any {
	if key == (callerKey{}) {
		return c.caller
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// A context made of this one looks here for what cancels it.
	if c.timed != nil {
		return c.timed.Value(key)
	}
	return c.Context.Value(key)
}

// inner returns the context with the timer. The caller has mu.
func (c *call) inner() context.Context {
	if c.timed == nil {
		c.timed, c.cancel = context.WithTimeout(c.Context, c.deadline.Sub(c.clock()))
		if c.over {
			c.cancel()
		}
	}
	return c.timed
}

// end cancels c, once the answer is written.
func (c *call) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.cancel != nil {
		c.cancel()
	}
}
