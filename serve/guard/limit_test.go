package guard

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestRateOfKey(t *testing.T) {
	for name, test := range map[string]struct {
		rate        float64
		burst, want int    // requests at once
		after       string // Retry-After of the next
		wait        time.Duration
	}{
		"a burst":           {2, 5, 5, "1", 500 * time.Millisecond},
		"a second's worth":  {3, 0, 3, "1", 334 * time.Millisecond},
		"less than one":     {0.25, 0, 1, "4", 4 * time.Second},
		"one every 90 s":    {1.0 / 90, 2, 2, "90", 90 * time.Second},
		"whole seconds, up": {0.4, 1, 1, "3", 2500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			path, plain := keyFileOf(t, Key{Name: "a", Scopes: Read, Rate: test.rate, Burst: test.burst}, Key{Name: "b", Scopes: Read, Rate: 1})
			g, h := wrap(t, Options{Clock: c.now, Keys: load(t, path, c), Needs: func(*http.Request) Scope { return Read }}, nil)
			for i := range test.want {
				if w := ask(h, "GET", "/", "X-API-Key", plain[0]); w.Code != 200 {
					t.Fatalf("request %d of %d: %d", i+1, test.want, w.Code)
				}
			}
			w := ask(h, "GET", "/", "X-API-Key", plain[0])
			if w.Code != 429 || w.Header().Get("Retry-After") != test.after || !strings.Contains(w.Body.String(), CodeLimited) {
				t.Errorf("%d, Retry-After %q, want 429, %q", w.Code, w.Header().Get("Retry-After"), test.after)
			}
			if w := ask(h, "GET", "/", "X-API-Key", plain[1]); w.Code != 200 {
				t.Errorf("another key: %d", w.Code)
			}
			c.move(test.wait - time.Millisecond)
			if w := ask(h, "GET", "/", "X-API-Key", plain[0]); w.Code != 429 {
				t.Errorf("just before its time: %d", w.Code)
			}
			c.move(time.Millisecond)
			for i, want := range []int{200, 429} {
				if w := ask(h, "GET", "/", "X-API-Key", plain[0]); w.Code != want {
					t.Errorf("request %d at its time: %d, want %d", i, w.Code, want)
				}
			}
			if got := g.Stats().Limited; got != 3 {
				t.Errorf("%d counted, want 3", got)
			}
		})
	}
}

func TestRateOfAnybody(t *testing.T) {
	c := newClock()
	health := func(r *http.Request) bool { return r.URL.Path == "/health/live" }
	path, plain := keyFileOf(t, Key{Name: "a", Scopes: Read})
	for name, o := range map[string]Options{
		"no keys": {},
		"keys":    {Keys: load(t, path, c), Needs: func(*http.Request) Scope { return Public }},
	} {
		t.Run(name, func(t *testing.T) {
			o.Clock, o.Rate, o.Burst, o.Health = c.now, 1, 2, health
			_, h := wrap(t, o, nil)
			for i, want := range []int{200, 200, 429} {
				// One key or another is no bucket of its own where none is asked for.
				if w := ask(h, "GET", "/", "X-API-Key", strconv.Itoa(i)); w.Code != want {
					t.Errorf("request %d: %d, want %d", i, w.Code, want)
				}
			}
			for range 10 {
				if w := ask(h, "GET", "/health/live"); w.Code != 200 {
					t.Fatalf("health: %d", w.Code)
				}
			}
		})
	}
	// Whoever shows a key does not share that bucket.
	_, h := wrap(t, Options{Clock: c.now, Rate: 1, Keys: load(t, path, c), Needs: func(*http.Request) Scope { return Read }}, nil)
	for range 10 {
		if w := ask(h, "GET", "/", "X-API-Key", plain[0]); w.Code != 200 {
			t.Fatalf("%d with a key without a rate", w.Code)
		}
	}
}

// A bucket outlives a reload of the file, unless its size changes.
func TestRateOverReload(t *testing.T) {
	c := newClock()
	path, plain := keyFileOf(t, Key{Name: "a", Scopes: Read, Rate: 1, Burst: 2})
	keys := load(t, path, c)
	_, h := wrap(t, Options{Clock: c.now, Keys: keys, Needs: func(*http.Request) Scope { return Read }}, nil)
	expect := func(want ...int) {
		t.Helper()
		for i, want := range want {
			if w := ask(h, "GET", "/", "X-API-Key", plain[0]); w.Code != want {
				t.Errorf("request %d: %d, want %d", i, w.Code, want)
			}
		}
	}
	rewrite := func(old, new string) {
		t.Helper()
		data, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(data), old) {
			t.Fatal(err, string(data))
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(data), old, new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := keys.Reload(); err != nil {
			t.Fatal(err)
		}
	}
	expect(200, 200, 429)
	rewrite(`"name": "a"`, `"name": "b"`)
	expect(429)
	rewrite(`"burst": 2`, `"burst": 3`)
	expect(200, 200, 200, 429)
}
