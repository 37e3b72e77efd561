package api

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"curio/artifacts/registry"
	"curio/serve/guard"
	"curio/serve/live"
)

// models is what an API serves in a test.
// model serves the platform's edition a.
// fixture is an API, its log kept.
// fixed returns an API with a model in service.
// empty returns an API without a model.
// ids returns the item ids of an answer, in order.
// faults returns the errors of a problem as name:code.
// isProblem checks what every problem has.
// isAnswer checks what every answer has.
func TestRequestID(t *testing.T) {
	f := fixed(t)
	for sent, echoed := range map[string]bool{
		"":                               false,
		"abc-123":                        true,
		"01HXYZ/._~:+=@":                 true,
		strings.Repeat("x", 128):         true,
		strings.Repeat("x", 129):         false,
		"two words":                      false,
		"line\nbreak":                    false,
		"ümlaut":                         false,
		`quote"`:                         false,
		"00-4bf92f3577b34da6-00f067aa-1": true,
	} {
		r := f.do(t, http.MethodGet, "/health/live", "", "X-Request-ID", sent)
		if got := r.body["request_id"]; (got == sent) != echoed || got == "" {
			t.Errorf("sent %q, got %q", sent, got)
		}
	}
}

func TestEveryRouteAnswersInAnEnvelope(t *testing.T) {
	f := fixed(t)
	for target, strategy := range map[string]string{
		"/v1/users/user-01/recommendations": "interest",
		"/v1/users/nobody/recommendations":  "fallback",
		"/v1/items/code-01/similar":         "similar",
		"/v1/users/user-01/segment":         "segments",
		"/v1/segments":                      "segments",
		"/v1/segments/s1":                   "segments",
		"/v1/segments/s1/users":             "segments",
		"/v1/segments/s1/recommendations":   "audience",
		"/v1/model":                         "none",
		"/health/live":                      "none",
		"/health/ready":                     "none",
	} {
		t.Run(target, func(t *testing.T) {
			isAnswer(t, f, f.get(t, target), strategy)
			head := f.do(t, http.MethodHead, target, "")
			if head.status != http.StatusOK {
				t.Errorf("HEAD: %d", head.status)
			}
		})
	}
}

func TestRoutesThatAreNotThere(t *testing.T) {
	f := fixed(t)
	for _, target := range []string{"/", "/v1", "/v1/users", "/v1/users/x", "/v1/segments/", "/v1/segments/s1/", "/v1/segments/s1/items", "/v2/model", "/v1/model/", "/V1/model", "/v1//model", "/debug/pprof/", "/metrics", "/%2e%2e/x"} {
		isProblem(t, f.get(t, target), http.StatusNotFound, "no_such_route")
	}
	for target, allow := range map[string]string{"/v1/recommendations": "POST", "/v1/model": "GET, HEAD", "/v1/users/x/recommendations": "GET, HEAD"} {
		for _, method := range []string{http.MethodDelete, http.MethodPut, http.MethodOptions, "BREW"} {
			r := f.do(t, method, target, "")
			isProblem(t, r, http.StatusMethodNotAllowed, "method_not_allowed")
			if got := r.header.Get("Allow"); got != allow {
				t.Errorf("%s %s: allow %q, want %q", method, target, got, allow)
			}
		}
	}
	isProblem(t, f.get(t, "/v1/recommendations"), http.StatusMethodNotAllowed, "method_not_allowed")
}

func TestWithoutAModel(t *testing.T) {
	f := empty()
	f.models.status.Last, f.models.status.Error = live.Absent, "there is no alias latest"
	isAnswer(t, f, f.get(t, "/health/live"), "none")
	for _, target := range []string{"/health/ready", "/v1/users/u/recommendations", "/v1/segments", "/v1/items/i/similar", "/v1/users/u/segment", "/v1/segments/s1", "/v1/segments/s1/users", "/v1/segments/s1/recommendations"} {
		r := f.get(t, target)
		isProblem(t, r, http.StatusServiceUnavailable, "no_model")
		if !strings.Contains(r.body["detail"].(string), "there is no alias latest") {
			t.Errorf("detail %q", r.body["detail"])
		}
	}
	for _, target := range []string{"/v1/recommendations", "/v1/segments:assign", "/v1/items/i/audience"} {
		isProblem(t, f.do(t, http.MethodPost, target, "{}"), http.StatusServiceUnavailable, "no_model")
	}
	r := f.get(t, "/v1/model")
	isAnswer(t, f, r, "none")
	if r.body["model"] != nil {
		t.Errorf("model %v", r.body["model"])
	}
	// The first model makes it ready.
	f.models.current.Store(model(t))
	isAnswer(t, f, f.get(t, "/health/ready"), "none")
	isAnswer(t, f, f.get(t, "/v1/users/user-01/recommendations"), "interest")
}

