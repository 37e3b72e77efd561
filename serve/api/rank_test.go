package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/serve/servetest"
)

// User 1 likes code; with the rules what may not be shown is told apart.
func TestRank(t *testing.T) {
	f := fixed(t)
	asked := `["law-01","code-01","nothing","code-02","code-05","code-00","code-11","law-11","math-07","code-01"]`
	got := f.do(t, http.MethodPost, "/v1/rank", `{"user_id":"user-01","items":`+asked+`}`)
	isAnswer(t, f, got, "interest")
	ids := got.ids()
	if slices.Index(ids, "code-02") > slices.Index(ids, "law-01") {
		t.Error("not in order", ids)
	}
	slices.Sort(ids)
	if diff := cmp.Diff([]string{"code-00", "code-01", "code-02", "code-05", "code-11", "law-01", "law-11", "math-07"}, ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"nothing"}, got.body["unknown"]); diff != "" || got.body["barred"] != nil || got.body["user_id"] != "user-01" {
		t.Error(diff, got.raw)
	}
	for i, item := range got.body["items"].([]any) {
		if at(item, "rank") != float64(i+1) || at(item, "because") != nil {
			t.Error(item)
		}
	}
	got = f.do(t, http.MethodPost, "/v1/rank", `{"user_id":"user-01","rules":true,"explain":true,"items":`+asked+`}`)
	barred := map[any]any{}
	for _, b := range got.body["barred"].([]any) {
		barred[at(b, "item_id")] = at(b, "status")
	}
	want := map[any]any{
		"code-05": []any{"owned", "seen"}, "code-00": []any{"completed", "seen"}, "code-11": []any{"unavailable"}, "law-11": []any{"unlisted"}, "math-07": []any{"prerequisites"},
	}
	if diff := cmp.Diff(want, barred); diff != "" || len(got.ids()) != 3 {
		t.Error(diff, got.ids())
	}
	if at(got.body["items"].([]any)[0], "because") == nil {
		t.Error("not explained", got.raw)
	}
}

func TestRankRequests(t *testing.T) {
	f := fixed(t)
	for name, c := range map[string]struct {
		body   string
		want   string // strategy, or code of a problem
		faults []string
	}{
		"Nothing":    {`{"items":[]}`, "fallback", nil},
		"Anonymous":  {`{"items":["law-01"]}`, "fallback", nil},
		"Session":    {`{"items":["law-01"],"events":[{"type":"view","item_id":"law-02"}]}`, "session", nil},
		"Stranger":   {`{"items":["law-01"],"user_id":"nobody"}`, "fallback", nil},
		"Strict":     {`{"items":["law-01"],"user_id":"nobody","strict":true}`, "unknown_user", nil},
		"NoItems":    {`{"user_id":"user-01"}`, "invalid_request", []string{"/items:missing"}},
		"Most":       {`{"items":[` + many(1000, `"law-01"`) + `]}`, "fallback", nil},
		"TooMany":    {`{"items":[` + many(1001, `"law-01"`) + `]}`, "invalid_request", []string{"/items:too_long"}},
		"Faults":     {`{"items":["",7,"` + strings.Repeat("x", 257) + `"],"rules":1}`, "invalid_request", []string{"/items/0:missing", "/items/1:invalid", "/items/2:too_long", "/rules:invalid"}},
		"LongestID":  {`{"items":["` + strings.Repeat("x", 256) + `"],"user_id":"` + strings.Repeat("x", 256) + `"}`, "fallback", nil},
		"ManyEvents": {`{"items":[],"events":[` + many(1001, `{"type":"search"}`) + `]}`, "invalid_request", []string{"/events:too_long"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := f.do(t, http.MethodPost, "/v1/rank", c.body)
			switch {
			case c.faults != nil:
				isProblem(t, got, 400, c.want)
				if diff := cmp.Diff(c.faults, got.faults()); diff != "" {
					t.Error(diff)
				}
			case c.want == "unknown_user":
				isProblem(t, got, 404, c.want)
			default:
				isAnswer(t, f, got, c.want)
				if got.body["items"] == nil {
					t.Error("no list", got.raw)
				}
			}
		})
	}
}

// The place that a score names is the one that the list has.
func TestScore(t *testing.T) {
	f := fixed(t)
	list := f.get(t, "/v1/users/user-01/recommendations?n=100&explain=true")
	for i, item := range list.body["items"].([]any) {
		got := f.get(t, "/v1/users/user-01/items/"+at(item, "item_id").(string)+"?explain=true")
		isAnswer(t, f, got, "interest")
		if got.body["of"] != float64(len(list.ids())) || got.body["status"] != nil || got.body["logit"] == nil {
			t.Errorf("%s", got.raw)
		}
		if diff := cmp.Diff(item, got.body["item"]); diff != "" {
			t.Errorf("place %d: %s", i+1, diff)
		}
	}
	for item, status := range map[string][]any{
		"code-05": {"owned", "seen"}, "code-00": {"completed", "seen"}, servetest.Unavailable: {"unavailable"}, servetest.Unlisted: {"unlisted"}, servetest.Blocked: {"prerequisites"},
	} {
		got := f.get(t, "/v1/users/user-01/items/"+item)
		isAnswer(t, f, got, "interest")
		if diff := cmp.Diff(any(status), got.body["status"]); diff != "" {
			t.Errorf("%s: %s", item, diff)
		}
	}
	got := f.get(t, "/v1/users/nobody/items/code-01")
	isAnswer(t, f, got, "fallback")
	if _, ok := got.body["logit"]; ok || got.body["score_kind"] != "share" {
		t.Error(got.raw)
	}
	isProblem(t, f.get(t, "/v1/users/user-01/items/nothing"), 404, "unknown_item")
	isProblem(t, f.get(t, "/v1/users/nobody/items/code-01?strict=true"), 404, "unknown_user")
	isProblem(t, f.get(t, "/v1/users/user-01/items/code-01?n=3"), 400, "invalid_request")
	isProblem(t, f.get(t, "/v1/users/user-01/items/"), 404, "no_such_route")
	isProblem(t, f.get(t, "/v1/users/"+strings.Repeat("u", 257)+"/items/"+strings.Repeat("i", 257)), 400, "invalid_request")
}
