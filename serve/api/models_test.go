package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/artifacts/signature"
	"curio/artifacts/store"
)

// made returns an API of the fixture's kind with other options.
func made(t testing.TB, change func(o *Options)) *fixture {
	t.Helper()
	f := fixed(t)
	o := f.o
	change(&o)
	f.API = New(o)
	return f
}

// registered is a Registry in memory, which fails with err if there is one.
type registered struct {
	entries  []registry.Entry
	pointers map[string]registry.Pointer
	err      error
	lists    int
}

func (r *registered) Inventory(context.Context) ([]registry.Entry, error) {
	r.lists++
	return r.entries, r.err
}

func (r *registered) Entry(_ context.Context, version string) (*registry.Entry, error) {
	if r.err != nil {
		return nil, r.err
	}
	for i := range r.entries {
		if r.entries[i].Version == version {
			return &r.entries[i], nil
		}
	}
	return nil, fmt.Errorf("version %s: %w", version, store.ErrNotFound)
}

func (r *registered) Resolve(_ context.Context, alias string) (registry.Pointer, error) {
	p, ok := r.pointers[alias]
	if !ok {
		return p, store.ErrNotFound
	}
	return p, nil
}

func (r *registered) Move(ctx context.Context, alias, version, from, by, why string) error {
	if _, err := r.Entry(ctx, version); err != nil {
		return err
	}
	now := r.pointers[alias]
	if from != "" && now.Version != from {
		return fmt.Errorf("move: %w", registry.ErrMoved)
	}
	r.pointers[alias] = registry.Pointer{Alias: alias, Version: version, From: now.Version, By: by, Why: why, Moved: start}
	return nil
}

// Versions that a registered of a test has.
const first, second, damaged = "1111111111111111", "2222222222222222", "3333333333333333"

func stocked(t testing.TB) (*fixture, *registered) {
	t.Helper()
	serving := model(t).Pointer.Version
	manifest := func(parent string) *bundle.Manifest {
		return &bundle.Manifest{Model: "two-tower", Parent: parent, Dataset: []byte(`{"name":"d"}`), Blobs: []bundle.Blob{{Size: 3}, {Size: 4}}}
	}
	r := &registered{
		entries: []registry.Entry{
			{Version: damaged, Err: errors.New("digest differs")},
			{Version: second, Manifest: manifest(first), Signatures: []signature.Signature{{Key: "k1"}}},
			{Version: first, Manifest: manifest("")},
			{Version: serving, Manifest: manifest(""), Aliases: []string{"latest"}, Stored: start},
		},
		pointers: map[string]registry.Pointer{
			"latest": {Alias: "latest", Version: second, From: first}, "new": {Alias: "new", Version: first},
		},
	}
	return made(t, func(o *Options) { o.Registry = r }), r
}

func TestListModels(t *testing.T) {
	f, _ := stocked(t)
	r := f.get(t, "/v1/models")
	isAnswer(t, f, r, "none")
	models := r.body["models"].([]any)
	if len(models) != 4 || at(models[0], "damage") != "digest differs" || at(models[1], "parent") != first || at(models[1], "bytes") != 7.0 ||
		at(models[1], "serving") != false || at(models[3], "serving") != true || at(models[3], "stored_at") != "2026-03-01T12:00:00Z" {
		t.Error(r.raw)
	}
	for _, m := range models {
		if at(m, "aliases") == nil {
			t.Errorf("no list: %v", m)
		}
	}
}

// The store is not read for every request.
func TestListOfModelsIsRemembered(t *testing.T) {
	f, r := stocked(t)
	now := start
	f.o.Clock = func() time.Time { return now }
	f.get(t, "/v1/models")
	for after, reads := range map[time.Duration]int{inventoryAge - 1: 1, inventoryAge: 2} {
		r.lists, f.inventory = 0, inventory{}
		now = start
		f.get(t, "/v1/models")
		now = start.Add(after)
		f.get(t, "/v1/models")
		if r.lists != reads {
			t.Errorf("%s later: read %d times, want %d", after, r.lists, reads)
		}
	}
	// A failure is not.
	r.err, f.inventory = &net{}, inventory{}
	isProblem(t, f.get(t, "/v1/models"), http.StatusServiceUnavailable, "store_unavailable")
	r.err = nil
	isAnswer(t, f, f.get(t, "/v1/models"), "none")
}

// net is an error of a store that cannot be reached.
type net struct{}

func (*net) Error() string { return "dial tcp 10.0.0.1:9000: refused" }
func (*net) Unwrap() error { return store.ErrUnreachable }

func TestShowVersion(t *testing.T) {
	f, r := stocked(t)
	got := f.get(t, "/v1/models/"+second)
	isAnswer(t, f, got, "none")
	if got.body["version"] != second || at(got.body["dataset"], "name") != "d" || got.body["config"] != nil {
		t.Error(got.raw)
	}
	isAnswer(t, f, f.get(t, "/v1/models/"+damaged), "none")
	isProblem(t, f.get(t, "/v1/models/4444444444444444"), http.StatusNotFound, "not_stored")
	for err, want := range map[error]string{
		registry.ErrName: "404 not_stored", &net{}: "503 store_unavailable", errors.New("s3://bucket: it has feathers"): "503 store_unavailable",
		context.DeadlineExceeded: "503 store_unavailable", signature.ErrUntrusted: "409 not_trusted",
	} {
		r.err = err
		got := f.get(t, "/v1/models/"+second)
		if fmt.Sprint(got.status, " ", got.body["code"]) != want || strings.Contains(got.raw, "10.0.0.1") || strings.Contains(got.raw, "feathers") {
			t.Errorf("%v: %s", err, got.raw)
		}
	}
	if !strings.Contains(f.log.String(), "feathers") {
		t.Error("the log does not say why")
	}
}

