package api

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"curio/artifacts/bundle"
	"curio/artifacts/registry"
	"curio/datasets/privacy"
	"curio/serve/identity"
	"curio/serve/live"
	"curio/serve/recommend"
	"curio/serve/servetest"
)

const (
	ourKey   = "3b0e7c51a8d94f26be1758f09c6a42d37f81e5046d9bc23aa5907e14fd6832cb"
	otherKey = "c4a90f6e28d1537bb0e86d42f91a3c757e2058bd4693fe1a0bd7c58236ef9041"
)

func key(t *testing.T, text string) *privacy.Pseudonymiser {
	t.Helper()
	p, err := privacy.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// pseudonymous is an API whose model knows its users by pseudonyms under ourKey.
func pseudonymous(t *testing.T, with *privacy.Pseudonymiser) *fixture {
	t.Helper()
	b, err := servetest.Pseudonymous("a", key(t, ourKey))
	if err != nil {
		t.Fatal(err)
	}
	art, err := bundle.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	f := empty()
	f.o.Names = identity.Names{Key: with}
	f.models.current.Store(&live.Model{
		Engine: recommend.New(art), LoadedAt: start.Add(-time.Minute),
		Pointer: registry.Pointer{Alias: "latest", Version: art.Version, Moved: start.Add(-time.Hour)},
	})
	return f
}

var userRequests = []struct{ method, target, body string }{
	{"GET", "/v1/users/user-07/recommendations?explain=true&strict=true", ""},
	{"GET", "/v1/users/user-07/segment", ""},
	{"POST", "/v1/recommendations", `{"user_id":"user-07","strict":true}`},
	{"POST", "/v1/recommendations", `{"user_id":"user-07","explain":true,"events":[{"type":"view","item_id":"law-02"}]}`},
	{"POST", "/v1/recommendations", `{"user_id":"a stranger"}`},
	{"GET", "/v1/users/user-07/recommendations?n=0", ""},
	{"GET", "/v1/users/a%20stranger/recommendations?strict=true", ""},
	{"GET", "/v1/users/user-idle/segment", ""},
	{"POST", "/v1/segments:assign", `{"user_id":"user-07"}`},
	{"POST", "/v1/segments:assign", `{"user_id":"a stranger","events":[{"type":"view","item_id":"law-02"}]}`},
}

// A model that knows pseudonyms answers, to the ids of users, what the same model
// answers that knows the ids; and neither answers nor logs tell the other id.
func TestPseudonymsAreNotSeen(t *testing.T) {
	plain, f := fixed(t), pseudonymous(t, key(t, ourKey))
	for _, r := range userRequests {
		want, got := plain.do(t, r.method, r.target, r.body), f.do(t, r.method, r.target, r.body)
		for _, name := range []string{"model_version", "request_id"} {
			delete(want.body, name)
			delete(got.body, name)
		}
		if diff := cmp.Diff(want.body, got.body); diff != "" || want.status != got.status {
			t.Errorf("%s: %d, want %d %s", r.target, got.status, want.status, diff)
		}
		if strings.Contains(got.raw, key(t, ourKey).User("user-07")) {
			t.Errorf("%s: the answer has the pseudonym: %s", r.target, got.raw)
		}
	}
	for _, secret := range []string{"user-07", "stranger", "user-idle", key(t, ourKey).User("user-07"), key(t, ourKey).User("a stranger")} {
		if strings.Contains(f.log.String(), secret) {
			t.Errorf("the log has %s: %s", secret, f.log)
		}
	}
	if r := f.get(t, "/v1/model"); r.body["model"].(map[string]any)["pseudonym_key_id"] != key(t, ourKey).KeyID() {
		t.Errorf("the key is not named: %s", r.raw)
	}
}

// Knowing a pseudonym does not let anybody ask for its user.
func TestPseudonymIsNoID(t *testing.T) {
	f := pseudonymous(t, key(t, ourKey))
	r := f.get(t, "/v1/users/"+url.PathEscape(key(t, ourKey).User("user-07"))+"/recommendations?strict=true")
	isProblem(t, r, 404, "unknown_user")
}

// Without the key nobody is taken for a stranger: questions about users have no
// answer, others do.
func TestWithoutTheKey(t *testing.T) {
	for name, with := range map[string]*privacy.Pseudonymiser{"none": nil, "another": key(t, otherKey)} {
		f := pseudonymous(t, with)
		for _, r := range userRequests {
			got := f.do(t, r.method, r.target, r.body)
			if strings.HasSuffix(r.target, "n=0") {
				isProblem(t, got, 400, "invalid_request")
				continue
			}
			isProblem(t, got, 503, "pseudonym_key")
			if detail := got.body["detail"].(string); !strings.Contains(detail, key(t, ourKey).KeyID()) || strings.Contains(detail, "user-07") {
				t.Errorf("%s: %s", name, detail)
			}
		}
		isAnswer(t, f, f.get(t, "/v1/items/code-01/similar"), "similar")
		isAnswer(t, f, f.get(t, "/v1/segments"), "segments")
		isAnswer(t, f, f.do(t, "POST", "/v1/recommendations", `{"events":[{"type":"view","item_id":"law-02"}]}`), "session")
	}
}

// A model that knows the ids answers to them, whether there is a key or not.
func TestKeyBesidePlainModel(t *testing.T) {
	f := fixed(t)
	f.o.Names = identity.Names{Key: key(t, ourKey)}
	isAnswer(t, f, f.get(t, "/v1/users/user-07/recommendations?strict=true"), "interest")
}

// Lists of users have the ids that the model has, and say when they are pseudonyms.
func TestListsShowPseudonyms(t *testing.T) {
	plain, f := fixed(t), pseudonymous(t, nil)
	for _, r := range []struct{ method, target, body string }{
		{"GET", "/v1/segments/s2/users", ""}, {"POST", "/v1/items/code-01/audience", `{"n":5,"segment":"s2"}`},
	} {
		var want []string
		own := plain.do(t, r.method, r.target, r.body)
		for _, id := range users(own) {
			want = append(want, key(t, ourKey).User(id))
		}
		got := f.do(t, r.method, r.target, r.body)
		sorted := cmpopts.SortSlices(func(a, b string) bool { return a < b }) // the order is that of the ids
		if diff := cmp.Diff(want, users(got), sorted); diff != "" || strings.Contains(got.raw, "user-") {
			t.Errorf("%s: %s", r.target, diff)
		}
		if got.body["pseudonym_key_id"] != key(t, ourKey).KeyID() || own.body["pseudonym_key_id"] != nil {
			t.Errorf("%s: %s", r.target, got.raw)
		}
	}
}
