package guard

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestHeaders(t *testing.T) {
	c := newClock()
	_, h := wrap(t, Options{Clock: c.now, MaxURL: 20, Policy: func(path string) string {
		switch path {
		case "/docs":
			return PolicyPage
		case "/own":
			return "sandbox"
		}
		return PolicyData
	}}, nil)
	for path, policy := range map[string]string{"/": PolicyData, "/docs": PolicyPage, "/own": "sandbox", "/" + strings.Repeat("x", 20): PolicyData} {
		for range 2 {
			got := ask(h, "GET", path).Header()
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
				"Content-Security-Policy": policy, "Strict-Transport-Security": "", "Access-Control-Allow-Origin": "", "Vary": "",
			} {
				if got.Get(name) != want {
					t.Errorf("%s: %s is %q, want %q", path, name, got.Get(name), want)
				}
			}
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.TLS = new(tls.ConnectionState)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Header().Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS under TLS")
	}
}

// A handler that adds to a header does not change that of the next answer.
func TestHeadersAreNotShared(t *testing.T) {
	_, h := wrap(t, Options{Clock: newClock().now}, func(w http.ResponseWriter, r *http.Request) {
		if len(w.Header()["Cache-Control"]) != 1 {
			t.Errorf("%v", w.Header())
		}
		w.Header().Add("Cache-Control", "private")
		w.Header().Set("Referrer-Policy", "origin")
	})
	ask(h, "GET", "/")
	if w := ask(h, "GET", "/"); len(w.Header()["Cache-Control"]) != 2 || noReferrer[0] != "no-referrer" {
		t.Errorf("%v", w.Header())
	}
}

func TestMaxURL(t *testing.T) {
	g, h := wrap(t, Options{Clock: newClock().now, MaxURL: 20}, nil)
	for n, want := range map[int]int{19: 200, 20: 200, 21: 414, 10_000: 414} {
		if w := ask(h, "GET", "/?q="+strings.Repeat("x", n-4)); w.Code != want {
			t.Errorf("%d bytes: %d, want %d", n, w.Code, want)
		}
	}
	if got := g.Stats().URLs; got != 2 {
		t.Errorf("%d counted", got)
	}
}

func TestOrigins(t *testing.T) {
	const shop, other = "https://shop.example", "https://other.example"
	preflight := []string{"Access-Control-Request-Method", "POST"}
	for name, test := range map[string]struct {
		origins []string
		method  string
		headers []string
		status  int
		allow   string // Access-Control-Allow-Origin
	}{
		"off":                    {nil, "GET", []string{"Origin", shop}, 200, ""},
		"off, preflight":         {nil, "OPTIONS", append([]string{"Origin", shop}, preflight...), 200, ""}, // the handler's answer
		"off, post":              {nil, "POST", []string{"Origin", shop}, 403, ""},
		"off, post of a program": {nil, "POST", nil, 200, ""},
		"off, post of our page":  {nil, "POST", []string{"Origin", "http://example.com"}, 200, ""},
		"off, post across sites": {nil, "POST", []string{"Sec-Fetch-Site", "cross-site"}, 403, ""},
		"off, post of null":      {nil, "POST", []string{"Origin", "null"}, 403, ""},
		"exact":                  {[]string{shop}, "GET", []string{"Origin", shop}, 200, shop},
		"exact, post":            {[]string{shop}, "POST", []string{"Origin", shop, "Sec-Fetch-Site", "cross-site"}, 200, shop},
		"exact, preflight":       {[]string{other, shop}, "OPTIONS", append([]string{"Origin", shop}, preflight...), 204, shop},
		"exact, options":         {[]string{shop}, "OPTIONS", []string{"Origin", shop}, 200, shop},
		"other":                  {[]string{shop}, "GET", []string{"Origin", other}, 200, ""},
		"other, post":            {[]string{shop}, "POST", []string{"Origin", other}, 403, ""},
		"other, preflight":       {[]string{shop}, "OPTIONS", append([]string{"Origin", other}, preflight...), 403, ""},
		"longer":                 {[]string{shop}, "GET", []string{"Origin", shop + ".evil.example"}, 200, ""},
		"other port":             {[]string{shop}, "GET", []string{"Origin", shop + ":8443"}, 200, ""},
		"other scheme":           {[]string{shop}, "GET", []string{"Origin", "http://shop.example"}, 200, ""},
		"two":                    {[]string{shop}, "GET", []string{"Origin", shop, "Origin", other}, 200, ""},
		"no origin":              {[]string{shop}, "GET", nil, 200, ""},
		"all":                    {[]string{"*"}, "GET", []string{"Origin", other}, 200, "*"},
		"all, post":              {[]string{"*"}, "POST", []string{"Origin", other, "Sec-Fetch-Site", "cross-site"}, 200, "*"},
		"all, preflight":         {[]string{"*"}, "OPTIONS", append([]string{"Origin", other}, preflight...), 204, "*"},
	} {
		t.Run(name, func(t *testing.T) {
			_, h := wrap(t, Options{Clock: newClock().now, Origins: test.origins}, nil)
			w := ask(h, test.method, "http://example.com/", test.headers...)
			got := w.Header()
			if w.Code != test.status || got.Get("Access-Control-Allow-Origin") != test.allow {
				t.Errorf("%d %q, want %d %q", w.Code, got.Get("Access-Control-Allow-Origin"), test.status, test.allow)
			}
			if (w.Code == 204) != (got.Get("Access-Control-Allow-Headers") != "") || got.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%v", got)
			}
			if exact := test.origins != nil && test.origins[0] != "*"; exact != (got.Get("Vary") == "Origin") {
				t.Errorf("Vary %q", got.Get("Vary"))
			}
		})
	}
}

