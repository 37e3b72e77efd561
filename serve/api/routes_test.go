package api

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/serve/servetest"
)

func TestRecommendUser(t *testing.T) {
	f := fixed(t)
	r := f.get(t, "/v1/users/user-01/recommendations")
	isAnswer(t, f, r, "interest")
	items := r.body["items"].([]any)
	if len(items) != 10 || r.body["user_id"] != "user-01" || r.body["n"] != float64(10) || r.body["offset"] != 0.0 {
		t.Errorf("%d items: %s", len(items), r.raw)
	}
	first := items[0].(map[string]any)
	id := first["item_id"].(string)
	if first["rank"] != 1.0 || first["domain"] != "course" || first["category"] != "code" || first["title"] != servetest.Title(id, "a") {
		t.Errorf("first item %v", first)
	}
	for _, hidden := range []string{"because", "why"} {
		if _, ok := first[hidden]; ok {
			t.Errorf("%s without explain", hidden)
		}
	}
	page := f.get(t, "/v1/users/user-01/recommendations?n=3&offset=2")
	if diff := cmp.Diff(r.ids()[2:5], page.ids()); diff != "" {
		t.Error(diff)
	}
	if rank := page.body["items"].([]any)[0].(map[string]any)["rank"]; rank != 3.0 {
		t.Errorf("rank %v after offset 2", rank)
	}
	law := f.get(t, "/v1/users/user-01/recommendations?category=law&n=100")
	if got := law.ids(); len(got) != 11 || slices.ContainsFunc(got, func(id string) bool { return !strings.HasPrefix(id, "law-") }) {
		t.Errorf("law: %v", got)
	}
	seen := f.get(t, "/v1/users/user-01/recommendations?category=code&n=100&include_seen=true")
	if unseen := f.get(t, "/v1/users/user-01/recommendations?category=code&n=100"); len(seen.ids()) != 11 || len(unseen.ids()) != 7 {
		t.Errorf("%d with seen, %d without", len(seen.ids()), len(unseen.ids()))
	}
	none := f.get(t, "/v1/users/user-01/recommendations?category=cooking")
	if isAnswer(t, f, none, "interest"); !strings.Contains(none.raw, `"items":[]`) {
		t.Errorf("no items: %s", none.raw)
	}
}

// A caller is told what the scores of every kind of answer are.
func TestScoreKind(t *testing.T) {
	f := fixed(t)
	for path, want := range map[string]string{
		"/v1/users/user-01/recommendations": "logit", "/v1/users/nobody/recommendations": "share", "/v1/items/code-01/similar": "cosine",
	} {
		if r := f.get(t, path); r.body["score_kind"] != want {
			t.Errorf("%s: score_kind %v, want %v", path, r.body["score_kind"], want)
		}
	}
	model, ok := f.get(t, "/v1/model").body["model"].(map[string]any)
	if !ok || model["score_kind"] != "logit" {
		t.Errorf("model %v", model)
	}
}

func TestRecommendExplain(t *testing.T) {
	f := fixed(t)
	r := f.get(t, "/v1/users/user-01/recommendations?explain=true&n=3")
	isAnswer(t, f, r, "interest")
	for _, item := range r.body["items"].([]any) {
		item := item.(map[string]any)
		because := item["because"].([]any)
		if len(because) == 0 || at(item, "why", "category_share") != 1.0 || item["category"] != "code" {
			t.Fatalf("item %v", item)
		}
		for _, b := range because {
			b := b.(map[string]any)
			if id := b["item_id"].(string); !strings.HasPrefix(id, "code-") || b["title"] != servetest.Title(id, "a") || !(b["weight"].(float64) > 0) {
				t.Errorf("because %v", b)
			}
		}
	}
	fallback := f.get(t, "/v1/users/nobody/recommendations?explain=true&n=1")
	if !strings.Contains(fallback.raw, `"because":[]`) {
		t.Errorf("fallback: %s", fallback.raw)
	}
}

func TestRecommendUnknownUser(t *testing.T) {
	f := fixed(t)
	r := f.get(t, "/v1/users/nobody/recommendations?n=2")
	isAnswer(t, f, r, "fallback")
	if diff := cmp.Diff([]string{"art-00", "art-03"}, r.ids()); diff != "" {
		t.Error(diff)
	}
	isProblem(t, f.get(t, "/v1/users/nobody/recommendations?strict=true"), http.StatusNotFound, "unknown_user")
	isAnswer(t, f, f.get(t, "/v1/users/user-01/recommendations?strict=true"), "interest")
	// Known but without anything to go by: strict is content.
	isAnswer(t, f, f.get(t, "/v1/users/"+servetest.Idle+"/recommendations?strict=1"), "fallback")
}

