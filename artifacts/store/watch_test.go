package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// object is a store of one object, whose tag and failure a test sets, and which
// hears of changes when told to.
type object struct {
	Store
	mu    sync.Mutex
	tag   string
	err   error
	looks []time.Time
	hear  chan struct{} // nil: the server tells nobody
	late  time.Duration // how long Listen goes on after its context
}

func (o *object) Stat(context.Context, string) (Info, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.looks = append(o.looks, time.Now())
	return Info{Tag: o.tag}, o.err
}

func (o *object) set(tag string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tag, o.err = tag, err
}

func (o *object) Listen(ctx context.Context, _ string, changed func()) {
	if o.hear == nil {
		return
	}
	for {
		select {
		case <-o.hear:
			changed()
		case <-ctx.Done():
			time.Sleep(o.late)
			return
		}
	}
}

const every = 800 * time.Millisecond

// hinted waits for d and reports whether there was a hint.
func hinted(d time.Duration, hints <-chan struct{}) bool {
	time.Sleep(d)
	synctest.Wait()
	select {
	case _, ok := <-hints:
		return ok
	default:
		return false
	}
}

func TestWatchPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &object{err: ErrNotFound}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		hints := Watch(ctx, o, "k", every, func() float64 { return 0.5 })
		for _, step := range []struct {
			what string
			tag  string
			err  error
			want bool
		}{
			{"at the start", "", ErrNotFound, true},
			{"while there is nothing", "", ErrNotFound, false},
			{"when the object is made", "a", nil, true},
			{"while it stays", "a", nil, false},
			{"when it cannot be looked at", "", ErrUnreachable, false},
			{"when it is there again as it was", "a", nil, false},
			{"when it changed", "b", nil, true},
			{"when it is gone", "", fmt.Errorf("stat: %w", ErrNotFound), true},
		} {
			o.set(step.tag, step.err)
			if got := hinted(every, hints); got != step.want {
				t.Errorf("a hint %s: %v, want %v", step.what, got, step.want)
			}
		}
	})
}

func TestWatchJitters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &object{}
		jitter := []float64{0, 0.5, 0.999}
		n := 0
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		for range Watch(ctx, o, "k", time.Second, func() float64 { n++; return jitter[(n-1)%len(jitter)] }) {
		}
		if len(o.looks) != 4 {
			t.Fatalf("%d looks in 3 s, want 4", len(o.looks))
		}
		for i, want := range []int64{900, 1000, 1099} {
			if got := o.looks[i+1].Sub(o.looks[i]).Milliseconds(); got != want {
				t.Errorf("pause %d was %d ms, want %d", i, got, want)
			}
		}
	})
}

// TestWatchListens: what a server tells is passed on at once, and the looks go on
// beside it.
func TestWatchListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &object{hear: make(chan struct{}), late: time.Minute}
		ctx, cancel := context.WithCancel(t.Context())
		hints := Watch(ctx, o, "k", every, func() float64 { return 0 })
		if !hinted(0, hints) {
			t.Error("no hint at the start")
		}
		o.hear <- struct{}{}
		o.hear <- struct{}{} // two make one
		if !hinted(0, hints) || hinted(0, hints) {
			t.Error("two changes that were heard of did not make one hint")
		}
		o.set("new", nil)
		if !hinted(every, hints) {
			t.Error("a change that the server said nothing of is not seen")
		}
		cancel()
		began := time.Now()
		for range hints {
		}
		if late := time.Since(began); late != time.Minute {
			t.Errorf("the channel closed %v after the end, want %v: something still ran", late, time.Minute)
		}
	})
}
