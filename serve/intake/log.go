package intake

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// What Append may fail with. After any of these the same events may be sent again
// with the same ids.
var (
	ErrBusy    = errors.New("too many events wait to be written") // nothing was written
	ErrFull    = errors.New("no room for events")                 // on the disk or within the quota
	ErrWrite   = errors.New("events cannot be written")           // the disk fails, or denies access
	ErrUnknown = errors.New("events may or may not have been written")
	ErrClosed  = errors.New("the event log is closed") // nothing was written
)

// ErrHeld means that another process writes to the log.
var ErrHeld = errors.New("another process writes to the event log")

// Result is what became of one event.
type Result struct {
	ID   string // its own, or the one it was given; empty if it was refused without one
	Code string // empty when it was written, else one of package code
}

// Accepted reports whether the event is on disk: it was written, or had been.
func (r Result) Accepted() bool { return r.Code == "" || r.Code == code.Duplicate }

// Log is an event log that this process writes to. It is safe for concurrent use.
type Log struct {
	o      Options
	unlock func() error
	count  counters
	wake   chan struct{} // holds one when the queue is not empty or the log closes
	done   chan struct{} // closed when everything is written and the file is closed

	mu     sync.Mutex
	queue  []*call // guarded by mu
	rows   int     // in queue; guarded by mu
	closed bool    // guarded by mu

	// Of the goroutine that writes.
	seen *seen
	out  *segments
	buf  []byte
}

// call is one Append on its way.
type call struct {
	rows    []row
	results []Result
	err     error
	state   atomic.Uint32 // waiting; then taken by the writer or withdrawn by the caller
	done    chan struct{} // closed when results and err are final
}

const (
	waiting = iota
	taken
	withdrawn
)

// row is one event to be written.
type row struct {
	event  event.Event
	at     int // among the results
	name   name
	says   said
	line   []byte // up to the times that the writer adds
	filled bool   // the time it happened is one of them
	fresh  bool   // it is written with this group
}

// Append returns when events are on disk, with a result for each in their order:
// written, a duplicate, or refused with the code that a reader of data sets would
// give. A time of zero is filled in with that of receipt; ReceivedAt is set to it
// in any case. When it returns an error none of the events is acknowledged; the
// error wraps one of those above, or only that of ctx if ctx ended before anything
// was written.
func (l *Log) Append(ctx context.Context, events []event.Event) ([]Result, error) {
	c := &call{results: make([]Result, len(events)), done: make(chan struct{})}
	l.prepare(c, events)
	if len(c.rows) == 0 {
		return c.results, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("no event was written: %w", err)
	}
	if err := l.enqueue(c); err != nil {
		return nil, err
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		if c.state.CompareAndSwap(waiting, withdrawn) {
			return nil, fmt.Errorf("no event was written: %w", ctx.Err())
		}
		select {
		case <-c.done: // just so
		default:
			return nil, fmt.Errorf("%w: %w", ErrUnknown, ctx.Err())
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	return c.results, nil
}

// prepare refuses what no reader takes and encodes the rest.
func (l *Log) prepare(c *call, events []event.Event) {
	c.rows = make([]row, 0, len(events))
	var buf []byte
	for i, e := range events {
		if why := check(&e); why != "" {
			c.results[i] = Result{ID: e.ID, Code: why}
			l.count.refused.Add(1)
			continue
		}
		if e.ID == "" {
			e.ID = l.o.NewID()
		}
		c.results[i].ID = e.ID
		from := len(buf)
		buf = appendHead(buf, e.ID)
		content := len(buf)
		buf = appendContent(buf, &e)
		r := row{event: e, at: i, name: nameOf(e.ID), says: saidBy(buf[content:], e.TS, 0), filled: e.TS == 0}
		if !r.filled {
			buf = appendTS(buf, e.TS)
		}
		r.line = buf[from:len(buf):len(buf)]
		c.rows = append(c.rows, r)
	}
}

func (l *Log) enqueue(c *call) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return ErrClosed
	case l.rows > 0 && l.rows+len(c.rows) > l.o.Queue:
		l.count.busy.Add(1)
		return ErrBusy
	}
	l.queue = append(l.queue, c)
	l.rows += len(c.rows)
	l.signal()
	return nil
}

func (l *Log) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Close refuses further events, waits until those that were taken are on disk and
// lets go of the log. It returns the error of ctx if that ends first; the rest is
// done nevertheless.
func (l *Log) Close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	l.signal()
	l.mu.Unlock()
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close the event log: %w", ctx.Err())
	}
}