func TestPanicBecomesAProblem(t *testing.T) {
	f := fixed(t)
	f.get(t, "/health/live")
	f.models.current.Store(&live.Model{Pointer: registry.Pointer{Version: "v"}}) // an engine that is not there
	r := f.get(t, "/v1/users/user-01/recommendations")
	isProblem(t, r, http.StatusInternalServerError, "internal")
	if strings.Contains(r.raw, "nil pointer") || strings.Contains(r.raw, "goroutine") {
		t.Errorf("the answer tells of the inside: %s", r.raw)
	}
	if !strings.Contains(f.log.String(), "panic in a handler") || !strings.Contains(f.log.String(), r.body["request_id"].(string)) {
		t.Errorf("log: %s", f.log)
	}
}

// A request keeps the model it began with, whatever is swapped in meanwhile.
func TestRequestKeepsItsModel(t *testing.T) {
	f := fixed(t)
	began := f.models.Current().Pointer.Version
	f.public.GET("/test/swap", f.handle(func(k *call) (answer, *Problem) {
		f.models.current.Store(&live.Model{Pointer: registry.Pointer{Version: "next"}})
		return &Segments{Segments: k.engine().Segments()}, nil
	}))
	if r := f.get(t, "/test/swap"); r.body["model_version"] != began || len(r.body["segments"].([]any)) != 4 {
		t.Errorf("began with %s: %s", began, r.raw)
	}
	if r := f.get(t, "/health/ready"); r.body["model_version"] != "next" {
		t.Errorf("after the swap: %s", r.raw)
	}
}

// A handler that wants the connection closed gets what it wants.
func TestAbortPasses(t *testing.T) {
	f := fixed(t)
	f.public.GET("/test/abort", func(*gin.Context) { panic(http.ErrAbortHandler) })
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("recovered %v", v)
		}
	}()
	f.get(t, "/test/abort")
	t.Error("no panic")
}

func TestLogHoldsNoUserIDs(t *testing.T) {
	f := complete(t)
	for _, o := range f.operations {
		path := strings.NewReplacer("{id}", "user-01", "{item}", "user-01", "{version}", "user-01", "{alias}", "user-01").Replace(o.path)
		for _, target := range []string{path, path + "?n=0&user-01=1", path + "?filter=%27user-01%27", path + "/user-01"} {
			for _, body := range append(bodies[o.id], `{"user_id":"user-01","events":[{"user_id":"user-01","type":"user-01"}],"user-01":1}`, `{"user-01`) {
				f.do(t, o.method, target, body, "Content-Type", "application/json")
				ask(t, f.Admin(), o.method, target, body, "Content-Type", "application/json")
			}
		}
	}
	f.get(t, "/v1/users/user-01/nothing-here")
	f.do(t, http.MethodDelete, "/v1/users/user-01/segment", "")
	f.do(t, http.MethodPost, "/v1/recommendations", `{"user_id":"user-01","n":5}`, "Content-Type", "user-01")
	log := f.log.String()
	if strings.Contains(log, "user-01") {
		t.Error(log)
	}
	for _, want := range []string{`route="GET /v1/users/{id}/recommendations"`, `route="POST /v1/recommendations"`, `route="POST /v1/events"`, "route=none", "strategy=interest", "status=400", "model_version=" + f.models.Current().Pointer.Version} {
		if !strings.Contains(log, want) {
			t.Errorf("log lacks %s:\n%s", want, log)
		}
	}
}