func TestMoveAlias(t *testing.T) {
	for name, c := range map[string]struct {
		alias, body string
		status      int
		want        string // version, or code
	}{
		"Promote":           {"latest", `{"version":"` + first + `"}`, 200, first},
		"NewAlias":          {"next", `{"version":"` + first + `"}`, 200, first},
		"From":              {"latest", `{"version":"` + first + `","from":"` + second + `","why":"better"}`, 200, first},
		"Rollback":          {"latest", `{"rollback":true}`, 200, first},
		"RollbackFrom":      {"latest", `{"rollback":true,"from":"` + second + `"}`, 200, first},
		"FromElsewhere":     {"latest", `{"version":"` + first + `","from":"` + damaged + `"}`, 409, "alias_moved"},
		"RollbackElsewhere": {"latest", `{"rollback":true,"from":"` + first + `"}`, 409, "alias_moved"},
		"NothingBefore":     {"new", `{"rollback":true}`, 409, "no_version_before"},
		"NoAlias":           {"none", `{"rollback":true}`, 404, "not_stored"},
		"NoVersion":         {"latest", `{"version":"4444444444444444"}`, 404, "not_stored"},
		"BadAlias":          {"..", `{"version":"` + first + `"}`, 400, "path alias:invalid"},
		"Both":              {"latest", `{"version":"` + first + `","rollback":true}`, 400, "body :missing"},
		"Neither":           {"latest", `{}`, 400, "body :missing"},
		"NotRollback":       {"latest", `{"rollback":false}`, 400, "body :missing"},
		"LongVersion":       {"latest", `{"version":"12345678901234567"}`, 400, "body /version:too_long"},
		"EmptyVersion":      {"latest", `{"version":""}`, 400, "body /version:missing"},
		"Why":               {"latest", `{"version":"` + first + `","why":"` + strings.Repeat("w", 1024) + `"}`, 200, first},
		"LongWhy":           {"latest", `{"version":"` + first + `","why":"` + strings.Repeat("w", 1025) + `"}`, 400, "body /why:too_long"},
		"Unknown":           {"latest", `{"version":"` + first + `","force":true}`, 400, "body /force:unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			f, r := stocked(t)
			before := len(r.pointers)
			got := ask(t, f.Admin(), http.MethodPut, "/v1/aliases/"+c.alias, c.body, "Content-Type", "application/json")
			switch {
			case c.status == 200:
				isAnswer(t, f, got, "none")
				p := r.pointers[c.alias]
				if got.body["version"] != c.want || got.body["alias"] != c.alias || p.Version != c.want || p.By != "api" || got.body["moved_by"] != "api" {
					t.Errorf("%s, %+v", got.raw, p)
				}
				if strings.HasPrefix(name, "Rollback") && p.Why != "rollback of "+second {
					t.Errorf("why %q", p.Why)
				}
			case c.status == 400:
				isProblem(t, got, 400, "invalid_request")
				fault := got.body["errors"].([]any)[0]
				if text := fmt.Sprint(at(fault, "in"), " ", or(at(fault, "pointer"), at(fault, "name")), ":", at(fault, "code")); text != c.want {
					t.Errorf("%s, want %s", text, c.want)
				}
			default:
				isProblem(t, got, c.status, c.want)
			}
			if c.status != 200 && (len(r.pointers) != before || r.pointers["latest"].Version != second) {
				t.Errorf("moved: %v", r.pointers)
			}
		})
	}
}

func or(a, b any) any {
	if a != nil {
		return a
	}
	if b != nil {
		return b
	}
	return ""
}

func TestMoveAliasThatIsNotTrusted(t *testing.T) {
	f, r := stocked(t)
	r.err = signature.ErrUntrusted
	isProblem(t, ask(t, f.Admin(), http.MethodPut, "/v1/aliases/latest", `{"version":"`+first+`"}`, "Content-Type", "application/json"), 409, "not_trusted")
}

// What changes the model is not there for the users of the API.
func TestAdminOperationsAreOnTheirSide(t *testing.T) {
	f, _ := stocked(t)
	isProblem(t, f.do(t, http.MethodPost, "/v1/model:reload", ""), 404, "no_such_route")
	isProblem(t, f.do(t, http.MethodPut, "/v1/aliases/latest", `{"rollback":true}`, "Content-Type", "application/json"), 404, "no_such_route")
	for _, target := range []string{"/v1/model", "/v1/models", "/v1/users/user-01/recommendations", "/docs", "/openapi.json"} {
		isProblem(t, f.getAdmin(t, target), 404, "no_such_route")
	}
	isAnswer(t, f, f.getAdmin(t, "/health/live"), "none")
	got := ask(t, f.Admin(), http.MethodPost, "/v1/model:reload", "")
	isAnswer(t, f, got, "none")
	if got.body["result"] != "unchanged" || got.body["version"] != f.models.Current().Pointer.Version || at(got.body["follow"], "alias") != "latest" {
		t.Error(got.raw)
	}
}

func TestWithoutARegistry(t *testing.T) {
	f := fixed(t)
	for _, target := range []string{"/v1/models", "/v1/models/" + first} {
		isProblem(t, f.get(t, target), 404, "no_such_route")
	}
	isProblem(t, ask(t, f.Admin(), http.MethodPut, "/v1/aliases/latest", "{}"), 404, "no_such_route")
}
