package guard

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// crowd asks n times at once and returns how many answers there were by status.
func crowd(h http.Handler, n int, path string) (wait func() map[int]int) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	counts := map[int]int{}
	for range n {
		wg.Go(func() {
			w := ask(h, "GET", path)
			mu.Lock()
			defer mu.Unlock()
			counts[w.Code]++
			if w.Code == 503 && (w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), CodeOverloaded)) {
				counts[-1]++
			}
		})
	}
	return func() map[int]int {
		wg.Wait()
		return counts
	}
}

func TestConcurrent(t *testing.T) {
	for name, test := range map[string]struct {
		come, queue int
		work        time.Duration
		answered    int
	}{
		"below":                    {2, 0, time.Second, 2},
		"at the limit":             {3, 0, time.Second, 3},
		"above":                    {4, 0, time.Second, 3},
		"queue not full":           {7, 5, 10 * time.Millisecond, 7},
		"queue full":               {8, 5, 10 * time.Millisecond, 8},
		"above the queue":          {9, 5, 10 * time.Millisecond, 8},
		"the queue takes too long": {8, 5, time.Second, 3},
		"half of it":               {9, 6, 60 * time.Millisecond, 6},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var now, most atomic.Int64
				g, h := wrap(t, Options{Clock: time.Now, Concurrent: 3, Queue: test.queue, Wait: 100 * time.Millisecond},
					func(http.ResponseWriter, *http.Request) {
						most.Store(max(most.Load(), now.Add(1)))
						time.Sleep(test.work)
						now.Add(-1)
					})
				wait := crowd(h, test.come, "/")
				synctest.Wait()
				if s := g.Stats(); s.InFlight != min(3, test.come) || s.Waiting != min(test.queue, max(0, test.come-3)) {
					t.Errorf("%+v", s)
				}
				got := wait()
				if got[200] != test.answered || got[503] != test.come-test.answered || got[-1] > 0 || most.Load() > 3 {
					t.Errorf("%v with %d at once, want %d answered", got, most.Load(), test.answered)
				}
				if s := g.Stats(); s.InFlight != 0 || s.Waiting != 0 || s.Shed != uint64(test.come-test.answered) {
					t.Errorf("afterwards: %+v", s)
				}
			})
		})
	}
}

// A client that goes gives its place in the queue back at once, and a handler that
// panics its slot.
func TestConcurrentGivesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, h := wrap(t, Options{Clock: time.Now, Concurrent: 1, Queue: 1, Wait: time.Hour},
			func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(time.Minute)
				panic(http.ErrAbortHandler)
			})
		go func() {
			defer func() { _ = recover() }()
			ask(h, "GET", "/")
		}()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		go h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(ctx))
		synctest.Wait()
		if s := g.Stats(); s.InFlight != 1 || s.Waiting != 1 {
			t.Fatalf("%+v", s)
		}
		cancel()
		synctest.Wait()
		if s := g.Stats(); s.InFlight != 1 || s.Waiting != 0 {
			t.Errorf("after the client went: %+v", s)
		}
		time.Sleep(2 * time.Minute)
		if s := g.Stats(); s.InFlight != 0 {
			t.Errorf("after the panic: %+v", s)
		}
	})
}

// A thousand requests at once get an answer each, most a 503, and health goes on.
func TestThousandShed(t *testing.T) {
	gate := make(chan struct{})
	g, h := wrap(t, Options{
		Clock: time.Now, Concurrent: 8, Queue: 16, Wait: time.Minute,
		Health: func(r *http.Request) bool { return r.URL.Path == "/health/live" },
	}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			<-gate
		}
	})
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1000}}
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	var answered, shed, other atomic.Int64
	for range 1000 {
		wg.Go(func() {
			r, err := client.Get(server.URL)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Body.Close()
			body, err := io.ReadAll(r.Body)
			switch {
			case err == nil && r.StatusCode == 200:
				answered.Add(1)
			case err == nil && r.StatusCode == 503 && r.Header.Get("Retry-After") == "1" && strings.Contains(string(body), CodeOverloaded):
				shed.Add(1)
			default:
				other.Add(1)
			}
		})
	}
	for began := time.Now(); shed.Load() < 1000-24 && time.Since(began) < 20*time.Second; time.Sleep(time.Millisecond) {
	}
	if s := g.Stats(); s.InFlight != 8 || s.Waiting != 16 {
		t.Errorf("%+v", s)
	}
	r, err := client.Get(server.URL + "/health/live")
	if err != nil || r.StatusCode != 200 {
		t.Errorf("health under load: %v, %v", r, err)
	} else {
		r.Body.Close()
	}
	close(gate)
	wg.Wait()
	if answered.Load() != 24 || shed.Load() != 976 || other.Load() != 0 {
		t.Errorf("%d answered, %d shed, %d otherwise", answered.Load(), shed.Load(), other.Load())
	}
}
