package api

import (
	"fmt"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/serve/servetest"
)

func (f *fixture) assign(t testing.TB, body string) reply {
	t.Helper()
	return f.do(t, http.MethodPost, "/v1/segments:assign", body)
}

// shares returns the memberships of an answer and their sum.
func (r reply) shares() (ids []string, sum float64) {
	list, _ := r.body["memberships"].([]any)
	for _, m := range list {
		m := m.(map[string]any)
		ids = append(ids, m["segment_id"].(string))
		sum += m["probability"].(float64)
	}
	return ids, sum
}

func segmentID(r reply) any {
	s, _ := r.body["segment"].(map[string]any)
	return s["id"]
}

func TestUserSegmentHasAllMemberships(t *testing.T) {
	r := fixed(t).get(t, "/v1/users/user-01/segment")
	ids, sum := r.shares()
	if diff := cmp.Diff([]string{"s1", "s2", "s3", "s4"}, ids); diff != "" || math.Abs(sum-1) > 1e-9 {
		t.Errorf("sum %v %s", sum, diff)
	}
	second := r.body["memberships"].([]any)[1].(map[string]any)
	if second["probability"] != r.body["probability"] {
		t.Errorf("%s", r.raw)
	}
}

func TestAssignSegment(t *testing.T) {
	f := fixed(t)
	for name, c := range map[string]struct{ body, want string }{
		"Known":    {`{"user_id":"user-01"}`, "s2"},
		"Events":   {`{"events":[{"type":"watch","item_id":"law-02","seconds":600}]}`, "s3"},
		"Stranger": {`{"user_id":"nobody","events":[{"type":"like","item_id":"art-02"}]}`, "s1"},
		"Idle":     {`{"user_id":"` + servetest.Idle + `","events":[{"type":"like","item_id":"math-02"}]}`, "s4"},
		"Moved": {`{"user_id":"user-01","events":[` + strings.TrimSuffix(strings.Repeat(`{"type":"purchase","item_id":"law-02"},{"type":"share","item_id":"law-03"},`, 9), ",") +
			`,{"type":"complete","item_id":"law-04"},{"type":"complete","item_id":"law-05"},{"type":"complete","item_id":"law-06"}]}`, "s3"},
		"EventsNull": {`{"user_id":"user-01","events":null,"features":null}`, "s2"},
	} {
		r := f.assign(t, c.body)
		isAnswer(t, f, r, "segments")
		if ids, sum := r.shares(); segmentID(r) != c.want || len(ids) != 4 || math.Abs(sum-1) > 1e-9 || r.body["runner_up"] == "" {
			t.Errorf("%s: %s", name, r.raw)
		}
	}
	// A known user without new events is as GET has it, but for the request's id.
	got, want := f.assign(t, `{"user_id":"user-01"}`), f.get(t, "/v1/users/user-01/segment")
	delete(got.body, "request_id")
	delete(want.body, "request_id")
	if diff := cmp.Diff(want.body, got.body); diff != "" {
		t.Error(diff)
	}
	if r := f.assign(t, `{"events":[{"type":"view","item_id":"law-02"},{"type":"view","item_id":"nowhere"}]}`); r.body["ignored_events"] != 1.0 || strings.Contains(r.raw, "user_id") {
		t.Errorf("%s", r.raw)
	}
}

func TestAssignByFeatures(t *testing.T) {
	f := fixed(t)
	names := f.models.Current().Engine.SegmentFeatures()
	for i, want := range []string{"s1", "s2", "s3", "s4"} {
		name := ""
		for _, n := range names {
			if strings.HasSuffix(n, "="+servetest.Categories[i]) {
				name = n
			}
		}
		r := f.assign(t, fmt.Sprintf(`{"features":{%q:1}}`, name))
		isAnswer(t, f, r, "segments")
		if segmentID(r) != want || !(r.body["probability"].(float64) > 0.9) {
			t.Errorf("%s: %s", name, r.raw)
		}
	}
	for value, want := range map[string][]string{
		"1e9": nil, "-1e9": nil, "1.0000001e9": {"/features/" + names[0] + ":out_of_range"}, "1e999": {"/features/" + names[0] + ":out_of_range"},
		`"1"`: {"/features/" + names[0] + ":invalid", "/features:missing"}, "null": {"/features:missing"},
	} {
		r := f.assign(t, fmt.Sprintf(`{"features":{%q:%s}}`, names[0], value))
		if want == nil {
			isAnswer(t, f, r, "segments")
			continue
		}
		if !strings.HasPrefix(r.faults()[0], want[0]) {
			t.Errorf("%s: %v, want %v", value, r.faults(), want)
		}
	}
}

