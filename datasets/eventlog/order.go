package eventlog

import (
	"context"
	"sync"

	"curio/datasets/event"
)

// order delivers the rejects of units, whichever worker is ready first, in the
// order of their numbers and one at a time.
type order struct {
	reject func(event.Reject)

	mu      sync.Mutex // guards what follows, and calls of reject
	next    int        // the unit whose turn it is
	waiting map[int]chan struct{}
	ready   map[int][]event.Reject // of finished units whose turn has not come
}

func newOrder(reject func(event.Reject)) *order {
	return &order{reject: reject, waiting: make(map[int]chan struct{}), ready: make(map[int][]event.Reject)}
}

// await returns when every unit before n is finished.
func (o *order) await(ctx context.Context, n int) error {
	o.mu.Lock()
	if o.next == n {
		o.mu.Unlock()
		return ctx.Err()
	}
	turn := make(chan struct{})
	o.waiting[n] = turn
	o.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// deliver passes on rejects of the unit whose turn it is.
func (o *order) deliver(rejects []event.Reject) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range rejects {
		o.reject(r)
	}
}

// finish takes the last rejects of unit n and returns how many units are finished
// by that, for which all before them are.
func (o *order) finish(n int, rejects []event.Reject) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if n != o.next {
		o.ready[n] = append([]event.Reject(nil), rejects...)
		return 0
	}
	from := o.next
	for {
		for _, r := range rejects {
			o.reject(r)
		}
		o.next++
		var ok bool
		if rejects, ok = o.ready[o.next]; !ok {
			break
		}
		delete(o.ready, o.next)
	}
	if turn := o.waiting[o.next]; turn != nil {
		close(turn)
		delete(o.waiting, o.next)
	}
	return o.next - from
}
