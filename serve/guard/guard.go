// Package guard stands between the network and a handler: it asks for keys,
// bounds what each caller and all of them together may take, sheds what is too
// much before it costs anything, and tells browsers what pages may do.
package guard

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// ErrOptions is wrapped by the errors of New.
var ErrOptions = errors.New("bad option of the guard")

// The codes that a Guard refuses with, for programs.
const (
	CodeNoKey       = "missing_key"     // 401
	CodeWrongKey    = "wrong_key"       // 401
	CodeExpiredKey  = "expired_key"     // 401
	CodeDisabledKey = "disabled_key"    // 401
	CodeScope       = "missing_scope"   // 403
	CodeOrigin      = "origin_refused"  // 403
	CodeCutBody     = "body_unreadable" // 400
	CodeLargeBody   = "body_too_large"  // 413
	CodeLongURL     = "url_too_long"    // 414
	CodeHost        = "host_refused"    // 421
	CodeLimited     = "rate_limited"    // 429, with Retry-After
	CodeOverloaded  = "overloaded"      // 503, with Retry-After
)

// Options says what to let through. The zero value lets everything through that
// no web page of elsewhere asks for.
type Options struct {
	// Keys are asked for on every route that needs a scope. With nil everybody may
	// do everything. Guards may share them, and the buckets of their callers.
	Keys *Keys
	// Needs says which scope a request needs; Public for none. With nil all need
	// Admin. It is called for every request: keep it cheap.
	Needs func(*http.Request) Scope
	// Health says which requests are answered whatever the load: they meet no
	// limit and no key. Nil for none.
	Health func(*http.Request) bool

	// Rate and Burst bound, all together, the requests of callers that show no
	// key: those of public routes, and with no Keys all. Requests a second; 0 for
	// no limit.
	Rate  float64
	Burst int // 0 for a second's worth

	// MaxBody is how many bytes a body may have. Bodies are then read here, as many
	// at a time as there may be requests under way, and before their requests are: a
	// client that sends slowly holds up those who send alike, and nobody else. With 0
	// bodies are left to the handler.
	MaxBody int64
	// Concurrent is how many requests may be under way, 0 for any number. Of what
	// comes above it, up to Queue wait for up to Wait.
	Concurrent int
	Queue      int
	Wait       time.Duration

	Timeout time.Duration // of a request from its coming, by its context; 0 for none
	MaxURL  int           // bytes of path and query as sent; 0 for any number

	// Origins are those whose pages may read answers, such as
	// https://shop.example, or * for all. None by default.
	Origins []string
	// Hosts are the names that requests may call the server by; nil for any.
	Hosts []string
	// Policy is the content security policy of what is at a path. Nil for
	// PolicyData everywhere.
	Policy func(path string) string

	// Refuse writes an error. Headers that belong to it are set already. Nil
	// writes a short problem (RFC 9457).
	Refuse func(w http.ResponseWriter, r *http.Request, status int, code, detail string)
	Clock  func() time.Time // required
}

// Guard wraps handlers. One Guard counts the requests of all that it wraps. It is
// safe for concurrent use.
type Guard struct {
	o         Options
	refuse    func(w http.ResponseWriter, r *http.Request, status int, code, detail string)
	browser   browser
	anonymous *rate.Limiter // nil for no limit
	slots     *slots        // nil for no limit
	uploads   *slots        // of bodies that are read; nil for no limit
	count     struct{ unauthorised, forbidden, limited, shed, pages, urls, bodies atomic.Uint64 }
}

