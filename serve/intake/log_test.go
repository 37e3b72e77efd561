package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

func TestAppend(t *testing.T) {
	dir := t.TempDir()
	dir = filepath.Join(dir, "new", "data")
	l := opened(t, dir, options())
	bad := view("bad", "", "i")
	late := view("late", "u", "i")
	late.TS, late.ReceivedAt = 0, 17
	results, err := l.Append(t.Context(), []event.Event{view("a", "u", "i"), bad, view("", "u", "i"), late, view("a", "u", "i"), view("a", "u", "j")})
	if err != nil {
		t.Fatal(err)
	}
	want := []Result{{ID: "a"}, {ID: "bad", Code: code.UserMissing}, {ID: "new-0"}, {ID: "late"}, {ID: "a", Code: code.Duplicate}, {ID: "a", Code: code.DuplicateConflict}}
	if diff := cmp.Diff(want, results); diff != "" {
		t.Error(diff)
	}
	for i, accepted := range []bool{true, false, true, true, true, false} {
		if results[i].Accepted() != accepted {
			t.Errorf("result %d: Accepted = %v", i, !accepted)
		}
	}
	now := event.Time(start.UnixMilli())
	events := []event.Event{view("a", "u", "i"), view("new-0", "u", "i"), view("late", "u", "i")}
	for i := range events {
		events[i].ReceivedAt = now
	}
	events[2].TS = now
	if diff := cmp.Diff(events, logged(t, dir)); diff != "" {
		t.Error(diff)
	}
	s := l.Stats()
	if s.Written != 3 || s.Groups != 1 || s.Duplicates != 1 || s.Conflicts != 1 || s.Refused != 1 || s.Known != 3 || s.Segment != s.Bytes {
		t.Errorf("Stats = %+v", s)
	}
	for path, mode := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, tableFolder): 0o700, segmentsOf(t, dir)[0]: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s has the rights %v, %v, want %v", path, info.Mode(), err, mode)
		}
	}
}

// TestNothingToWrite: events that are all refused need no disk.
func TestNothingToWrite(t *testing.T) {
	dir := t.TempDir()
	l := opened(t, dir, options())
	if diff := cmp.Diff([]string{code.UserMissing}, add(t, l, view("a", "", "i"))); diff != "" {
		t.Error(diff)
	}
	if codes := add(t, l); len(codes) != 0 || len(segmentsOf(t, dir)) != 0 {
		t.Errorf("%v, and segments %v", codes, segmentsOf(t, dir))
	}
}

// TestOnce: an id is written once, by whomever it is sent, also after a restart.
func TestOnce(t *testing.T) {
	dir := t.TempDir()
	first := view("a", "u", "i")
	other := first
	other.TS++
	filled := view("b", "u", "i")
	filled.TS = 0
	saidNow := filled
	saidNow.TS = event.Time(start.UnixMilli())
	saidThen := saidNow
	saidThen.TS -= 5000
	punctual := view("c", "u", "i") // as if the server had filled it in
	punctual.TS = event.Time(start.UnixMilli())
	before := punctual
	before.TS -= 5000
	again := func(t *testing.T, l *Log) {
		t.Helper()
		want := []string{code.Duplicate, code.DuplicateConflict, code.DuplicateConflict, code.Duplicate, code.Duplicate, code.Duplicate, code.Duplicate, code.Duplicate}
		if diff := cmp.Diff(want, add(t, l, first, other, view("a", "v", "i"), filled, saidNow, saidThen, punctual, before)); diff != "" {
			t.Error(diff)
		}
	}
	for run := range 3 {
		l := opened(t, dir, options())
		if run == 0 {
			add(t, l, first, filled, punctual)
		}
		again(t, l)
		closed(t, l)
	}
	if n := len(logged(t, dir)); n != 3 {
		t.Errorf("%d events are logged, want 3", n)
	}
}

// TestWindow: as many ids are known as was said, and what is older is written
// again.
func TestWindow(t *testing.T) {
	dir := t.TempDir()
	o := options()
	o.Window = 10
	l := opened(t, dir, o)
	for i := range 35 {
		add(t, l, view(fmt.Sprint(i), "u", "i"))
		if got := add(t, l, view(fmt.Sprint(max(0, i-9)), "u", "i"))[0]; got != code.Duplicate {
			t.Errorf("after %d the tenth id from the end is %q", i+1, got)
		}
	}
	for i := range 100 {
		add(t, l, view(fmt.Sprint("more", i), "u", "i"))
		if n := l.Stats().Known; n > 20 {
			t.Fatalf("%d ids are known", n)
		}
	}
	closed(t, l)
	l = opened(t, dir, o)
	if s := l.Stats(); s.Known < 10 || s.Known > 20 {
		t.Errorf("after a restart %d ids are known", s.Known)
	}
	for i := 90; i < 100; i++ {
		if got := add(t, l, view(fmt.Sprint("more", i), "u", "i"))[0]; got != code.Duplicate {
			t.Errorf("id %d is %q", i, got)
		}
	}
	if got := add(t, l, view("0", "u", "i"))[0]; got != "" {
		t.Errorf("an id from before the window is %q", got)
	}
}

