package api

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/serve/guard"
)

// complete is an API that has every operation.
func complete(t testing.TB) *fixture {
	t.Helper()
	_, stock := stocked(t)
	return made(t, func(o *Options) {
		o.Registry, o.Intake = stock, &kept{}
		o.Recent = func(user string, _ event.Time) []event.Event {
			if user != "user-03" {
				return nil
			}
			return []event.Event{{ID: "recent", UserID: user, ItemID: "law-03", Type: event.View, TS: event.Time(start.UnixMilli())}}
		}
	})
}

// bodies are good ones by operation.
var bodies = map[string][]string{
	"recommendSession": {
		`{"user_id":"user-01","n":5,"offset":2,"domain":"course","category":"law","tags":["x"],"price_min":1,"price_max":90.5,"duration_min":0,"duration_max":3600,"exclude":["law-02"],"include_seen":true,"ignore_prerequisites":true,"explain":true,"strict":true}`,
		`{"filter":"price <= 20 and not (title startsWith 'x') and id in ['law-01','law-02']","diversity":0.5,"explore":0.25,"seed":7,"boosts":[{"factor":2,"category":"law"},{"factor":0.5,"filter":"difficulty > 2"}],"promotions":[{"items":["math-02","law-04"],"share":0.4}]}`,
		`{"events":[{"event_id":"e","ts":"2026-03-01T11:00:00Z","type":"purchase","item_id":"law-02","amount":12.5,"currency":"EUR","plan":"single","channel":"app"},{"type":"search"},{"type":"rating","item_id":"law-03","rating":"4.5"},{"type":"progress","item_id":7,"progress":1,"ts":1700000000,"seconds":60}]}`,
	},
	"recommendBatch": {`{"requests":[{"user_id":"user-01"},{"user_id":"nobody","strict":true},{"events":[{"type":"view","item_id":"law-02"}],"n":3}]}`},
	"rankItems":      {`{"user_id":"user-01","items":["law-01","code-05","?"],"rules":true,"explain":true,"events":[{"type":"view","item_id":"law-02"}]}`},
	"reportEvents":   {`{"events":[{"user_id":"user-01","event_id":"a","type":"view","item_id":"law-02"},{"type":"view"},3]}`},
	"assignSegment":  {`{"user_id":"user-01"}`, `{"features":{"sessions":3.5,"category=law":null}}`, `{"events":[{"type":"view","item_id":"law-02"}]}`},
	"itemAudience":   {`{"n":5,"segment":"s2"}`},
	"moveAlias":      {`{"version":"` + second + `","from":"` + first + `","why":"x"}`, `{"rollback":true}`},
}

// answered checks what holds of an answer to any request at all.
func answered(t *testing.T, f *fixture, h http.Handler, r *http.Request) {
	t.Helper()
	f.log.Reset()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	status := w.Code
	if status != 200 && (status < 400 || status >= 500) && status != 503 && status != 507 {
		t.Fatalf("status %d: %.300s", status, w.Body)
	}
	if log := f.log.String(); strings.Contains(log, "panic") || strings.Count(log, "\n") < 1 {
		t.Fatal(log)
	}
	if status == 200 && (IsPage(r.URL.Path) || r.URL.Path == "/openapi.json" || r.URL.Path == "/metrics") || strings.HasPrefix(w.Header().Get("Content-Type"), "text/") {
		return
	}
	want := "application/json; charset=utf-8"
	if status != 200 {
		want = "application/problem+json"
	}
	var body struct {
		Envelope
		Code, Type string
		Status     any // of the health routes a text
		Errors     []Fault
	}
	if kind := w.Header().Get("Content-Type"); kind != want {
		t.Fatalf("%d %s", status, kind)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%v: %.300s", err, w.Body)
	}
	id := w.Header().Get("X-Request-ID")
	if !saneToken(id) || body.RequestID != id || body.Strategy == "" || body.ModelVersion == "" || body.TookMS < 0 {
		t.Fatalf("envelope %+v", body.Envelope)
	}
	if (status != 200) != (body.Code != "") || status != 200 && (body.Status != float64(status) || body.Type != "urn:curio:problem:"+body.Code) ||
		(body.Code == "invalid_request") != (len(body.Errors) > 0) || len(body.Errors) > maxFaults {
		t.Fatalf("%d: %.300s", status, w.Body)
	}
}

