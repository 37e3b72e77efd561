package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// peer is a server that answers what a test wants, and what it was asked.
type peer struct {
	*Client
	asked  []*http.Request
	bodies []string
}

// ask returns a client of a server that gives the answers one after the other, the last
// one for ever.
func newPeer(t *testing.T, o Options, answers ...http.HandlerFunc) *peer {
	t.Helper()
	p := &peer{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		p.asked, p.bodies = append(p.asked, r), append(p.bodies, string(body))
		answers[min(len(p.asked), len(answers))-1](w, r)
	}))
	t.Cleanup(s.Close)
	if o.URL == "" {
		o.URL = s.URL
	}
	if o.Wait == 0 {
		o.Wait = time.Microsecond
	}
	o.HTTP = s.Client()
	var err error
	if p.Client, err = New(o); err != nil {
		t.Fatal(err)
	}
	return p
}

func text(status int, kind, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

var (
	ok      = text(200, "application/json", `{"request_id":"r","items":[{"item_id":"i"}]}`)
	limited = text(429, "application/problem+json", `{"status":429,"code":"rate_limited"}`)
	busy    = text(503, "application/problem+json", `{"status":503,"code":"overloaded"}`, "Retry-After", "0")
)

func TestRequests(t *testing.T) {
	p := newPeer(t, Options{Key: "ck_1.secret"}, ok)
	ctx := WithRequestID(t.Context(), "id-1")
	_, err := p.RecommendUser(ctx, "a/b c?", RecommendUserQuery{
		N: 5, Tags: []string{"x y", "z&"}, PriceMin: new(0.0), Diversity: new(0.25), Explain: true, Filter: "price <= 20",
	})
	if err != nil {
		t.Fatal(err)
	}
	r := p.asked[0]
	if r.RequestURI != "/v1/users/a%2Fb%20c%3F/recommendations?diversity=0.25&explain=true&filter=price+%3C%3D+20&n=5&price_min=0&tags=x+y&tags=z%26" {
		t.Error(r.RequestURI)
	}
	if r.Header.Get("Authorization") != "Bearer ck_1.secret" || r.Header.Get("X-Request-ID") != "id-1" || r.Header.Get("Content-Type") != "" {
		t.Error(r.Header)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.UTC)
	if _, err := p.RecommendSession(t.Context(), &RecommendBody{UserID: "u", Events: []Event{{Type: "progress", ItemID: "i", TS: at, Progress: new(0.0)}}}); err != nil {
		t.Fatal(err)
	}
	if want := `{"events":[{"item_id":"i","progress":0,"ts":"2026-03-01T12:00:00.005Z","type":"progress"}],"user_id":"u"}`; p.bodies[1] != want {
		t.Errorf("body %s, want %s", p.bodies[1], want)
	}
	if r = p.asked[1]; r.Header.Get("Content-Type") != "application/json" || r.Header.Get("X-Request-ID") != "" {
		t.Error(r.Header)
	}
	if _, err := p.ShowModel(t.Context()); err != nil || p.asked[2].RequestURI != "/v1/model" {
		t.Error(p.asked[2].RequestURI, err)
	}
}

func TestSides(t *testing.T) {
	public, side := newPeer(t, Options{}, ok), newPeer(t, Options{}, ok)
	c, err := New(Options{URL: public.o.URL + "/behind/", AdminURL: side.o.URL, HTTP: public.o.HTTP})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ReloadModel(t.Context()); err != nil || len(side.asked) != 1 || side.asked[0].Method != "POST" {
		t.Error(side.asked, err)
	}
	if _, err := c.ShowModel(t.Context()); err != nil || len(public.asked) != 1 || public.asked[0].RequestURI != "/behind/v1/model" {
		t.Error(public.asked, err)
	}
	if _, err := public.ReloadModel(t.Context()); err != nil || len(public.asked) != 2 {
		t.Error("by default there is one side", err)
	}
}

func TestProblems(t *testing.T) {
	full := `{"type":"urn:curio:problem:invalid_request","title":"Bad Request","status":400,"detail":"the request has 1 fault(s)","code":"invalid_request",
		"request_id":"r1","model_version":"v","strategy":"none","took_ms":0.5,"errors":[{"in":"body","pointer":"/n","code":"out_of_range","detail":"want 1..100"}],"more_errors":2,"new":true}`
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   Problem
		says   string
	}{
		"Full": {text(400, "application/problem+json", full), Problem{Operation: "showModel", ProblemDetails: ProblemDetails{
			Type: "urn:curio:problem:invalid_request", Title: "Bad Request", Status: 400, Detail: "the request has 1 fault(s)", Code: "invalid_request",
			Envelope: Envelope{"r1", "v", "none", 0.5}, MoreErrors: 2, Errors: []Fault{{In: "body", Pointer: "/n", Code: "out_of_range", Detail: "want 1..100"}},
		}}, "showModel: 400 invalid_request: the request has 1 fault(s); body /n: want 1..100"},
		"Later": {text(429, "application/problem+json; charset=utf-8", `{"status":400,"code":"rate_limited"}`, "Retry-After", "7"),
			Problem{Operation: "showModel", RetryAfter: 7 * time.Second, ProblemDetails: ProblemDetails{Status: 429, Code: "rate_limited"}}, "showModel: 429 rate_limited"},
		"Page": {text(502, "text/html", "<h1>bad gateway</h1>\n"+strings.Repeat("é", 200), "X-Request-ID", "r2"),
			Problem{Operation: "showModel", ProblemDetails: ProblemDetails{Status: 502, Title: "Bad Gateway", Envelope: Envelope{RequestID: "r2"},
				Detail: "<h1>bad gateway</h1>\n" + strings.Repeat("é", 89) + "\uFFFD"}}, ""},
		"Broken":   {text(500, "application/problem+json", `{"status":`), Problem{Operation: "showModel", ProblemDetails: ProblemDetails{Status: 500, Title: "Internal Server Error", Detail: `{"status":`}}, `showModel: 500: {"status":`},
		"Other":    {text(500, "application/json", `{"code":"x"}`), Problem{Operation: "showModel", ProblemDetails: ProblemDetails{Status: 500, Title: "Internal Server Error", Detail: `{"code":"x"}`}}, `showModel: 500: {"code":"x"}`},
		"Nothing":  {text(204, "", ""), Problem{Operation: "showModel", ProblemDetails: ProblemDetails{Status: 204, Title: "No Content"}}, "showModel: 204"},
		"Redirect": {text(304, "", ""), Problem{Operation: "showModel", ProblemDetails: ProblemDetails{Status: 304, Title: "Not Modified"}}, "showModel: 304"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := newPeer(t, Options{}, c.answer).ShowModel(t.Context())
			var p *Problem
			if answer != nil || !errors.As(err, &p) {
				t.Fatalf("%v, %v", answer, err)
			}
			if diff := cmp.Diff(c.want, *p); diff != "" {
				t.Error(diff)
			}
			if c.says != "" && err.Error() != c.says {
				t.Errorf("%q, want %q", err, c.says)
			}
		})
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	var p *Problem
	for _, body := range []string{"", "{", "[]", `{"model":3}`} {
		if _, err := newPeer(t, Options{}, text(200, "application/json", body)).ShowModel(t.Context()); err == nil || errors.As(err, &p) {
			t.Errorf("%q: %v", body, err)
		}
	}
	cut := newPeer(t, Options{}, text(200, "application/json", "{}", "Content-Length", "99"))
	if _, err := cut.ShowModel(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

// Errors end up in logs, where ids of users must not be.
func TestErrorsTellNoUser(t *testing.T) {
	c, err := New(Options{URL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, refused := c.UserProfile(ctx, "user-07", UserProfileQuery{})
	cancel()
	_, cancelled := c.UserProfile(ctx, "user-07", UserProfileQuery{})
	for _, err := range []error{refused, cancelled} {
		if err == nil || strings.Contains(err.Error(), "user-07") || !strings.HasPrefix(err.Error(), "userProfile: ") {
			t.Error(err)
		}
	}
	if !errors.Is(cancelled, context.Canceled) {
		t.Error(cancelled)
	}
}

func TestRetries(t *testing.T) {
	events := func(ids ...string) *ReportBody {
		b := &ReportBody{}
		for _, id := range ids {
			b.Events = append(b.Events, ReportEvent{EventID: id, Type: "view"})
		}
		return b
	}
	get := func(ctx context.Context, c *Client) error { _, err := c.ShowModel(ctx); return err }
	report := func(b *ReportBody) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error { _, err := c.ReportEvents(ctx, b); return err }
	}
	for name, c := range map[string]struct {
		o       Options
		ask     func(context.Context, *Client) error
		answers []http.HandlerFunc
		asked   int
		status  int64 // of the problem; 0 for none
	}{
		"Never":         {Options{}, get, []http.HandlerFunc{busy, ok}, 1, 503},
		"Once":          {Options{Retries: 1}, get, []http.HandlerFunc{busy, ok}, 2, 0},
		"Limited":       {Options{Retries: 1}, get, []http.HandlerFunc{limited, ok}, 2, 0},
		"TooOften":      {Options{Retries: 2}, get, []http.HandlerFunc{busy}, 3, 503},
		"Other":         {Options{Retries: 2}, get, []http.HandlerFunc{text(500, "", "")}, 1, 500},
		"BadRequest":    {Options{Retries: 2}, get, []http.HandlerFunc{text(400, "", "")}, 1, 400},
		"LongWait":      {Options{Retries: 2, MaxWait: 2 * time.Second}, get, []http.HandlerFunc{text(503, "", "", "Retry-After", "3"), ok}, 1, 503},
		"Question":      {Options{Retries: 1}, func(ctx context.Context, c *Client) error { _, err := c.RankItems(ctx, &RankBody{}); return err }, []http.HandlerFunc{busy, ok}, 2, 0},
		"EventsWithIDs": {Options{Retries: 1}, report(events("a", "b")), []http.HandlerFunc{busy, ok}, 2, 0},
		"EventsWithout": {Options{Retries: 1}, report(events("a", "")), []http.HandlerFunc{busy, ok}, 1, 503},
		"NoEvents":      {Options{Retries: 1}, report(nil), []http.HandlerFunc{busy, ok}, 1, 503},
		"Change": {Options{Retries: 1}, func(ctx context.Context, c *Client) error {
			_, err := c.MoveAlias(ctx, "latest", &AliasBody{})
			return err
		}, []http.HandlerFunc{busy, ok}, 1, 503},
		"AnotherProblem": {Options{Retries: 3}, get, []http.HandlerFunc{busy, limited, text(404, "", ""), ok}, 3, 404},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, c.o, c.answers...)
			err := c.ask(t.Context(), p.Client)
			var problem *Problem
			if errors.As(err, &problem); len(p.asked) != c.asked || (err == nil) != (c.status == 0) || c.status != 0 && problem.Status != c.status {
				t.Errorf("asked %d times, want %d; %v", len(p.asked), c.asked, err)
			}
			for _, body := range p.bodies {
				if body != p.bodies[0] {
					t.Errorf("sent %q again as %q", p.bodies[0], body)
				}
			}
		})
	}
}