func TestRecommendFaults(t *testing.T) {
	f := fixed(t)
	for target, want := range map[string][]string{
		"/v1/users/u/recommendations?n=0&offset=-1&category=&explain=maybe&colour=red&strict=x": {
			"colour:unknown", "n:out_of_range", "offset:out_of_range", "category:missing", "explain:invalid", "strict:invalid"},
		"/v1/users/u/recommendations?n=101":                             {"n:out_of_range"},
		"/v1/users/%00/recommendations":                                 {"id:invalid"},
		"/v1/users/%ff/recommendations":                                 {"id:invalid"},
		"/v1/users/" + strings.Repeat("x", 257) + "/recommendations":    {"id:too_long"},
		"/v1/items/code-01/similar?n=0&explain=true":                    {"explain:unknown", "n:out_of_range"},
		"/v1/users/user-01/segment?n=1":                                 {"n:unknown"},
		"/v1/segments?n=1":                                              {"n:unknown"},
		"/v1/segments/s1?n=1":                                           {"n:unknown"},
		"/v1/model?n=1":                                                 {"n:unknown"},
		"/v1/users/u/recommendations?n=1&n=2&n=3":                       {"n:repeated", "n:repeated"},
		"/v1/users/u/recommendations?n=%25zz&%zz":                       {"%zz:invalid", "n:invalid"},
		"/v1/users/" + strings.Repeat("%C3%A4", 129) + "/segment?x":     {"id:too_long", "x:unknown"},
		"/v1/items/" + strings.Repeat("x", 257) + "/similar?offset=1e3": {"id:too_long", "offset:invalid"},
	} {
		r := f.get(t, target)
		isProblem(t, r, http.StatusBadRequest, "invalid_request")
		if diff := cmp.Diff(want, r.faults()); diff != "" {
			t.Errorf("%s: %s", target, diff)
		}
	}
	for _, target := range []string{"/v1/users/u/recommendations?n=1", "/v1/users/u/recommendations?n=100&offset=10000", "/v1/users/" + strings.Repeat("x", 256) + "/recommendations"} {
		isAnswer(t, f, f.get(t, target), "fallback")
	}
}

// Ids are whatever the log held: slashes, plus signs and other scripts too.
func TestIDsInPaths(t *testing.T) {
	f := fixed(t)
	for path, id := range map[string]string{
		"a%2Fb":              "a/b",
		"a+b":                "a+b",
		"a%2Bb":              "a+b",
		"a%20b":              "a b",
		"%E5%AD%A6%E5%91%98": "学员",
		"a%252Fb":            "a%2Fb",
		"user:1@x":           "user:1@x",
	} {
		r := f.get(t, "/v1/users/"+path+"/recommendations")
		if isAnswer(t, f, r, "fallback"); r.body["user_id"] != id {
			t.Errorf("%s: user %q, want %q", path, r.body["user_id"], id)
		}
	}
}

func TestRecommendSession(t *testing.T) {
	f := fixed(t)
	post := func(body string) reply { return f.do(t, http.MethodPost, "/v1/recommendations", body) }
	r := post(`{"n":5,"explain":true,"events":[{"type":"watch","item_id":"law-02","seconds":600},{"type":"view","item_id":"nowhere"}]}`)
	isAnswer(t, f, r, "session")
	if r.body["ignored_events"] != 1.0 || len(r.ids()) != 5 || slices.Contains(r.ids(), "law-02") {
		t.Errorf("%s", r.raw)
	}
	if _, ok := r.body["user_id"]; ok {
		t.Error("an anonymous session has a user id")
	}
	because := r.body["items"].([]any)[0].(map[string]any)["because"].([]any)
	if len(because) != 1 || because[0].(map[string]any)["item_id"] != "law-02" {
		t.Errorf("because %v", because)
	}
	isAnswer(t, f, post(`{}`), "fallback")
	isAnswer(t, f, post(`{"user_id":"user-01"}`), "interest")
	isAnswer(t, f, post(`{"user_id":"user-01","events":[{"type":"view","item_id":"law-02"}]}`), "session")
	isAnswer(t, f, post(`{"user_id":"nobody","events":[{"type":"view","item_id":"law-02"}]}`), "session")
	isProblem(t, post(`{"user_id":"nobody","strict":true}`), http.StatusNotFound, "unknown_user")
	// The two routes agree on a user without new events.
	if diff := cmp.Diff(f.get(t, "/v1/users/user-01/recommendations").ids(), post(`{"user_id":"user-01","events":[]}`).ids()); diff != "" {
		t.Error(diff)
	}
}

