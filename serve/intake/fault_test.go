package intake

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// disk makes files that fail when they are told to. Fields are guarded by mu.
type disk struct {
	mu      sync.Mutex
	write   error // of the next write, of which half is done
	cut     error // of every truncation
	sync    error // of the next fsync, after which the file holds what is not durable
	create  error // of every new file
	gone    bool  // the next file that is looked for is not there
	forever bool  // write and sync go on failing
	block   chan struct{}
	blocked chan struct{}
}

type faulty struct {
	*os.File
	d *disk
}

func (f faulty) WriteAt(b []byte, at int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.block != nil {
		close(f.d.blocked)
		<-f.d.block
		f.d.block = nil
	}
	if err := f.d.write; err != nil {
		if !f.d.forever {
			f.d.write = nil
		}
		n, _ := f.File.WriteAt(b[:len(b)/2], at)
		return n, err
	}
	return f.File.WriteAt(b, at)
}

func (f faulty) Truncate(size int64) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.cut != nil {
		return f.d.cut
	}
	return f.File.Truncate(size)
}

func (f faulty) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if err := f.d.sync; err != nil {
		if !f.d.forever {
			f.d.sync = nil
		}
		return err
	}
	return f.File.Sync()
}

// faultyLog opens a log on a disk.
func faultyLog(t *testing.T, dir string, o Options) (*Log, *disk) {
	t.Helper()
	l, err := open(t.Context(), dir, o.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{}
	l.out.create = func(path string) (file, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.create != nil {
			return nil, d.create
		}
		f, err := createFile(path)
		if err != nil {
			return nil, err
		}
		return faulty{f.(*os.File), d}, nil
	}
	l.out.there = func(f file, path string) bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		gone := d.gone
		d.gone = false
		return !gone && sameFile(f.(faulty).File, path)
	}
	go l.run()
	t.Cleanup(func() { closed(t, l) })
	return l, d
}

func (d *disk) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// TestFaults: whatever the disk does, what is acknowledged stands in the log, what
// failed can be sent again, and no half line stays in front of others.
func TestFaults(t *testing.T) {
	io, full := error(syscall.EIO), error(syscall.ENOSPC)
	for name, c := range map[string]struct {
		fault    func(*disk)
		want     error
		segments int  // with events, in the end
		torn     bool // something has to be put right at the next start
		twice    bool // the events may stand in two segments
	}{
		"NoFault":         {func(d *disk) {}, nil, 1, false, false},
		"WriteOnce":       {func(d *disk) { d.write = io }, nil, 2, false, false},
		"WriteTooLarge":   {func(d *disk) { d.write = syscall.EFBIG }, nil, 2, false, false},
		"WriteAlways":     {func(d *disk) { d.write, d.forever = io, true }, ErrWrite, 2, false, false},
		"Full":            {func(d *disk) { d.write = full }, ErrFull, 1, false, false},
		"FullQuota":       {func(d *disk) { d.write = syscall.EDQUOT }, ErrFull, 1, false, false},
		"FullAndStuck":    {func(d *disk) { d.write, d.cut = full, io }, ErrFull, 2, true, true},
		"WriteAndStuck":   {func(d *disk) { d.write, d.cut = io, io }, nil, 2, true, true},
		"SyncOnce":        {func(d *disk) { d.sync = io }, nil, 2, false, false},
		"SyncFull":        {func(d *disk) { d.sync = full }, ErrFull, 2, false, false},
		"SyncAlways":      {func(d *disk) { d.sync, d.forever = io, true }, ErrWrite, 2, false, false},
		"SyncAndStuck":    {func(d *disk) { d.sync, d.cut = io, io }, nil, 2, false, true},
		"SyncAndNoOther":  {func(d *disk) { d.sync, d.create = io, io }, ErrWrite, 2, false, false},
		"SyncAndFull":     {func(d *disk) { d.sync, d.create = io, full }, ErrFull, 2, false, false},
		"Gone":            {func(d *disk) { d.gone = true }, nil, 2, false, false},
		"StuckAndNoOther": {func(d *disk) { d.sync, d.cut, d.create = io, io, io }, ErrWrite, 2, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			recent, err := NewRecent(RecentOptions{})
			if err != nil {
				t.Fatal(err)
			}
			o := options()
			o.Recent = recent
			l, d := faultyLog(t, dir, o)
			add(t, l, view("before", "u", "i"))
			d.set(func() { c.fault(d) })
			events := []event.Event{view("a", "u", "i"), view("b", "u", "i"), view("c", "u", "i"), view("before", "u", "i")}
			_, err = l.Append(t.Context(), events)
			if !errors.Is(err, c.want) {
				t.Fatalf("Append = %v, want %v", err, c.want)
			}
			if n := len(recent.Events("u", 0)); err != nil && n != 1 {
				t.Errorf("%d events are recent, want none that failed", n)
			}
			d.set(func() { d.write, d.sync, d.cut, d.create, d.forever = nil, nil, nil, nil, false })
			for i, e := range events { // the disk is well again
				got, want := add(t, l, e)[0], ""
				if err == nil || i == 3 {
					want = code.Duplicate
				}
				if got != want {
					t.Errorf("%s again: %q, want %q", e.ID, got, want)
				}
			}
			add(t, l, view("after", "u", "i"))
			if n := len(recent.Events("u", 0)); n != 5 {
				t.Errorf("%d events are recent, want 5", n)
			}
			if n := len(segmentsOf(t, dir)); n != c.segments {
				t.Errorf("%d segments, want %d", n, c.segments)
			}
			closed(t, l)
			l = opened(t, dir, options())
			if torn := l.Stats().Torn > 0; torn != c.torn {
				t.Errorf("torn: %v, want %v", torn, c.torn)
			}
			n := times(t, dir)
			for _, id := range []string{"before", "a", "b", "c", "after"} {
				if n[id] != 1 && !(c.twice && n[id] == 2 && len(id) == 1) {
					t.Errorf("%s stands %d times", id, n[id])
				}
			}
			if got := l.Stats().Known; len(n) != 5 || got != 5 {
				t.Errorf("%d ids stand there and %d are known, want 5", len(n), got)
			}
		})
	}
}

