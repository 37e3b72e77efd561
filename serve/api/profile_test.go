package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/serve/servetest"
)

// What servetest says that user 1 did.
func TestProfile(t *testing.T) {
	f := fixed(t)
	got := f.get(t, "/v1/users/user-01/profile")
	isAnswer(t, f, got, "profile")
	want := map[string]any{
		"user_id": "user-01", "events": 6.0, "items": 4.0, "finished_items": 1.0,
		"learning":    map[string]any{"watched_hours": 120000.0 / 3600000, "watches": 1.0, "progresses": 1.0, "completes": 1.0, "ratings": 1.0, "mean_rating": 3.1},
		"purchase":    map[string]any{"purchases": 1.0, "subscriptions": 0.0, "refunds": 0.0, "spent_minor": 5000.0, "refunded_minor": 0.0},
		"interaction": map[string]any{"views": 1.0, "comments": 0.0, "likes": 0.0, "favourites": 0.0, "shares": 0.0, "searches": 0.0, "dismissals": 0.0},
		"categories":  []any{map[string]any{"name": "code", "share": 1.0}}, "tags": []any{}, "sought": []any{},
		"as_of": "2023-11-14T22:13:20Z",
	}
	for field, value := range want {
		if diff := cmp.Diff(value, got.body[field]); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
	if at(got.body["segment"], "id") != "s2" || got.body["first_event"].(string) >= got.body["last_event"].(string) {
		t.Error(got.raw)
	}
	var needed []string
	for _, n := range got.body["unfinished"].([]any) {
		needed = append(needed, at(n, "item_id").(string))
	}
	if !slices.Contains(needed, "code-04") || slices.Contains(needed, "code-00") {
		t.Error(needed)
	}
}

func TestProfileRequests(t *testing.T) {
	f := fixed(t)
	for target, ok := range map[string]bool{
		"user-01/profile?n=1": true, "user-01/profile?n=100": true, "user-01/profile?n=0": false, "user-01/profile?n=101": false,
		"user-01/profile?offset=1": false, "user-01/similar?n=1": true, "user-01/similar?n=100": true, "user-01/similar?n=0": false, "user-01/similar?n=101": false,
		"user-01/similar?explain=true": false, strings.Repeat("u", 257) + "/profile": false, strings.Repeat("u", 257) + "/similar": false,
	} {
		got := f.get(t, "/v1/users/"+target)
		if ok && got.status != 200 {
			t.Errorf("%s: %s", target, got.raw)
		} else if !ok {
			isProblem(t, got, 400, "invalid_request")
		}
	}
	got := f.get(t, "/v1/users/user-01/profile?n=1")
	if n := len(got.body["unfinished"].([]any)); n != 1 {
		t.Errorf("%d unfinished", n)
	}
	isProblem(t, f.get(t, "/v1/users/nobody/profile"), 404, "unknown_user")
	isProblem(t, f.get(t, "/v1/users/nobody/similar"), 404, "unknown_user")
	idle := f.get(t, "/v1/users/"+servetest.Idle+"/profile")
	isAnswer(t, f, idle, "profile")
	for _, field := range []string{"first_event", "last_event", "segment"} {
		if v, ok := idle.body[field]; ok && v != nil && field != "segment" {
			t.Errorf("%s of somebody who did nothing: %v", field, v)
		}
	}
	for _, field := range []string{"categories", "tags", "unfinished", "sought"} {
		if list, ok := idle.body[field].([]any); !ok || len(list) != 0 {
			t.Errorf("%s: %v", field, idle.body[field])
		}
	}
}

// Users who like the same are alike; the user is not among them.
func TestSimilarUsers(t *testing.T) {
	f := fixed(t)
	got := f.get(t, "/v1/users/user-02/similar?n=9")
	isAnswer(t, f, got, "nearest")
	last := 2.0
	list := got.body["users"].([]any)
	for i, u := range list {
		var k int
		if _, err := fmt.Sscanf(at(u, "user_id").(string), "user-%d", &k); err != nil || k%4 != 2 || k == 2 {
			t.Errorf("place %d: %v", i+1, u)
		}
		score := at(u, "score").(float64)
		if at(u, "rank") != float64(i+1) || score > last || score < -1 || at(u, "segment_id") != "s3" {
			t.Errorf("place %d: %v", i+1, u)
		}
		last = score
	}
	if len(list) != 9 || got.body["n"] != 9.0 || got.body["score_kind"] != "cosine" {
		t.Error(got.raw)
	}
	if all := f.get(t, "/v1/users/user-02/similar?n=100"); len(all.body["users"].([]any)) > servetest.Users-1 {
		t.Error(all.raw)
	}
}