func TestRecommendSessionFaults(t *testing.T) {
	f := fixed(t)
	post := func(body string, header ...string) reply {
		return f.do(t, http.MethodPost, "/v1/recommendations", body, header...)
	}
	r := post(`{"n":0,"colour":1,"strict":true,"events":[{"type":"glance","rating":9}]}`)
	isProblem(t, r, http.StatusBadRequest, "invalid_request")
	want := []string{"/colour:unknown", "/events/0/type:invalid", "/events/0/rating:out_of_range", "/n:out_of_range", "/user_id:missing"}
	if diff := cmp.Diff(want, r.faults()); diff != "" {
		t.Error(diff)
	}
	r = f.do(t, http.MethodPost, "/v1/recommendations?n=5", `{"n":101}`)
	if diff := cmp.Diff([]string{"n:unknown", "/n:out_of_range"}, r.faults()); diff != "" {
		t.Error(diff)
	}
	isProblem(t, post(`{`), http.StatusBadRequest, "invalid_request")
	isProblem(t, post(``), http.StatusBadRequest, "invalid_request")
	isProblem(t, post("{\"user_id\":\"\xff\"}"), http.StatusBadRequest, "body_not_utf8")
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json/x"} {
		isProblem(t, post(`{}`, "Content-Type", kind), http.StatusUnsupportedMediaType, "unsupported_media_type")
	}
	isAnswer(t, f, post(`{}`, "Content-Type", "application/json; charset=utf-8"), "fallback")
	pad := func(n int) string { return "{" + strings.Repeat(" ", n-2) + "}" }
	isAnswer(t, f, post(pad(MaxBody-1)), "fallback")
	isAnswer(t, f, post(pad(MaxBody)), "fallback")
	isProblem(t, post(pad(MaxBody+1)), http.StatusRequestEntityTooLarge, "body_too_large")
	deep := `{"events":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`
	isProblem(t, post(deep), http.StatusBadRequest, "invalid_request")
}

func TestSimilar(t *testing.T) {
	f := fixed(t)
	r := f.get(t, "/v1/items/code-01/similar?n=3")
	isAnswer(t, f, r, "similar")
	if len(r.ids()) != 3 || slices.Contains(r.ids(), "code-01") || r.body["item_id"] != "code-01" {
		t.Errorf("%s", r.raw)
	}
	if next := f.get(t, "/v1/items/code-01/similar?n=2&offset=1"); !cmp.Equal(next.ids(), r.ids()[1:]) {
		t.Errorf("%v after %v", next.ids(), r.ids())
	}
	if law := f.get(t, "/v1/items/code-01/similar?category=law").ids(); len(law) != 10 || !strings.HasPrefix(law[0], "law-") {
		t.Errorf("law: %v", law)
	}
	isProblem(t, f.get(t, "/v1/items/nothing/similar"), http.StatusNotFound, "unknown_item")
}

func TestSegments(t *testing.T) {
	f := fixed(t)
	r := f.get(t, "/v1/segments")
	isAnswer(t, f, r, "segments")
	if list := r.body["segments"].([]any); len(list) != 4 || list[0].(map[string]any)["id"] != "s1" {
		t.Errorf("%s", r.raw)
	}
	one := f.get(t, "/v1/segments/s2")
	isAnswer(t, f, one, "segments")
	if s := one.body["segment"].(map[string]any); s["id"] != "s2" || s["name"] != "likes code" || s["size"] != 10.0 || len(s["top_categories"].([]any)) != 1 || len(s["traits"].([]any)) != 1 {
		t.Errorf("%s", one.raw)
	}
	isProblem(t, f.get(t, "/v1/segments/s9"), http.StatusNotFound, "unknown_segment")
	user := f.get(t, "/v1/users/user-01/segment")
	isAnswer(t, f, user, "segments")
	if user.body["segment"].(map[string]any)["id"] != "s2" || user.body["user_id"] != "user-01" || !(user.body["probability"].(float64) > 0.9) || user.body["runner_up"] == "" {
		t.Errorf("%s", user.raw)
	}
	isProblem(t, f.get(t, "/v1/users/nobody/segment"), http.StatusNotFound, "unknown_user")
	isProblem(t, f.get(t, "/v1/users/"+servetest.Idle+"/segment"), http.StatusNotFound, "no_segment")
}

// FuzzHandlers sends anything anywhere: no 5xx, always JSON with a request id.
func FuzzHandlers(f *testing.F) {
	for _, seed := range [][3]string{
		{"GET", "/v1/users/user-01/recommendations?n=5&explain=true", ""},
		{"POST", "/v1/recommendations", `{"events":[{"type":"view","item_id":"law-02"}]}`},
		{"GET", "/v1/items/code-01/similar?offset=3", ""},
		{"GET", "/v1/users/%2F/segment", ""},
		{"PUT", "/v1/segments/s1?x=%zz", "{}"},
		{"GET", "/v1/segments/s1/users?limit=3&cursor=AAAA", ""},
		{"GET", "/v1/segments/s2/recommendations?n=3", ""},
		{"POST", "/v1/segments:assign", `{"user_id":"user-01","events":[{"type":"view","item_id":"law-02"}]}`},
		{"POST", "/v1/items/code-01/audience", `{"n":3,"segment":"s2"}`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	a := fixed(f)
	f.Fuzz(func(t *testing.T, method, target, body string) {
		r, err := http.NewRequest(method, "http://x"+target, strings.NewReader(body))
		if err != nil || !strings.HasPrefix(target, "/") {
			return
		}
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		a.log.Reset()
		a.ServeHTTP(w, r)
		if w.Code >= 500 || w.Header().Get("X-Request-ID") == "" {
			t.Errorf("%s %s: %d %s", method, target, w.Code, w.Body)
		}
	})
}
