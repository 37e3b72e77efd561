package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/serve/servetest"
)

func TestBatchLimits(t *testing.T) {
	f := fixed(t)
	one := `{"user_id":"user-01","n":1}`
	for n, ok := range map[int]bool{0: true, 1: true, 1000: true, 1001: false} {
		got := f.do(t, http.MethodPost, "/v1/recommendations:batch", `{"requests":[`+many(n, one)+`]}`)
		if !ok {
			isProblem(t, got, 400, "invalid_request")
			if diff := cmp.Diff([]string{"/requests:too_long"}, got.faults()); diff != "" {
				t.Errorf("%d: %s", n, diff)
			}
			continue
		}
		isAnswer(t, f, got, "batch")
		if answers, ok := got.body["answers"].([]any); !ok || len(answers) != n {
			t.Errorf("%d answers to %d requests", len(answers), n)
		}
	}
	for body, want := range map[string]string{`{}`: "/requests:missing", `{"requests":null}`: "/requests:missing", `{"requests":{}}`: "/requests:invalid", `{"requests":[1]}`: "/requests/0:invalid"} {
		got := f.do(t, http.MethodPost, "/v1/recommendations:batch", body)
		if diff := cmp.Diff([]string{want}, got.faults()); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

// Each answer of a batch is the one that its request alone has, in order.
func TestBatchAnswersAsOneByOne(t *testing.T) {
	f := fixed(t)
	var bodies []string
	for i := range 20 {
		bodies = append(bodies, fmt.Sprintf(`{"user_id":%q,"n":%d,"offset":%d,"explain":%t}`, servetest.UserID(i), 1+i%7, i%3, i%2 == 0))
	}
	bodies = append(bodies,
		`{"user_id":"nobody","n":3}`, `{"events":[{"type":"view","item_id":"law-02"},{"type":"view","item_id":"?"}],"n":4}`,
		`{"user_id":"user-05","explore":0.5,"seed":7,"promotions":[{"items":["math-02"],"share":0.5}]}`, `{"user_id":"user-05","filter":"category == 'law'"}`)
	got := f.do(t, http.MethodPost, "/v1/recommendations:batch", `{"requests":[`+strings.Join(bodies, ",")+`]}`)
	isAnswer(t, f, got, "batch")
	for i, a := range got.body["answers"].([]any) {
		alone := f.do(t, http.MethodPost, "/v1/recommendations", bodies[i])
		for _, field := range []string{"request_id", "model_version", "took_ms"} {
			delete(alone.body, field)
		}
		if diff := cmp.Diff(map[string]any(alone.body), a); diff != "" {
			t.Errorf("%s: %s", bodies[i], diff)
		}
	}
}

// A batch has an answer although some of its users are not known.
func TestBatchIsStrictByRequest(t *testing.T) {
	f := fixed(t)
	got := f.do(t, http.MethodPost, "/v1/recommendations:batch", `{"requests":[
		{"user_id":"nobody","strict":true,"n":3,"offset":2},{"user_id":"user-01","strict":true},{"user_id":"nobody"},{"user_id":"user-02","strict":true}]}`)
	isAnswer(t, f, got, "batch")
	var said []string
	for _, a := range got.body["answers"].([]any) {
		items := at(a, "items").([]any)
		said = append(said, fmt.Sprint(at(a, "user_id"), " ", at(a, "strategy"), " ", or(at(a, "problem"), "-"), " ", len(items)))
	}
	if diff := cmp.Diff([]string{"nobody none unknown_user 0", "user-01 interest - 10", "nobody fallback - 10", "user-02 interest - 10"}, said); diff != "" {
		t.Error(diff)
	}
	if a := got.body["answers"].([]any)[0]; at(a, "n") != 3.0 || at(a, "offset") != 2.0 {
		t.Error(a)
	}
}

// Every fault is named with its request.
func TestBatchNamesFaults(t *testing.T) {
	got := fixed(t).do(t, http.MethodPost, "/v1/recommendations:batch", `{"requests":[
		{"n":0},{},{"strict":true},{"price_min":2,"price_max":1,"events":[{"type":"view"}]},
		{"promotions":[{"items":["a"],"share":0.6},{"items":["b"],"share":0.6}]},{"boosts":[{}]}]}`)
	isProblem(t, got, 400, "invalid_request")
	want := []string{
		"/requests/0/n:out_of_range", "/requests/2/user_id:missing", "/requests/3/events/0/item_id:missing", "/requests/3/price_min:out_of_range",
		"/requests/4/promotions:out_of_range", "/requests/5/boosts/0/factor:missing",
	}
	if diff := cmp.Diff(want, got.faults()); diff != "" {
		t.Error(diff)
	}
}

// Nobody waits for the answer.
func TestBatchThatIsGivenUp(t *testing.T) {
	f := fixed(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/recommendations:batch", strings.NewReader(`{"requests":[`+many(100, `{"user_id":"user-01"}`)+`]}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	if w.Code != 503 || !strings.Contains(w.Body.String(), `"gave_up"`) {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
}
