package intake

import (
	"context"
	"errors"
	"testing"
	"time"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// TestContext: who does not wait for the disk is told what is known.
func TestContext(t *testing.T) {
	dir := t.TempDir()
	l, d := faultyLog(t, dir, options())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Append(ended, []event.Event{view("early", "u", "i")}); !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnknown) {
		t.Errorf("ended before: %v", err)
	}
	// In the queue: it is withdrawn.
	release := stall(t, l, d)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := l.Append(ctx, []event.Event{view("queued", "u", "i")}); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrUnknown) {
		t.Errorf("ended in the queue: %v", err)
	}
	release()
	// While it is written: nobody knows.
	block, blocked := make(chan struct{}), make(chan struct{})
	d.set(func() { d.block, d.blocked = block, blocked })
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-blocked
		cancel()
	}()
	if _, err := l.Append(ctx, []event.Event{view("written", "u", "i")}); !errors.Is(err, context.Canceled) || !errors.Is(err, ErrUnknown) {
		t.Errorf("ended while it was written: %v", err)
	}
	closing, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := l.Close(closing); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Close while the disk stalls = %v", err)
	}
	close(block)
	closed(t, l)
	n := times(t, dir)
	if n["early"] != 0 || n["queued"] != 0 || n["written"] != 1 || n["stalled"] != 1 {
		t.Errorf("logged are %v", n)
	}
	l = opened(t, dir, options())
	if got := add(t, l, view("written", "u", "i"))[0]; got != code.Duplicate {
		t.Errorf("sent again it is %q", got)
	}
}