// A page of an origin that may ask still needs a key, may show it, and can read
// why it was refused.
func TestOriginsWithKeys(t *testing.T) {
	c := newClock()
	path, plain := keyFileOf(t, Key{Name: "a", Scopes: Read}, Key{Name: "b", Scopes: Admin})
	_, h := wrap(t, Options{Clock: c.now, Keys: load(t, path, c), Origins: []string{"https://shop.example"}, Needs: func(*http.Request) Scope { return Read }}, nil)
	w := ask(h, "POST", "/", "Origin", "https://shop.example")
	if w.Code != 401 || w.Header().Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := ask(h, "POST", "/", "Origin", "https://shop.example", "Authorization", "Bearer "+plain[0]); w.Code != 200 {
		t.Errorf("with a key: %d", w.Code)
	}
	if w := ask(h, "OPTIONS", "/", "Origin", "https://shop.example", "Access-Control-Request-Method", "GET"); w.Code != 204 {
		t.Errorf("preflight: %d", w.Code)
	}
	// With CORS off a preflight request is one without a key.
	_, h = wrap(t, Options{Clock: c.now, Keys: load(t, path, c)}, nil)
	if w := ask(h, "POST", "/", "Origin", "https://shop.example", "Sec-Fetch-Site", "cross-site", "X-API-Key", plain[1]); w.Code != 200 {
		t.Errorf("a key from a page with CORS off: %d", w.Code)
	}
	if w := ask(h, "OPTIONS", "/", "Origin", "https://shop.example", "Access-Control-Request-Method", "GET"); w.Code != 401 {
		t.Errorf("preflight with CORS off: %d", w.Code)
	}
}

func TestHosts(t *testing.T) {
	g, h := wrap(t, Options{
		Clock: newClock().now, Hosts: LoopbackHosts(),
		Health: func(r *http.Request) bool { return r.URL.Path == "/health/live" },
	}, nil)
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST:8080": 200, "127.0.0.1:8080": 200, "127.0.0.1": 200, "[::1]:8080": 200, "[::1]": 200,
		"evil.example": 421, "evil.example:8080": 421, "127.0.0.1.evil.example": 421, "localhost.": 421, "": 200, "10.0.0.1:8080": 421,
		"[localhost]": 200, "[": 421, "]": 421, ":": 421, "[]": 421, "localhost:8080:8080": 421, "evil.example:localhost": 421,
	} {
		for path, want := range map[string]int{"/": want, "/health/live": 200} {
			r := httptest.NewRequest("GET", path, nil)
			r.Host = host
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("host %q, %s: %d, want %d", host, path, w.Code, want)
			}
		}
	}
	if got := g.Stats().Pages; got != 11 {
		t.Errorf("%d counted, want 11", got)
	}
}

func TestOptions(t *testing.T) {
	ok := func() Options { return Options{Clock: time.Now} }
	for name, spoil := range map[string]func(*Options){
		"Clock":      func(o *Options) { o.Clock = nil },
		"Rate":       func(o *Options) { o.Rate = -1 },
		"Burst":      func(o *Options) { o.Burst = maxBurst + 1 },
		"Concurrent": func(o *Options) { o.Concurrent = -1 },
		"Wait":       func(o *Options) { o.Queue = 1 },
		"Queue":      func(o *Options) { o.Queue = -1 },
		"Timeout":    func(o *Options) { o.Timeout = -1 },
		"MaxURL":     func(o *Options) { o.MaxURL = -1 },
		"MaxBody":    func(o *Options) { o.MaxBody = 1<<30 + 1 },
		"origin":     func(o *Options) { o.Origins = []string{"shop.example"} },
		"path":       func(o *Options) { o.Origins = []string{"https://shop.example/"} },
		"null":       func(o *Options) { o.Origins = []string{"null"} },
	} {
		o := ok()
		spoil(&o)
		if _, err := New(o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Options{MaxURL: -1, Origins: []string{"x"}}); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("not every fault: %v", err)
	}
	if _, err := New(ok()); err != nil {
		t.Error(err)
	}
}

// What an API injects writes every refusal.
func TestRefuse(t *testing.T) {
	var got []string
	c := newClock()
	path, _ := keyFileOf(t, Key{Name: "a", Scopes: Read})
	_, h := wrap(t, Options{Clock: c.now, Keys: load(t, path, c), MaxURL: 20, Hosts: []string{"example.com"},
		Refuse: func(w http.ResponseWriter, r *http.Request, status int, code, detail string) {
			got = append(got, code)
			w.WriteHeader(status)
		}}, nil)
	ask(h, "GET", "/")
	ask(h, "GET", "/"+strings.Repeat("x", 20))
	ask(h, "GET", "http://e.com/")
	if strings.Join(got, " ") != CodeNoKey+" "+CodeLongURL+" "+CodeHost {
		t.Error(got)
	}
}
