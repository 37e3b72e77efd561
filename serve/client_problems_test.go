package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/serve/client"
	"curio/serve/servetest"
)

// refusedWith checks that an error is a problem with a status and code.
func refusedWith(t *testing.T, err error, status int64, code string) *client.Problem {
	t.Helper()
	var p *client.Problem
	if !errors.As(err, &p) {
		t.Fatalf("%v, want %d %s", err, status, code)
	}
	if p.Status != status || p.Code != code || p.RequestID == "" || p.Type != "urn:curio:problem:"+code || p.Title == "" || p.Detail == "" {
		t.Errorf("%+v, want %d %s", p, status, code)
	}
	return p
}

func TestClientHearsOfProblems(t *testing.T) {
	s, _, _ := shelved(t)
	c, ctx := s.asking(t, ""), t.Context()
	_, err := c.RecommendUser(ctx, "u", client.RecommendUserQuery{N: 101, Offset: -1, Filter: "price <"})
	p := refusedWith(t, err, 400, "invalid_request")
	var faults []string
	for _, f := range p.Errors {
		faults = append(faults, f.In+" "+f.Name+" "+f.Code)
	}
	if diff := cmp.Diff([]string{"query n out_of_range", "query offset out_of_range", "query filter invalid"}, faults); diff != "" {
		t.Error(diff)
	}
	_, err = c.RankItems(ctx, nil)
	refusedWith(t, err, 400, "invalid_request")
	_, err = c.UserProfile(ctx, "nobody", client.UserProfileQuery{})
	refusedWith(t, err, 404, "unknown_user")
	_, err = c.ScoreItem(ctx, "user-01", "nothing", client.ScoreItemQuery{})
	refusedWith(t, err, 404, "unknown_item")
	_, err = c.ShowVersion(ctx, "no-version")
	refusedWith(t, err, 404, "not_stored")
	_, err = c.SegmentUsers(ctx, "s1", client.SegmentUsersQuery{Cursor: "x"})
	refusedWith(t, err, 400, "invalid_request")
	_, err = c.ItemAudience(ctx, servetest.Unavailable, &client.AudienceBody{})
	refusedWith(t, err, 409, "item_unavailable")
	_, err = c.ReportEvents(ctx, &client.ReportBody{Events: []client.ReportEvent{}})
	refusedWith(t, err, 404, "no_event_log")
	_, err = c.RecommendSession(ctx, &client.RecommendBody{Exclude: slices.Repeat([]string{strings.Repeat("x", 250)}, 5000)})
	refusedWith(t, err, 413, "body_too_large")
	_, err = c.RecommendUser(ctx, "u", client.RecommendUserQuery{Exclude: slices.Repeat([]string{strings.Repeat("x", 250)}, 40)})
	refusedWith(t, err, 414, "url_too_long")
}

// answer sends a request without the client and returns the answer, its body read.
func (s *server) answer(t *testing.T, method, url, body string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(got.Body)
	got.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	got.Body = io.NopCloser(bytes.NewReader(data))
	return got
}

// Whatever is wrong is told in one form, on both sides.
func TestProblemsEverywhere(t *testing.T) {
	s, _, _ := shelved(t, "--hosts", "127.0.0.1")
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		status             int
		code               string
	}{
		"NoRoute":     {"GET", "/v2", "", nil, 404, "no_such_route"},
		"NoMethod":    {"DELETE", "/v1/model", "", nil, 405, "method_not_allowed"},
		"OwnMethod":   {"BREW", "/v1/model", "", nil, 405, "method_not_allowed"},
		"MediaType":   {"POST", "/v1/rank", "{}", []string{"Content-Type", "text/plain"}, 415, "unsupported_media_type"},
		"Malformed":   {"POST", "/v1/rank", "{", []string{"Content-Type", "application/json"}, 400, "invalid_request"},
		"NotUTF8":     {"POST", "/v1/rank", "\"\xff\"", []string{"Content-Type", "application/json"}, 400, "body_not_utf8"},
		"TooLarge":    {"POST", "/v1/rank", strings.Repeat(" ", 1<<20+1), []string{"Content-Type", "application/json"}, 413, "body_too_large"},
		"LongURL":     {"GET", "/v1/model?" + strings.Repeat("x", 8<<10), "", nil, 414, "url_too_long"},
		"HalfEscaped": {"GET", "/v1/users/%ff/profile", "", nil, 400, "invalid_request"},
		"OtherSite":   {"POST", "/v1/rank", "{}", []string{"Content-Type", "application/json", "Sec-Fetch-Site", "cross-site"}, 403, "origin_refused"},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.answer(t, c.method, s.url+c.path, c.body, append(c.header, "X-Request-ID", "r-"+name)...)
			data, err := io.ReadAll(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			if r.StatusCode != c.status || r.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(string(data), `"code":"`+c.code+`"`) || !strings.Contains(string(data), `"request_id":"r-`+name+`"`) {
				t.Errorf("%d %s %.300s, want %d %s", r.StatusCode, r.Header.Get("Content-Type"), data, c.status, c.code)
			}
		})
	}
	for _, path := range []string{"/", "/v1/model", "/debug", "/metrics/"} {
		if r := s.answer(t, "GET", s.admin+path, ""); r.StatusCode != 404 || r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
}

// What is no request that a handler could answer is answered by net/http, in plain text,
// and the connection closed.
func TestWhatIsNoRequest(t *testing.T) {
	s, _, _ := shelved(t)
	for name, c := range map[string]struct {
		text   string
		status string
	}{
		"NoHTTP":       {"hello\r\n\r\n", "400"},
		"NoHost":       {"GET /v1/model HTTP/1.1\r\n\r\n", "400"},
		"BadHeader":    {"GET /v1/model HTTP/1.1\r\nHost: h\r\na b: c\r\n\r\n", "400"},
		"TwoLengths":   {"POST /v1/rank HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "400"},
		"NextVersion":  {"GET /v1/model HTTP/3.0\r\nHost: h\r\n\r\n", "505"},
		"LargeHeaders": {"GET /v1/model HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("x", 32<<10) + "\r\n\r\n", "431"},
		"Encoding":     {"POST /v1/rank HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "501"},
	} {
		got := s.raw(t, c.text)
		head, body, _ := strings.Cut(got, "\r\n\r\n")
		if !strings.HasPrefix(head, "HTTP/1.1 "+c.status+" ") || !strings.Contains(head, "Connection: close") || len(body) > 200 || strings.Contains(body, "goroutine") {
			t.Errorf("%s: %.300q", name, got)
		}
	}
	// These are: their answers are those of the API.
	for name, text := range map[string]string{
		"Everything": "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
		"Proxy":      "GET http://127.0.0.1/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
		"OldVersion": "GET /nothing HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n",
	} {
		if got := s.raw(t, text); !strings.Contains(got, "application/problem+json") {
			t.Errorf("%s: %.300q", name, got)
		}
	}
}

// raw sends text over a connection of its own and returns what comes back.
func (s *server) raw(t *testing.T, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	data, _ := io.ReadAll(c) // what came before a reset counts
	return string(data)
}
