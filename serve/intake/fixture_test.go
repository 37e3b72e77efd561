package intake

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"curio/datasets/event"
)

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// ids makes new-0, new-1, ...
func ids() func() string {
	var n atomic.Int64
	return func() string { return fmt.Sprintf("new-%d", n.Add(1)-1) }
}

func options() Options {
	return Options{Clock: (&clock{now: start}).Now, NewID: ids()}
}

// opened opens a log that is closed with the test.
func opened(t testing.TB, dir string, o Options) *Log {
	t.Helper()
	l, err := Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, l) })
	return l
}

func closed(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(t.Context()); err != nil && t.Context().Err() == nil {
		t.Error(err)
	}
	<-l.done
}

// view is an event of user u on item i.
func view(id, user, item string) event.Event {
	return event.Event{ID: id, UserID: user, ItemID: item, Type: event.View, TS: event.Time(start.UnixMilli() - 1000)}
}

// add appends events and returns the codes.
func add(t testing.TB, l *Log, events ...event.Event) []string {
	t.Helper()
	results, err := l.Append(t.Context(), events)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, r := range results {
		codes = append(codes, r.Code)
	}
	return codes
}

// segmentsOf returns the names of the segments of a log.
func segmentsOf(t testing.TB, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, tableFolder, "*"+extension))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// logged reads all events of a log, which must have no line that is none.
func logged(t testing.TB, dir string) []event.Event {
	t.Helper()
	var all []event.Event
	for _, path := range segmentsOf(t, dir) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad, err := scan(bytes.NewReader(content), func(e *event.Event) error {
			all = append(all, *e)
			return nil
		})
		if bad != 0 || err != nil || len(content) > 0 && content[len(content)-1] != '\n' {
			t.Fatalf("%s: %d bad lines, %v, ends in %q", filepath.Base(path), bad, err, content[max(0, len(content)-20):])
		}
	}
	return all
}

// times counts how often each id is logged.
func times(t testing.TB, dir string) map[string]int {
	t.Helper()
	n := make(map[string]int)
	for _, e := range logged(t, dir) {
		n[e.ID]++
	}
	return n
}