// TestFullFromTheStart: a segment that never got an event does not stay.
func TestFullFromTheStart(t *testing.T) {
	dir := t.TempDir()
	l, d := faultyLog(t, dir, options())
	d.set(func() { d.write, d.forever = syscall.ENOSPC, true })
	for range 3 {
		if _, err := l.Append(t.Context(), []event.Event{view("a", "u", "i")}); !errors.Is(err, ErrFull) {
			t.Errorf("Append = %v, want ErrFull", err)
		}
		if left := segmentsOf(t, dir); len(left) != 0 {
			t.Errorf("left is %v", left)
		}
	}
	d.set(func() { d.write = nil })
	add(t, l, view("a", "u", "i"))
	if s := l.Stats(); s.Failures != 3 || s.Written != 1 {
		t.Errorf("Stats = %+v", s)
	}
}

// TestDeleted: when somebody deletes the segment that is written to, what follows
// is not written into nowhere.
func TestDeleted(t *testing.T) {
	dir := t.TempDir()
	l := opened(t, dir, options())
	add(t, l, view("a", "u", "i"))
	if err := os.Remove(segmentsOf(t, dir)[0]); err != nil {
		t.Fatal(err)
	}
	add(t, l, view("b", "u", "i"))
	add(t, l, view("c", "u", "i"))
	if diff := cmp.Diff(map[string]int{"b": 1, "c": 1}, times(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// stall makes the next write wait, sends an event that is in it, and returns what
// ends the wait.
func stall(t *testing.T, l *Log, d *disk) (release func()) {
	t.Helper()
	block, blocked := make(chan struct{}), make(chan struct{})
	d.set(func() { d.block, d.blocked = block, blocked })
	sent := make(chan error, 1)
	go func() {
		_, err := l.Append(t.Context(), []event.Event{view("stalled", "u", "i")})
		sent <- err
	}()
	<-blocked
	return func() {
		close(block)
		if err := <-sent; err != nil {
			t.Error(err)
		}
	}
}

// TestQueue: while the disk stalls, no more events wait than may.
func TestQueue(t *testing.T) {
	dir := t.TempDir()
	o := options()
	o.Queue = 3
	l, d := faultyLog(t, dir, o)
	release := stall(t, l, d)
	send := func(from, n int) <-chan error {
		events := make([]event.Event, n)
		for i := range events {
			events[i] = view(fmt.Sprint(from+i), "u", "i")
		}
		c := make(chan error, 1)
		go func() {
			_, err := l.Append(t.Context(), events)
			c <- err
		}()
		return c
	}
	one := send(0, 1)
	for l.Stats().Waiting != 1 {
		time.Sleep(time.Millisecond)
	}
	if err := <-send(100, 3); !errors.Is(err, ErrBusy) {
		t.Errorf("above the limit: %v, want ErrBusy", err)
	}
	two := send(1, 2)
	for l.Stats().Waiting != 3 {
		time.Sleep(time.Millisecond)
	}
	if err := <-send(200, 1); !errors.Is(err, ErrBusy) {
		t.Errorf("on a full queue: %v, want ErrBusy", err)
	}
	release()
	if err := errors.Join(<-one, <-two); err != nil {
		t.Error(err)
	}
	if err := <-send(300, 10); err != nil {
		t.Errorf("more than the limit to an empty queue: %v", err)
	}
	if n := times(t, dir); len(n) != 14 || n["100"]+n["200"] != 0 {
		t.Errorf("logged are %v", n)
	}
	if s := l.Stats(); s.Busy != 2 {
		t.Errorf("busy %d times, want 2", s.Busy)
	}
}