func TestMetrics(t *testing.T) {
	f := fixed(t)
	f.models.status.Refusal = &live.Refusal{Reason: "bad"}
	f.models.status.Counts[live.Refused] = 2
	f.get(t, "/v1/users/user-01/recommendations")
	f.get(t, "/v1/users/user-02/recommendations")
	f.get(t, "/v1/users/nobody/recommendations")
	f.get(t, "/v1/users/user-01/recommendations?n=0")
	f.get(t, "/no/such/path/17")
	r := f.getAdmin(t, "/metrics")
	version := f.models.Current().Pointer.Version
	for _, want := range []string{
		`curio_http_request_duration_seconds_count{route="GET /v1/users/{id}/recommendations",status="200",strategy="interest"} 2`,
		`curio_http_request_duration_seconds_count{route="GET /v1/users/{id}/recommendations",status="200",strategy="fallback"} 1`,
		`curio_http_request_duration_seconds_count{route="GET /v1/users/{id}/recommendations",status="400",strategy="none"} 1`,
		`curio_http_request_duration_seconds_count{route="none",status="404",strategy="none"} 1`,
		`curio_model_info{alias="latest",version="` + version + `"} 1`,
		`curio_model_age_seconds 3600`,
		`curio_model_looks_total{result="swapped"} 1`,
		`curio_model_looks_total{result="refused"} 2`,
		`curio_model_looks_total{result="absent"} 0`,
		`curio_model_refused 1`,
		`curio_model_items 48`,
		`curio_model_users 41`,
		`curio_model_load_seconds 0.005`,
		"curio_model_memo_bytes ",
		"go_goroutines",
	} {
		if !strings.Contains(r.raw, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	if strings.Contains(r.raw, "user-01") || strings.Contains(r.raw, "/no/such/path") {
		t.Error("metrics hold a path")
	}
	// Two servers in one process do not share metrics.
	if other := empty().getAdmin(t, "/metrics").raw; strings.Contains(other, "interest") || strings.Contains(other, "curio_model_info") {
		t.Error("metrics are shared")
	}
}

func TestModel(t *testing.T) {
	f := fixed(t)
	f.models.status.Last, f.models.status.Error = live.Refused, "blob users.parquet: digest differs"
	f.models.status.Refusal = &live.Refusal{Pointer: registry.Pointer{Version: "feedfeedfeedfeed"}, Reason: f.models.status.Error, At: start, Tries: 3}
	r := f.get(t, "/v1/model")
	isAnswer(t, f, r, "none")
	m := r.body["model"].(map[string]any)
	for field, want := range map[string]any{
		"version": f.models.Current().Pointer.Version, "kind": "two-tower", "users": 41.0, "items": 48.0, "segments": 4.0,
		"embedding_size": 8.0, "age_seconds": 3600.0, "moved_by": "tester", "why": "trained", "load_ms": 5.0,
		"as_of": "2023-11-14T22:13:20Z", "moved_at": "2026-03-01T11:00:00Z", "loaded_at": "2026-03-01T11:59:00Z",
	} {
		if m[field] != want {
			t.Errorf("%s is %v, want %v", field, m[field], want)
		}
	}
	if d := m["dataset"].(map[string]any); d["name"] != "servetest" {
		t.Errorf("dataset %v", d)
	}
	follow := r.body["follow"].(map[string]any)
	refused := follow["refused"].(map[string]any)
	if follow["result"] != "refused" || refused["version"] != "feedfeedfeedfeed" || refused["reason"] != "blob users.parquet: digest differs" || refused["tries"] != 3.0 {
		t.Errorf("follow %v", follow)
	}
}

// A body that cannot be encoded is a 500, not half an answer.
func TestUnencodableAnswer(t *testing.T) {
	f := fixed(t)
	f.public.GET("/test/nan", f.handle(func(k *call) (answer, *Problem) {
		nan := 0.0
		return &UserSegment{Membership: Membership{Probability: nan / nan}}, nil
	}))
	isProblem(t, f.get(t, "/test/nan"), http.StatusInternalServerError, "internal")
}

// What the guard sets and refuses is like every other answer.
func TestGuardStandsBeforeEverything(t *testing.T) {
	f := fixed(t)
	file := filepath.Join(t.TempDir(), "keys.json")
	plain, key, err := guard.NewKey(guard.Key{Name: "shop", Scopes: guard.Read})
	if err != nil {
		t.Fatal(err)
	}
	if err := guard.AddKey(t.Context(), file, key); err != nil {
		t.Fatal(err)
	}
	keys, err := guard.LoadKeys(file, time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	g, err := guard.New(guard.Options{Keys: keys, Needs: ScopeOf, Health: IsHealth, Refuse: Refuse, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	o := f.o
	o.Guard, o.AdminGuard = g.Wrap, g.Wrap
	f.API = New(o)
	for target, code := range map[string]string{"/v1/model": "", "/health/live": "", "/nowhere": "no_such_route"} {
		r := f.do(t, http.MethodGet, target, "", "Authorization", "Bearer "+plain)
		if code == "" {
			isAnswer(t, f, r, "none")
		} else {
			isProblem(t, r, http.StatusNotFound, code)
		}
		if h := r.header; h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" || h.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %v", target, h)
		}
	}
	isAnswer(t, f, f.get(t, "/health/live"), "none")
	for _, target := range []string{"/v1/model", "/nowhere", "/v1/users/user-01/segment"} {
		isProblem(t, f.get(t, target), http.StatusUnauthorized, guard.CodeNoKey)
	}
	isProblem(t, f.do(t, http.MethodPost, "/v1/events", "{}", "Authorization", "Bearer "+plain), http.StatusForbidden, guard.CodeScope)
	isProblem(t, ask(t, f.Admin(), http.MethodPost, "/v1/nothing", "{}"), http.StatusUnauthorized, guard.CodeNoKey)
	if log := f.log.String(); strings.Contains(log, plain) || !strings.Contains(log, "status=401") {
		t.Errorf("log %s", log)
	}
}

// A server that is about to stop is not ready, and still answers.
func TestStop(t *testing.T) {
	f := fixed(t)
	f.Stop()
	isProblem(t, f.get(t, "/health/ready"), http.StatusServiceUnavailable, "stopping")
	isAnswer(t, f, f.get(t, "/health/live"), "none")
	isAnswer(t, f, f.get(t, "/v1/users/user-01/recommendations"), "interest")
}
