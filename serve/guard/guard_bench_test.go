package guard

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// quiet is a ResponseWriter that costs nothing.
type quiet struct{ h http.Header }

func (q *quiet) Header() http.Header         { return q.h }
func (q *quiet) Write(b []byte) (int, error) { return len(b), nil }
func (q *quiet) WriteHeader(int)             {}

// BenchmarkPermitted is the whole chain for a request that is let through: key,
// scope, bucket, slot, deadline and headers.
func BenchmarkPermitted(b *testing.B) {
	file, plain := keyFileOf(b, Key{Name: "shop", Scopes: Read, Rate: maxRate, Burst: maxBurst})
	keys, err := LoadKeys(file, time.Now, nil)
	if err != nil {
		b.Fatal(err)
	}
	for name, o := range map[string]Options{
		"key":  {Keys: keys, Needs: func(*http.Request) Scope { return Read }},
		"open": {},
	} {
		b.Run(name, func(b *testing.B) {
			o.Clock, o.Concurrent, o.Queue, o.Wait = time.Now, 64, 64, time.Second
			o.Timeout, o.MaxURL = time.Second, 4096
			o.Policy = func(path string) string { return PolicyData }
			g, err := New(o)
			if err != nil {
				b.Fatal(err)
			}
			h := g.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				w := &quiet{http.Header{}}
				r := httptest.NewRequest("GET", "/v1/users/u1/recommendations?n=10", nil)
				r.Header.Set("Authorization", "Bearer "+plain[0])
				for pb.Next() {
					h.ServeHTTP(w, r)
				}
			})
		})
	}
}

// What is let through costs its context and its copy of the request, and nothing
// else is allocated.
func TestPermittedAllocates(t *testing.T) {
	path, plain := keyFileOf(t, Key{Name: "shop", Scopes: Read, Rate: maxRate, Burst: maxBurst})
	_, h := wrap(t, Options{
		Keys: load(t, path, newClock()), Needs: func(*http.Request) Scope { return Read }, Clock: newClock().now,
		Concurrent: 4, Timeout: time.Second, MaxURL: 100, Hosts: []string{"example.com"},
	}, func(http.ResponseWriter, *http.Request) {})
	q, r := &quiet{http.Header{}}, httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+plain[0])
	if n := testing.AllocsPerRun(1000, func() { h.ServeHTTP(q, r) }); n > 2 {
		t.Errorf("%v allocations a request", n)
	}
}