// New returns a guard, or an error that wraps ErrOptions and names every fault.
func New(o Options) (*Guard, error) {
	g := &Guard{
		o: o, refuse: o.Refuse,
		anonymous: newLimiter(o.Rate, o.Burst),
		slots:     newSlots(max(0, o.Concurrent), o.Queue, o.Wait),
		uploads:   newSlots(max(0, o.Concurrent), o.Queue, o.Wait),
	}
	if g.refuse == nil {
		g.refuse = refuse
	}
	var err error
	g.browser, err = newBrowser(o)
	faults := []error{err}
	check := func(ok bool, what string) {
		if !ok {
			faults = append(faults, fmt.Errorf("%w: %s", ErrOptions, what))
		}
	}
	check(o.Clock != nil, "there is no Clock")
	check(o.Rate >= 0 && o.Rate <= maxRate, "Rate is not in 0..1e6")
	check(o.Burst >= 0 && o.Burst <= maxBurst, "Burst is not in 0..1e6")
	check(o.Concurrent >= 0, "Concurrent is negative")
	check(o.Queue >= 0 && (o.Queue == 0 || o.Wait > 0), "Queue is negative, or there is no Wait to it")
	check(o.MaxBody >= 0 && o.MaxBody <= 1<<30, "MaxBody is not in 0..1 GiB")
	check(o.Timeout >= 0, "Timeout is negative")
	check(o.MaxURL >= 0, "MaxURL is negative")
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return g, nil
}

// Wrap returns a handler that asks next what the guard lets through, with the
// Caller in the context.
func (g *Guard) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.serve(w, r, next) })
}

func (g *Guard) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	g.secure(w, r)
	if g.o.Health != nil && g.o.Health(r) {
		next.ServeHTTP(w, r)
		return
	}
	if n := len(r.RequestURI); g.o.MaxURL > 0 && n > g.o.MaxURL {
		g.count.urls.Add(1)
		g.refuse(w, r, http.StatusRequestURITooLong, CodeLongURL,
			fmt.Sprintf("the URL has %d bytes, want at most %d", n, g.o.MaxURL))
		return
	}
	if g.refusedPage(w, r) {
		return
	}
	now := g.o.Clock()
	caller, limiter := g.whose(w, r, now)
	if caller == nil || g.limited(w, r, limiter, now) {
		return
	}
	body, ok := g.admit(w, r)
	if !ok {
		return
	}
	if g.slots != nil {
		defer g.slots.leave()
	}
	c := &call{Context: r.Context(), caller: caller, clock: g.o.Clock}
	if g.o.Timeout > 0 {
		c.deadline = now.Add(g.o.Timeout)
		defer c.end()
	}
	r = r.WithContext(c)
	if body != nil {
		r.Body = body
	}
	next.ServeHTTP(w, r)
}

// whose returns the caller and its bucket; a nil caller when it was refused.
func (g *Guard) whose(w http.ResponseWriter, r *http.Request, now time.Time) (*Caller, *rate.Limiter) {
	if g.o.Keys == nil {
		return &anybody, g.anonymous
	}
	need := Admin
	if g.o.Needs != nil {
		need = g.o.Needs(r)
	}
	if need == Public {
		return &stranger, g.anonymous
	}
	h := g.authenticate(w, r, need, now)
	if h == nil {
		return nil, nil
	}
	return &h.caller, h.limiter
}

// Stats counts since the start what was refused, and says what is under way.
type Stats struct {
	Unauthorised, Forbidden, Limited, Shed uint64
	Pages                                  uint64 // of other origins, or by another host name
	URLs, Bodies                           uint64 // too long
	// Now: under way, waiting for that, and sending their bodies.
	InFlight, Waiting, Uploads int
}

// Stats returns the counts.
func (g *Guard) Stats() Stats {
	c := &g.count
	s := Stats{
		Unauthorised: c.unauthorised.Load(), Forbidden: c.forbidden.Load(), Limited: c.limited.Load(),
		Shed: c.shed.Load(), Pages: c.pages.Load(), URLs: c.urls.Load(), Bodies: c.bodies.Load(),
	}
	if g.slots != nil {
		s.InFlight, s.Uploads = len(g.slots.taken), len(g.uploads.taken)
		s.Waiting = int(g.slots.waiting.Load() + g.uploads.waiting.Load())
	}
	return s
}

// refuse writes a problem without what only the API knows.
func refuse(w http.ResponseWriter, _ *http.Request, status int, code, detail string) {
	body, err := json.Marshal(map[string]any{
		"type": "urn:curio:problem:" + code, "title": http.StatusText(status),
		"status": status, "code": code, "detail": detail,
	})
	if err != nil {
		body = nil
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone
}
