package guard

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// keyFileOf makes a file with one new key for each of those alike, and returns
// the plain keys.
func keyFileOf(t testing.TB, like ...Key) (path string, plain []string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "keys.json")
	for _, k := range like {
		p, entry, err := NewKey(k)
		if err != nil {
			t.Fatal(err)
		}
		if err := AddKey(t.Context(), path, entry); err != nil {
			t.Fatal(err)
		}
		plain = append(plain, p)
	}
	return path, plain
}

// clock stands still until it is moved.
type clock struct{ at atomic.Int64 } // nanoseconds since 1970

func newClock() *clock {
	c := new(clock)
	c.at.Store(time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time       { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) move(d time.Duration) { c.at.Add(int64(d)) }

func load(t testing.TB, path string, c *clock) *Keys {
	t.Helper()
	keys, err := LoadKeys(path, c.now, nil)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func wrap(t testing.TB, o Options, h http.HandlerFunc) (*Guard, http.Handler) {
	t.Helper()
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if h == nil {
		h = func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) }
	}
	return g, g.Wrap(h)
}

// ask sends a request with headers, given as name, value, name, value.
func ask(h http.Handler, method, url string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
