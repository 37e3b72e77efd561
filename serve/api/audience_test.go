package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/serve/live"
	"curio/serve/recommend"
	"curio/serve/servetest"
)

// serving is an API whose model was changed.
func serving(t *testing.T, change func(*bundle.Artifact)) *fixture {
	t.Helper()
	art, err := servetest.Artifact("a")
	if err != nil {
		t.Fatal(err)
	}
	change(art)
	f := empty()
	f.models.current.Store(&live.Model{Engine: recommend.New(art), Pointer: registry.Pointer{Version: art.Version}})
	return f
}

func users(r reply) []string {
	ids := []string{}
	list, _ := r.body["users"].([]any)
	for _, u := range list {
		ids = append(ids, u.(map[string]any)["user_id"].(string))
	}
	return ids
}

func TestSegmentItems(t *testing.T) {
	f := fixed(t)
	r := f.get(t, "/v1/segments/s2/recommendations")
	isAnswer(t, f, r, "audience")
	items := r.body["items"].([]any)
	first := items[0].(map[string]any)
	if len(items) != 10 || r.body["segment_id"] != "s2" || r.body["segment_name"] != "likes code" || r.body["members"] != 10.0 ||
		r.body["sampled_members"] != 10.0 || r.body["n"] != float64(10) || r.body["score_kind"] != "attention" {
		t.Errorf("%s", r.raw)
	}
	if first["rank"] != 1.0 || first["category"] != "code" || first["title"] != servetest.Title(first["item_id"].(string), "a") || !(first["score"].(float64) > 0) {
		t.Errorf("%v", first)
	}
	for _, id := range []string{"code-00", "code-03", "code-04", "code-05", servetest.Unavailable} {
		if slices.Contains(r.ids(), id) {
			t.Errorf("%s is among %v", id, r.ids())
		}
	}
	if _, ok := first["held"]; ok {
		t.Errorf("held by nobody: %v", first)
	}
	few := f.get(t, "/v1/segments/s2/recommendations?n=3")
	if diff := cmp.Diff(r.ids()[:3], few.ids()); diff != "" || few.body["n"] != 3.0 {
		t.Error(diff)
	}
}

func TestSegmentItemsTellsTheShareWhoHaveThem(t *testing.T) {
	for holders, want := range map[int]any{4: nil, 5: 0.5, 9: 0.9} {
		f := serving(t, func(art *bundle.Artifact) {
			i, _ := art.Items.Index("code-07")
			from, _ := art.Items.Index("code-00")
			for k := range holders {
				u, _ := art.Users.Index(servetest.UserID(1 + 4*k))
				touch := *art.Profiles[u].Touch(from)
				touch.Item = i
				art.Profiles[u].Touches = append(art.Profiles[u].Touches, touch)
			}
		})
		r := f.get(t, "/v1/segments/s2/recommendations?n=100")
		for _, item := range r.body["items"].([]any) {
			if item := item.(map[string]any); item["item_id"] == "code-07" && item["held"] != want {
				t.Errorf("%d have it: held %v", holders, item["held"])
			}
		}
	}
}

func TestItemAudience(t *testing.T) {
	f := fixed(t)
	ask := func(item, body string) reply { return f.do(t, http.MethodPost, "/v1/items/"+item+"/audience", body) }
	r := ask("code-01", `{"n":12}`)
	isAnswer(t, f, r, "audience")
	list := r.body["users"].([]any)
	first := list[0].(map[string]any)
	if len(list) != 12 || first["rank"] != 1.0 || first["segment_id"] != "s2" || r.body["score_kind"] != "logit" || r.body["item_id"] != "code-01" || r.body["n"] != 12.0 {
		t.Errorf("%s", r.raw)
	}
	scored := f.get(t, "/v1/users/"+first["user_id"].(string)+"/recommendations?n=100")
	for _, item := range scored.body["items"].([]any) {
		if item := item.(map[string]any); item["item_id"] == "code-01" && item["score"] != first["score"] {
			t.Errorf("score %v here, %v told to the user", first["score"], item["score"])
		}
	}
	if all := ask("code-01", `{}`); len(users(all)) != servetest.Users-1 || !slices.Equal(users(all)[:12], users(r)) || all.body["n"] != float64(100) {
		t.Errorf("%s", all.raw)
	}
	law := ask("code-01", `{"segment":"s3"}`)
	if got := users(law); len(got) != 10 || law.body["segment_id"] != "s3" || slices.ContainsFunc(law.body["users"].([]any), func(u any) bool { return u.(map[string]any)["segment_id"] != "s3" }) {
		t.Errorf("%s", law.raw)
	}
	if none := ask("code-03", `{"segment":"s2"}`); !strings.Contains(none.raw, `"users":[]`) {
		t.Errorf("all have it: %s", none.raw)
	}
}

