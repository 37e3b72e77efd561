package guard

import (
	"context"
	"sync/atomic"
	"time"
)

// slots bounds how many requests are under way and how many wait for that, in the
// order in which they came.
type slots struct {
	taken   chan struct{} // as much capacity as there are slots
	waiting atomic.Int64
	queue   int64         // most that wait
	wait    time.Duration // longest that one waits
}

func newSlots(n, queue int, wait time.Duration) *slots {
	if n == 0 {
		return nil
	}
	return &slots{taken: make(chan struct{}, n), queue: int64(queue), wait: wait}
}

// enter takes a slot, which leave gives back. It returns false when there is none
// and no place in the queue, when it waited too long, or when ctx is done.
func (s *slots) enter(ctx context.Context) bool {
	select {
	case s.taken <- struct{}{}:
		return true
	default:
	}
	defer s.waiting.Add(-1)
	if s.waiting.Add(1) > s.queue {
		return false
	}
	timer := time.NewTimer(s.wait)
	defer timer.Stop()
	select {
	case s.taken <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func (s *slots) leave() { <-s.taken }