// FuzzOperations asks every operation with any id, query and body.
func FuzzOperations(f *testing.F) {
	fix := complete(f)
	for i, o := range fix.operations {
		for _, query := range []string{"", "n=5&offset=1&explain=true&strict=1", "n=0&x=%zz&n=1;2", "filter=price%3C20&diversity=.5&explore=1&seed=3&tags=a&tags=b&exclude=law-01", "cursor=AAAA&limit=1000"} {
			for _, body := range append(bodies[o.id], "", "{}", "[1,{}]", `{"a":`, "\xff", "null") {
				f.Add(uint8(i), "user-01", "law-02", query, body)
			}
		}
		f.Add(uint8(i), "a/b%2f ..", "\x00é", "", "{}")
	}
	f.Fuzz(func(t *testing.T, which uint8, one, two, query, body string) {
		o := fix.operations[int(which)%len(fix.operations)]
		path := o.path
		for _, id := range []string{one, two} {
			if from := strings.IndexByte(path, '{'); from >= 0 {
				to := strings.IndexByte(path, '}')
				path = path[:from] + url.PathEscape(id) + path[to+1:]
			}
		}
		r := httptest.NewRequest(o.method, "http://h/", strings.NewReader(body))
		u, err := url.Parse("http://h" + path)
		if err != nil {
			t.Fatal(err)
		}
		u.RawQuery = query
		r.URL, r.RequestURI = u, path+"?"+query
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Request-ID", two)
		h := http.Handler(fix)
		if o.scope == guard.Admin {
			h = fix.Admin()
		}
		answered(t, fix, h, r)
	})
}

// FuzzRequestLine asks with any method, path and header that net/http lets through.
func FuzzRequestLine(f *testing.F) {
	fix := complete(f)
	for _, o := range fix.operations {
		f.Add(o.method+" "+o.path+" HTTP/1.1", "Content-Type: application/json; charset=latin1", "{}")
	}
	for _, line := range []string{
		"GET / HTTP/1.0", "BREW /v1/model HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT h:1 HTTP/1.1", "GET http://elsewhere/v1/model HTTP/1.1", "GET /v1/users/%2e%2e/recommendations HTTP/1.1",
		"GET /v1/users/a%2Fb/recommendations?n=%ff&%=&=& HTTP/1.1", "GET //v1///model/../x HTTP/1.1", "HEAD /v1/segments/s1/users?cursor=djEgMCAw HTTP/1.1", "GET /docs/../../etc/passwd HTTP/1.1", "GET /docs/%2e%2e%2f%2e%2e HTTP/1.1",
		"POST /v1/recommendations\\:batch HTTP/1.1", "POST /v1/recommendations%3Abatch HTTP/1.1", "GET /v1/users/%zz/profile HTTP/1.1", "GET /openapi.json?x=1 HTTP/1.1",
	} {
		f.Add(line, "X-Request-ID: x\r\nAuthorization: Bearer x\r\nContent-Type: text/plain", "x")
	}
	f.Fuzz(func(t *testing.T, line, header, body string) {
		raw := fmt.Sprintf("%s\r\nHost: h\r\nContent-Length: %d\r\n%s\r\n\r\n%s", line, len(body), header, body)
		for _, h := range []http.Handler{fix, fix.Admin()} {
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
			if err != nil {
				return // net/http answers that itself
			}
			if strings.HasPrefix(r.URL.Path, "/debug/") {
				return // profiles take their time
			}
			answered(t, fix, h, r)
		}
	})
}