// A wait that outlasts the context is not begun, and one under way ends with it.
func TestRetriesEndWithTheContext(t *testing.T) {
	p := newPeer(t, Options{Retries: 5, Wait: time.Hour, MaxWait: time.Hour}, busy)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	began := time.Now()
	var problem *Problem
	if _, err := p.ShowModel(ctx); !errors.As(err, &problem) || len(p.asked) != 1 || time.Since(began) > 30*time.Second {
		t.Error(err, len(p.asked))
	}
	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := p.ShowModel(ctx); !errors.As(err, &problem) || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestPause(t *testing.T) {
	c := &Client{o: Options{Wait: 100 * time.Millisecond, MaxWait: time.Second}}
	for name, v := range map[string]struct {
		random float64
		try    int
		asked  time.Duration
		want   time.Duration
		ok     bool
	}{
		"First":    {0, 0, 0, 100 * time.Millisecond, true},
		"Jitter":   {1, 0, 0, 50 * time.Millisecond, true},
		"Third":    {0, 2, 0, 400 * time.Millisecond, true},
		"Most":     {0, 9, 0, time.Second, true},
		"Asked":    {0, 0, time.Second, 1100 * time.Millisecond, true},
		"AskedFar": {0, 0, time.Second + 1, 1100*time.Millisecond + 1, false},
	} {
		c.o.Random = func() float64 { return v.random }
		if got, ok := c.pause(v.try, v.asked); got != v.want || ok != v.ok {
			t.Errorf("%s: %s %v, want %s %v", name, got, ok, v.want, v.ok)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "1": time.Second, "-5": 0, "x": 0, "1.5": 0, "999999999999": 24 * time.Hour, "99999999999999999999": 0,
		"Sun, 01 Mar 2026 12:00:30 GMT": 30 * time.Second, "Sun, 01 Mar 2026 11:00:00 GMT": 0, "Mon, 01 Mar 2027 12:00:00 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestOptions(t *testing.T) {
	for name, c := range map[string]struct {
		o      Options
		faults int
	}{
		"Good":     {Options{URL: "https://h:1/p/", AdminURL: "http://[::1]:2", Key: "ck_a.b-_~+/=", Retries: 10}, 0},
		"None":     {Options{}, 1},
		"Scheme":   {Options{URL: "ftp://h"}, 1},
		"Host":     {Options{URL: "http://"}, 1},
		"Password": {Options{URL: "http://user:geheim@h"}, 1},
		"Query":    {Options{URL: "http://h?x"}, 1},
		"NoURL":    {Options{URL: "http://user:geheim@h\x7f"}, 1},
		"All":      {Options{URL: "h", AdminURL: "x", Key: "geheim\n", Retries: 11, Wait: -1}, 5},
		"Negative": {Options{URL: "http://h", Retries: -1}, 1},
	} {
		_, err := New(c.o)
		if c.faults == 0 && err == nil {
			continue
		}
		if !errors.Is(err, ErrOptions) || strings.Count(err.Error(), ErrOptions.Error()) != c.faults || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v, want %d faults", name, err, c.faults)
		}
	}
}

// The key goes nowhere but to the API.
func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	s := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer s.Close()
	c, err := New(Options{URL: s.URL, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	var p *Problem
	if _, err := c.ShowModel(t.Context()); !errors.As(err, &p) || p.Status != 307 || elsewhere != 0 {
		t.Error(err, elsewhere)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}