func TestAudienceRefuses(t *testing.T) {
	f := fixed(t)
	small := serving(t, func(art *bundle.Artifact) { art.Manifest.Config = []byte(`{"min_group":11}`) })
	enough := serving(t, func(art *bundle.Artifact) { art.Manifest.Config = []byte(`{"min_group":10}`) })
	for _, c := range []struct {
		f                    *fixture
		method, target, body string
		status               int
		code                 string
	}{
		{f, "GET", "/v1/segments/s9/recommendations", "", 404, "unknown_segment"},
		{f, "GET", "/v1/segments/s9/users", "", 404, "unknown_segment"},
		{f, "POST", "/v1/items/code-01/audience", `{"segment":"s9"}`, 404, "unknown_segment"},
		{f, "POST", "/v1/items/nothing/audience", `{}`, 404, "unknown_item"},
		{f, "POST", "/v1/items/" + servetest.Unavailable + "/audience", `{}`, 409, "item_unavailable"},
		{f, "POST", "/v1/items/" + servetest.Unlisted + "/audience", `{}`, 409, "item_unavailable"},
		{f, "POST", "/v1/items/code-01/audience", `{"n":0}`, 400, "invalid_request"},
		{f, "POST", "/v1/items/code-01/audience", `{"n":1001}`, 400, "invalid_request"},
		{f, "POST", "/v1/items/code-01/audience?n=1", `{}`, 400, "invalid_request"},
		{f, "POST", "/v1/items/%00/audience", `{}`, 400, "invalid_request"},
		{f, "GET", "/v1/segments/s2/recommendations?n=0", "", 400, "invalid_request"},
		{f, "GET", "/v1/segments/s2/recommendations?n=101", "", 400, "invalid_request"},
		{f, "GET", "/v1/segments/s2/recommendations?explain=true", "", 400, "invalid_request"},
		{f, "GET", "/v1/items/code-01/audience", "", 405, "method_not_allowed"},
		{small, "GET", "/v1/segments/s2/recommendations", "", 403, "small_segment"},
		{small, "GET", "/v1/segments/s2/users", "", 403, "small_segment"},
		{small, "POST", "/v1/items/code-01/audience", `{"segment":"s2"}`, 403, "small_segment"},
	} {
		isProblem(t, c.f.do(t, c.method, c.target, c.body), c.status, c.code)
	}
	for _, target := range []string{"/v1/segments/s2/users", "/v1/segments/s2/recommendations"} {
		if r := enough.get(t, target); r.status != 200 {
			t.Errorf("%s: %s", target, r.raw)
		}
	}
	// Of an item's audience, segments that may not be told of are not named.
	if r := small.do(t, "POST", "/v1/items/code-01/audience", `{}`); r.status != 200 || strings.Contains(r.raw, "segment_id") {
		t.Errorf("%s", r.raw)
	}
	isAnswer(t, f, f.do(t, "POST", "/v1/items/code-01/audience", `{"n":1000}`), "audience")
	isAnswer(t, f, f.do(t, "GET", "/v1/segments/s2/recommendations?n=100", ""), "audience")
}