// TestTogether: callers share writes; each id, which several send at once, stands
// once, and nobody is told so before it does.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	o := options()
	o.SegmentBytes = minSegment
	l := opened(t, dir, o)
	const callers, each = 16, 40
	var wg sync.WaitGroup
	written := make([]int, callers)
	for c := range callers {
		wg.Go(func() {
			for i := range each {
				results, err := l.Append(t.Context(), []event.Event{view(fmt.Sprint("own-", c, "-", i), "u", "i"), view(fmt.Sprint("all-", i), "u", "i")})
				if err != nil || results[0].Code != "" || !results[1].Accepted() {
					t.Errorf("%v, %v", results, err)
					return
				}
				if results[1].Code == "" {
					written[c]++
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range written {
		total += n
	}
	n := times(t, dir)
	if total != each || len(n) != each*(callers+1) {
		t.Errorf("%d shared ids were told to be written, %d ids are there", total, len(n))
	}
	for id, times := range n {
		if times != 1 {
			t.Errorf("%s stands %d times", id, times)
		}
	}
	if s := l.Stats(); s.Groups >= callers*each {
		t.Errorf("%d groups for %d calls: no caller shared", s.Groups, callers*each)
	}
}

func TestHeld(t *testing.T) {
	t.Parallel() // it waits for lockWait
	dir := t.TempDir()
	l := opened(t, dir, options())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, dir, options()); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrHeld) {
		t.Errorf("Open until a deadline = %v", err)
	}
	if _, err := Open(t.Context(), dir, options()); !errors.Is(err, ErrHeld) {
		t.Errorf("Open = %v, want ErrHeld", err)
	}
	closed(t, l)
	opened(t, dir, options())
}

func TestClose(t *testing.T) {
	dir := t.TempDir()
	l := opened(t, dir, options())
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			_, err := l.Append(t.Context(), []event.Event{view(fmt.Sprint(i), "u", "i")})
			if err != nil && !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
			if n := times(t, dir)[fmt.Sprint(i)]; (err == nil) != (n == 1) {
				t.Errorf("Append = %v, and the event stands %d times", err, n)
			}
		})
	}
	closed(t, l)
	closed(t, l)
	wg.Wait()
	if _, err := l.Append(t.Context(), []event.Event{view("x", "u", "i")}); !errors.Is(err, ErrClosed) {
		t.Errorf("Append = %v, want ErrClosed", err)
	}
}

func TestValidate(t *testing.T) {
	good := options()
	for name, c := range map[string]struct {
		change func(*Options)
		faults int
	}{
		"Defaults": {func(o *Options) {}, 0},
		"Nothing":  {func(o *Options) { *o = Options{} }, 2},
		"Least":    {func(o *Options) { o.SegmentBytes, o.SegmentAge, o.Queue, o.Window = minSegment, minAge, 1, 1 }, 0},
		"Most": {func(o *Options) {
			o.SegmentBytes, o.SegmentAge, o.Queue, o.Window = maxSegment, maxAge, maxQueue, maxWindow
		}, 0},
		"BelowAll": {func(o *Options) { o.SegmentBytes, o.SegmentAge, o.Queue, o.Window = minSegment-1, minAge-1, -1, -1 }, 4},
		"AboveAll": {func(o *Options) {
			o.SegmentBytes, o.SegmentAge, o.Queue, o.Window = maxSegment+1, maxAge+1, maxQueue+1, maxWindow+1
		}, 4},
	} {
		o := good
		c.change(&o)
		n := 0
		if err := o.Validate(); err != nil {
			n = len(err.(interface{ Unwrap() []error }).Unwrap())
		}
		if n != c.faults {
			t.Errorf("%s: %d faults, want %d: %v", name, n, c.faults, o.Validate())
		}
	}
	if _, err := Open(t.Context(), t.TempDir(), Options{}); err == nil {
		t.Error("Open without options = nil")
	}
}
