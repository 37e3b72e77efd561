package guard

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// inside runs f in a handler behind a guard with a timeout.
func inside(t *testing.T, parent context.Context, timeout time.Duration, f func(ctx context.Context)) {
	t.Helper()
	_, h := wrap(t, Options{Clock: time.Now, Timeout: timeout}, func(_ http.ResponseWriter, r *http.Request) { f(r.Context()) })
	r, err := http.NewRequestWithContext(parent, "GET", "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	h.ServeHTTP(&quiet{http.Header{}}, r)
}

func TestTimeout(t *testing.T) {
	for name, test := range map[string]func(ctx context.Context) error{
		"by Err": func(ctx context.Context) error {
			time.Sleep(time.Second)
			return ctx.Err()
		},
		"by Done": func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		},
		"by Done, asked late": func(ctx context.Context) error {
			time.Sleep(2 * time.Second)
			<-ctx.Done()
			return ctx.Err()
		},
		"by a child": func(ctx context.Context) error {
			child, cancel := context.WithCancel(ctx)
			defer cancel()
			<-child.Done()
			return child.Err()
		},
		"by a child made after Err": func(ctx context.Context) error {
			time.Sleep(time.Second)
			_ = ctx.Err()
			child, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			<-child.Done()
			return context.Cause(child)
		},
		"by AfterFunc": func(ctx context.Context) error {
			done := make(chan struct{})
			context.AfterFunc(ctx, func() { close(done) })
			<-done
			return ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				inside(t, t.Context(), time.Second, func(ctx context.Context) {
					if at, ok := ctx.Deadline(); !ok || !at.Equal(began.Add(time.Second)) {
						t.Errorf("deadline %v, %v", at, ok)
					}
					if err := ctx.Err(); err != nil {
						t.Errorf("at once: %v", err)
					}
					if err := test(ctx); !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("%v, want the deadline", err)
					}
					if again := ctx.Err(); !errors.Is(again, context.DeadlineExceeded) {
						t.Errorf("later: %v", again)
					}
				})
			})
		})
	}
}

func TestTimeoutLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inside(t, t.Context(), time.Second, func(ctx context.Context) {
			time.Sleep(time.Second - 1)
			if err := ctx.Err(); err != nil {
				t.Errorf("just before: %v", err)
			}
			time.Sleep(time.Nanosecond)
			if err := ctx.Err(); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("at the time: %v", err)
			}
		})
		inside(t, t.Context(), 0, func(ctx context.Context) {
			time.Sleep(time.Hour)
			if _, ok := ctx.Deadline(); ok || ctx.Err() != nil {
				t.Error("there is a deadline without a Timeout")
			}
		})
		early, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		inside(t, early, time.Second, func(ctx context.Context) {
			at, ok := ctx.Deadline()
			if want, _ := early.Deadline(); !ok || !at.Equal(want) {
				t.Errorf("deadline %v, want that of the connection", at)
			}
		})
	})
}

func TestClientGone(t *testing.T) {
	for _, timeout := range []time.Duration{0, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			parent, cancel := context.WithCancel(context.WithValue(t.Context(), t, "value"))
			inside(t, parent, timeout, func(ctx context.Context) {
				time.AfterFunc(time.Second, cancel)
				<-ctx.Done()
				if !errors.Is(ctx.Err(), context.Canceled) || ctx.Value(t) != "value" {
					t.Errorf("%v, %v", ctx.Err(), ctx.Value(t))
				}
			})
			cancel()
		})
	}
}

// What outlives its request is cancelled, and no timer is left of it.
func TestContextAfterAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var late context.Context
		stopped := false
		inside(t, context.Background(), time.Hour, func(ctx context.Context) {
			late = ctx
			context.AfterFunc(ctx, func() { stopped = true })
		})
		synctest.Wait()
		if !stopped || !errors.Is(late.Err(), context.Canceled) {
			t.Errorf("stopped: %v, %v", stopped, late.Err())
		}
		inside(t, context.Background(), time.Hour, func(ctx context.Context) { late = ctx })
		<-late.Done()
		if !errors.Is(late.Err(), context.Canceled) {
			t.Errorf("asked late: %v", late.Err())
		}
		inside(t, context.Background(), time.Hour, func(ctx context.Context) { late = ctx })
		if !errors.Is(late.Err(), context.Canceled) {
			t.Errorf("asked late for its error: %v", late.Err())
		}
	})
}

func TestCallerOfElsewhere(t *testing.T) {
	if c := CallerOf(t.Context()); c != (Caller{}) {
		t.Errorf("%+v", c)
	}
}

// A context made of that of a request needs no goroutine to follow it.
func TestChildrenCostNoGoroutines(t *testing.T) {
	inside(t, t.Context(), time.Minute, func(ctx context.Context) {
		before := runtime.NumGoroutine()
		for range 100 {
			_, cancel := context.WithCancel(ctx)
			defer cancel()
		}
		if more := runtime.NumGoroutine() - before; more > 10 {
			t.Errorf("%d more goroutines", more)
		}
	})
}
