package api

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"curio/serve/guard"
)

// behind is an API behind guards with keys: of each scope, and the texts to send.
func behind(t *testing.T, change func(o *guard.Options)) (*fixture, map[guard.Scope]string) {
	t.Helper()
	file := t.TempDir() + "/keys.json"
	plain := map[guard.Scope]string{}
	for _, scope := range []guard.Scope{guard.Read, guard.Events, guard.Admin} {
		text, entry, err := guard.NewKey(guard.Key{Name: scope.String(), Scopes: scope, Created: start})
		if err != nil {
			t.Fatal(err)
		}
		if err := guard.AddKey(t.Context(), file, entry); err != nil {
			t.Fatal(err)
		}
		plain[scope] = text
	}
	clock := func() time.Time { return start }
	keys, err := guard.LoadKeys(file, clock, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := guard.Options{Keys: keys, Needs: ScopeOf, Health: IsHealth, Refuse: Refuse, Clock: clock}
	if change != nil {
		change(&o)
	}
	public, err := guard.New(o)
	if err != nil {
		t.Fatal(err)
	}
	o.Needs = func(*http.Request) guard.Scope { return guard.Admin }
	admin, err := guard.New(o)
	if err != nil {
		t.Fatal(err)
	}
	f := complete(t)
	options := f.o
	options.Guard, options.AdminGuard = public.Wrap, admin.Wrap
	f.API = New(options)
	return f, plain
}

// Every operation wants its scope and no other, and says so.
func TestScopesOfOperations(t *testing.T) {
	f, keys := behind(t, nil)
	for _, o := range f.operations {
		h := http.Handler(f)
		if o.scope == guard.Admin {
			h = f.Admin()
		}
		path := strings.NewReplacer("{id}", "user-01", "{item}", "law-02", "{version}", second, "{alias}", "latest").Replace(o.path)
		body := ""
		if o.body != nil {
			body = `{"n":"x"}`
		}
		ask := func(header ...string) reply {
			return ask(t, h, o.method, path, body, append(header, "Content-Type", "application/json")...)
		}
		none := ask()
		if o.scope == guard.Public {
			isAnswer(t, f, none, "none")
			continue
		}
		isProblem(t, none, 401, "missing_key")
		if !strings.HasPrefix(none.header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: %v", o.id, none.header)
		}
		isProblem(t, ask("Authorization", "Bearer nonsense"), 401, "wrong_key")
		for scope, key := range keys {
			got := ask("Authorization", "Bearer "+key)
			if scope != o.scope {
				isProblem(t, got, 403, "missing_scope")
			} else if got.status == 401 || got.status == 403 {
				t.Errorf("%s with the scope %s: %s", o.id, scope, got.raw)
			}
		}
	}
}

// What is not there is asked for with a key, too: else everybody could look for what is.
func TestNothingIsToldWithoutAKey(t *testing.T) {
	f, keys := behind(t, nil)
	for _, target := range []string{"/", "/v1/nothing", "/metrics", "/v1/users/x"} {
		isProblem(t, f.get(t, target), 401, "missing_key")
		isProblem(t, f.do(t, "GET", target, "", "X-API-Key", keys[guard.Read]), 404, "no_such_route")
	}
	isProblem(t, f.do(t, http.MethodDelete, "/v1/model", ""), 401, "missing_key")
	isProblem(t, f.do(t, http.MethodDelete, "/v1/model", "", "X-API-Key", keys[guard.Read]), 405, "method_not_allowed")
	for _, target := range []string{"/docs", "/openapi.json", "/health/live"} {
		if got := f.get(t, target); got.status != 200 {
			t.Errorf("%s: %d", target, got.status)
		}
	}
	for _, target := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/goroutine", "/debug/pprof/cmdline"} {
		isProblem(t, f.getAdmin(t, target), 401, "missing_key")
		isProblem(t, ask(t, f.Admin(), "GET", target, "", "X-API-Key", keys[guard.Read]), 403, "missing_scope")
		if got := ask(t, f.Admin(), "GET", target, "", "X-API-Key", keys[guard.Admin]); got.status != 200 {
			t.Errorf("%s: %d", target, got.status)
		}
	}
}

// The key that moves an alias is in its history.
func TestMoverIsNamed(t *testing.T) {
	f, keys := behind(t, nil)
	got := ask(t, f.Admin(), http.MethodPut, "/v1/aliases/latest", `{"rollback":true}`, "Content-Type", "application/json", "X-API-Key", keys[guard.Admin])
	isAnswer(t, f, got, "none")
	by, _ := got.body["moved_by"].(string)
	if !strings.HasPrefix(by, "key ") || len(by) == len("key ") || strings.Contains(by, keys[guard.Admin]) {
		t.Errorf("moved by %q", by)
	}
}

func TestRefusalsAreProblems(t *testing.T) {
	f, keys := behind(t, func(o *guard.Options) { o.Rate, o.Burst, o.MaxURL, o.Hosts = 0.5, 1, 100, []string{"example.com", "h"} })
	key := []string{"X-API-Key", keys[guard.Read]}
	isProblem(t, f.do(t, "GET", "/v1/model?"+strings.Repeat("x", 90), "", key...), 400, "invalid_request")
	isProblem(t, f.do(t, "GET", "/v1/model?"+strings.Repeat("x", 91), "", key...), 414, "url_too_long")
	isProblem(t, ask(t, f, "GET", "http://elsewhere/v1/model", "", key...), 421, "host_refused")
	if r := f.get(t, "/docs"); r.status != 200 {
		t.Fatal(r.status)
	}
	limited := f.get(t, "/docs")
	isProblem(t, limited, 429, "rate_limited")
	if limited.header.Get("Retry-After") != "2" {
		t.Errorf("retry after %q", limited.header.Get("Retry-After"))
	}
	isAnswer(t, f, f.get(t, "/health/live"), "none")
}

// Refusals are logged and counted by route, without what was asked.
func TestRefusalsAreLogged(t *testing.T) {
	f, _ := behind(t, nil)
	f.get(t, "/v1/users/user-01/profile")
	if log := f.log.String(); !strings.Contains(log, `route="GET /v1/users/{id}/profile" status=401`) || strings.Contains(log, "user-01") {
		t.Error(log)
	}
}

func TestScopeOfAForeignRequest(t *testing.T) {
	r, err := http.NewRequest(http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if ScopeOf(r) != guard.Read || IsHealth(r) {
		t.Error("a request that the API has not seen")
	}
}

// The document says of each operation what it can be refused with.
func TestDocumentListsStatuses(t *testing.T) {
	f := complete(t)
	doc := documentOf(t, f)
	for _, o := range f.operations {
		responses, _ := at(doc, "paths", o.path, strings.ToLower(o.method), "responses").(map[string]any)
		want := []string{"200", "400"}
		if o.scope != guard.Public {
			want = append(want, "401", "403", "429", "503")
		}
		if o.body != nil {
			want = append(want, "413", "415")
		}
		if len(o.paths) > 0 {
			want = append(want, "404")
		}
		if o.id == "isReady" {
			want = append(want, "503")
		}
		for _, status := range want {
			if responses[status] == nil {
				t.Errorf("%s: no %s among %v", o.id, status, slices.Sorted(maps.Keys(responses)))
			}
		}
	}
}