func TestSegmentUsersInPages(t *testing.T) {
	f := fixed(t)
	whole := f.get(t, "/v1/segments/s3/users")
	isAnswer(t, f, whole, "segments")
	var want []string
	for k := 2; k < servetest.Users-1; k += 4 {
		want = append(want, servetest.UserID(k))
	}
	if diff := cmp.Diff(want, users(whole)); diff != "" || whole.body["members"] != 10.0 || whole.body["segment_name"] != "likes law" || whole.body["next_cursor"] != nil {
		t.Errorf("%s %s", diff, whole.raw)
	}
	first := whole.body["users"].([]any)[0].(map[string]any)
	of := f.get(t, "/v1/users/user-02/segment").body
	if first["probability"] != of["probability"] || first["distance"] != of["distance"] || first["runner_up"] != of["runner_up"] {
		t.Errorf("%v, asked by name %v", first, of)
	}
	for limit, pages := range map[int]int{1: 10, 3: 4, 5: 2, 9: 2, 10: 1, 1000: 1} {
		var got []string
		target, n := fmt.Sprintf("/v1/segments/s3/users?limit=%d", limit), 0
		for cursor, more := "", true; more && n <= 10; n++ {
			r := f.get(t, target+cursor)
			isAnswer(t, f, r, "segments")
			got = append(got, users(r)...)
			var next string
			next, more = r.body["next_cursor"].(string)
			cursor = "&cursor=" + next
		}
		if diff := cmp.Diff(want, got); diff != "" || n != pages {
			t.Errorf("limit %d: %d pages, want %d %s", limit, n, pages, diff)
		}
	}
}

func TestCursors(t *testing.T) {
	f := fixed(t)
	next := f.get(t, "/v1/segments/s3/users?limit=3").body["next_cursor"].(string)
	version := f.models.Current().Pointer.Version
	for name, c := range map[string]string{
		"empty": "", "text": "next", "padded": next + "=", "cut": next[:len(next)-1], "longer": next + "A",
		"negative": cursor{version, 2, -1}.String(), "no version": cursor{"", 2, 3}.String(), "odd version": cursor{"a b", 2, 3}.String(), "strange version": cursor{"ü", 2, 3}.String(),
		"of another segment": cursor{version, 1, 3}.String(), "of no segment": cursor{version, 99, 3}.String(),
	} {
		r := f.get(t, "/v1/segments/s3/users?cursor="+c)
		isProblem(t, r, http.StatusBadRequest, "invalid_request")
		if len(r.faults()) != 1 || !strings.HasPrefix(r.faults()[0], "cursor:") {
			t.Errorf("%s: %v", name, r.faults())
		}
	}
	for _, offset := range []int{10, 11, 1 << 40} {
		r := f.get(t, "/v1/segments/s3/users?cursor="+cursor{version, 2, offset}.String())
		if isAnswer(t, f, r, "segments"); len(users(r)) != 0 || r.body["next_cursor"] != nil {
			t.Errorf("%d: %s", offset, r.raw)
		}
	}
	isProblem(t, f.get(t, "/v1/segments/s3/users?limit=0"), 400, "invalid_request")
	isProblem(t, f.get(t, "/v1/segments/s3/users?limit=1001"), 400, "invalid_request")

	// Another model has other members: its pages do not go on from these.
	art, err := servetest.Artifact("b")
	if err != nil {
		t.Fatal(err)
	}
	f.models.current.Store(&live.Model{Engine: recommend.New(art), Pointer: registry.Pointer{Version: art.Version}})
	r := f.get(t, "/v1/segments/s3/users?cursor="+next)
	isProblem(t, r, http.StatusConflict, "model_changed")
	if !strings.Contains(r.body["detail"].(string), version) {
		t.Errorf("%s", r.raw)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(cursor{"feed", 3, 100}.String())
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if c, ok := readCursor(text); ok && (c.String() != text && text != "" || c.offset < 0) {
			t.Errorf("%q: %+v", text, c)
		}
	})
}
