package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"curio/artifacts/registry"
	"curio/serve/live"
	"curio/serve/recommend"
	"curio/serve/servetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type models struct {
	current atomic.Pointer[live.Model]
	status  live.Status
}

func (m *models) Current() *live.Model { return m.current.Load() }
func (m *models) Status() live.Status  { return m.status }

func (m *models) Challenger() (*live.Model, live.Status, bool) { return nil, live.Status{}, false }

func (m *models) For(string) (*live.Model, live.Arm) {
	return m.current.Load(), live.Arm{Assigned: live.Champion, Served: live.Champion}
}

func (m *models) Step(context.Context) (live.Result, live.Result) { return m.status.Last, "" }

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func model(t testing.TB) *live.Model {
	t.Helper()
	m, err := theModel()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var theModel = sync.OnceValues(func() (*live.Model, error) {
	art, err := servetest.Artifact("a")
	if err != nil {
		return nil, err
	}
	return &live.Model{
		Engine: recommend.New(art), LoadedAt: start.Add(-time.Minute), Took: 5 * time.Millisecond,
		Pointer: registry.Pointer{Alias: "latest", Version: art.Version, Moved: start.Add(-time.Hour), By: "tester", Why: "trained"},
	}, nil
})

type fixture struct {
	*API
	models *models
	log    *bytes.Buffer
}

func fixed(t testing.TB) *fixture {
	t.Helper()
	f := empty()
	f.models.current.Store(model(t))
	return f
}

func empty() *fixture {
	f := &fixture{models: &models{}, log: &bytes.Buffer{}}
	f.models.status = live.Status{Alias: "latest", LastLook: start, Last: live.Unchanged, Counts: map[live.Result]uint64{live.Swapped: 1}}
	var ids atomic.Int64
	f.API = New(Options{
		Models: f.models,
		Clock:  func() time.Time { return start },
		NewID:  func() string { return fmt.Sprintf("id-%d", ids.Add(1)) },
		Log:    slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	return f
}

type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (f *fixture) do(t testing.TB, method, target, body string, header ...string) reply {
	t.Helper()
	return ask(t, f, method, target, body, header...)
}

func ask(t testing.TB, h http.Handler, method, target, body string, header ...string) reply {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	out := reply{status: w.Code, header: w.Header(), raw: w.Body.String()}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(w.Body.Bytes(), &out.body); err != nil {
			t.Fatalf("%s %s: %v in %s", method, target, err, out.raw)
		}
	}
	return out
}

func (f *fixture) get(t testing.TB, target string) reply {
	t.Helper()
	return f.do(t, http.MethodGet, target, "")
}

func (f *fixture) getAdmin(t testing.TB, target string) reply {
	t.Helper()
	return ask(t, f.Admin(), http.MethodGet, target, "")
}

func (r reply) ids() []string {
	list := []string{}
	items, _ := r.body["items"].([]any)
	for _, item := range items {
		list = append(list, item.(map[string]any)["item_id"].(string))
	}
	return list
}

func (r reply) faults() []string {
	var list []string
	errors, _ := r.body["errors"].([]any)
	for _, e := range errors {
		e := e.(map[string]any)
		name, _ := e["name"].(string)
		if pointer, ok := e["pointer"].(string); ok {
			name = pointer
		}
		list = append(list, name+":"+e["code"].(string))
	}
	return list
}

func isProblem(t *testing.T, r reply, status int, code string) {
	t.Helper()
	if r.status != status || r.body["code"] != code {
		t.Fatalf("status %d, want %d %s: %s", r.status, status, code, r.raw)
	}
	if kind := r.header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("content type %q", kind)
	}
	if r.body["type"] != "urn:curio:problem:"+code || r.body["title"] != http.StatusText(status) ||
		r.body["status"] != float64(status) || r.body["detail"] == "" {
		t.Errorf("problem %s", r.raw)
	}
	hasEnvelope(t, r)
	if r.body["strategy"] != "none" {
		t.Errorf("strategy %v of a problem", r.body["strategy"])
	}
}

// hasEnvelope checks what problems and answers have in common.
func hasEnvelope(t *testing.T, r reply) {
	t.Helper()
	for _, field := range []string{"model_version", "strategy"} {
		if _, ok := r.body[field].(string); !ok {
			t.Errorf("%s %v", field, r.body[field])
		}
	}
	if took, ok := r.body["took_ms"].(float64); !ok || took < 0 {
		t.Errorf("took_ms %v", r.body["took_ms"])
	}
	if id := r.header.Get("X-Request-ID"); id == "" || r.body["request_id"] != id {
		t.Errorf("request id %q in the header, %v in the body", id, r.body["request_id"])
	}
}

func isAnswer(t *testing.T, f *fixture, r reply, strategy string) {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("status %d: %s", r.status, r.raw)
	}
	if kind := r.header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
		t.Errorf("content type %q", kind)
	}
	version := ""
	if m := f.models.Current(); m != nil {
		version = m.Pointer.Version
	}
	if r.body["model_version"] != version || r.body["strategy"] != strategy {
		t.Errorf("version %v, strategy %v; want %s, %s", r.body["model_version"], r.body["strategy"], version, strategy)
	}
	hasEnvelope(t, r)
}