func TestFeaturesLeftOutAreUnknown(t *testing.T) {
	var f faults
	var body AssignBody
	readInto(reflect.ValueOf(&body).Elem(), []byte(`{"features":{"b":2,"c":null}}`), &f)
	v := body.Features.order([]string{"a", "b", "c"}, &f)
	if len(v) != 3 || v[0] == v[0] || v[1] != 2 || v[2] == v[2] || f.problem() != nil {
		t.Errorf("%v %v", v, f.list)
	}
}

func TestAssignRefuses(t *testing.T) {
	f := fixed(t)
	for body, want := range map[string][]string{
		`{}`:                                 {":missing"},
		`{"events":[]}`:                      {":missing"},
		`{"user_id":""}`:                     {"/user_id:missing"},
		`{"features":{}}`:                    {"/features:missing"},
		`{"features":[]}`:                    {"/features:invalid"},
		`{"features":{"x":1}}`:               {"/features/x:unknown"},
		`{"user_id":"u","features":{"x":1}}`: {"/features:invalid"},
		`{"events":[{"type":"glance","item_id":"i"}],"n":5}`: {"/n:unknown", "/events/0/type:invalid"},
		`[]`: {":invalid"}, `{`: {":invalid"},
	} {
		r := f.assign(t, body)
		isProblem(t, r, http.StatusBadRequest, "invalid_request")
		if diff := cmp.Diff(want, r.faults()); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
	isProblem(t, f.assign(t, `{"user_id":"nobody"}`), http.StatusNotFound, "unknown_user")
	isProblem(t, f.assign(t, `{"user_id":"`+servetest.Idle+`"}`), http.StatusNotFound, "no_segment")
	isProblem(t, f.do(t, http.MethodPost, "/v1/segments:assign?n=1", `{"user_id":"user-01"}`), http.StatusBadRequest, "invalid_request")
	isProblem(t, f.do(t, http.MethodPost, "/v1/segments:assign", `{}`, "Content-Type", "text/plain"), http.StatusUnsupportedMediaType, "unsupported_media_type")
}

// The colon of the path is a colon and begins no parameter.
func TestAssignIsOnePath(t *testing.T) {
	f := fixed(t)
	for _, path := range []string{"/v1/segmentsassign", "/v1/segments:other", "/v1/segments:", "/v1/segments%3Aassign/", "/v1/segmentsx"} {
		if r := f.do(t, http.MethodPost, path, `{"user_id":"user-01"}`); r.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.status)
		}
	}
	r := f.get(t, "/v1/segments:assign")
	isProblem(t, r, http.StatusMethodNotAllowed, "method_not_allowed")
	if allow := r.header.Get("Allow"); allow != "POST" {
		t.Errorf("allow %q", allow)
	}
	f.assign(t, `{"user_id":"user-01"}`)
	if !strings.Contains(f.log.String(), `route="POST /v1/segments:assign"`) {
		t.Error(f.log)
	}
}

func FuzzAssign(f *testing.F) {
	for _, seed := range []string{
		`{"user_id":"user-01"}`, `{"events":[{"type":"view","item_id":"law-02"}]}`, `{"features":{"0 x":1}}`, `{"features":{"a":{"b":[]}}}`, `{`, `{"features":1e999}`,
	} {
		f.Add([]byte(seed))
	}
	known := []string{"0 x", "1 y"}
	f.Fuzz(func(t *testing.T, body []byte) {
		var f faults
		var in AssignBody
		readInto(reflect.ValueOf(&in).Elem(), body, &f)
		features := in.Features.order(known, &f)
		if f.problem() != nil {
			return
		}
		if features != nil && len(features) != len(known) {
			t.Errorf("accepted %s as %+v", body, in)
		}
		for _, v := range features {
			if v < -maxFeature || v > maxFeature {
				t.Errorf("feature %v", v)
			}
		}
	})
}
