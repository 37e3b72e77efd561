package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/serve/intake"
)

// kept is an Intake in memory, which fails with err if there is one and refuses the
// events with an id in refuse.
type kept struct {
	events []event.Event
	err    error
	refuse map[string]string // codes by id
}

func (k *kept) Append(_ context.Context, events []event.Event) ([]intake.Result, error) {
	if k.err != nil {
		return nil, k.err
	}
	results := make([]intake.Result, len(events))
	for i, e := range events {
		results[i] = intake.Result{ID: e.ID, Code: k.refuse[e.ID]}
	}
	k.events = append(k.events, events...)
	return results, nil
}

func keeping(t testing.TB) (*fixture, *kept) {
	t.Helper()
	k := &kept{refuse: map[string]string{}}
	return made(t, func(o *Options) { o.Intake = k }), k
}

func TestReport(t *testing.T) {
	f, k := keeping(t)
	k.refuse["again"], k.refuse["other"] = code.Duplicate, code.DuplicateConflict
	got := f.do(t, http.MethodPost, "/v1/events", `{"events":[
		{"user_id":"u","type":"view","item_id":"i","event_id":"new"},
		{"user_id":"u","type":"view","event_id":"bad"},
		{"user_id":"u","type":"view","item_id":"i","event_id":"again"},
		{"user_id":"u","type":"view","item_id":"i","event_id":"other"},
		{"type":"view","item_id":"i"},
		{"user_id":7,"type":"search"},
		{"user_id":"u","type":"view","item_id":"i","colour":"red"},
		{"user_id":"u","type":"view","item_id":"i","ts":"2026-03-01T12:01:00.001Z"},
		17,
		{"user_id":"u","type":"rating","item_id":"i","rating":6}
	]}`)
	isAnswer(t, f, got, "none")
	var lines []string
	for _, r := range got.body["rejected"].([]any) {
		lines = append(lines, fmt.Sprint(at(r, "line"), " ", or(at(r, "event_id"), "-"), " ", or(at(r, "field"), "-"), " ", at(r, "code")))
		if at(r, "detail") == "" {
			t.Errorf("says nothing: %v", r)
		}
	}
	want := []string{
		"2 bad /item_id missing", "4 other - duplicate_conflict", "5 - /user_id missing", "7 - /colour unknown",
		"8 - /ts out_of_range", "9 - - invalid", "10 - /rating out_of_range",
	}
	if diff := cmp.Diff(want, lines); diff != "" || got.body["accepted"] != 3.0 || got.body["duplicates"] != 1.0 {
		t.Errorf("%s %s", diff, got.raw)
	}
	if len(k.events) != 4 || k.events[3].UserID != "7" || k.events[0].ID != "new" {
		t.Errorf("%+v", k.events)
	}
}

func TestReportLimits(t *testing.T) {
	one := `{"user_id":"u","type":"view","item_id":"i"}`
	for name, c := range map[string]struct {
		body     string
		accepted float64 // -1 for a problem
		faults   []string
	}{
		"None":      {`{"events":[]}`, 0, nil},
		"One":       {`{"events":[` + one + `]}`, 1, nil},
		"Most":      {`{"events":[` + many(1000, one) + `]}`, 1000, nil},
		"TooMany":   {`{"events":[` + many(1001, one) + `]}`, -1, []string{"/events:too_long"}},
		"Absent":    {`{}`, -1, []string{"/events:missing"}},
		"Null":      {`{"events":null}`, -1, []string{"/events:missing"}},
		"NoList":    {`{"events":{}}`, -1, []string{"/events:invalid"}},
		"Elsewhere": {`{"events":[],"user_id":"u"}`, -1, []string{"/user_id:unknown"}},
		"IDs":       {`{"events":[{"user_id":"` + strings.Repeat("u", 256) + `","type":"view","item_id":"i"}]}`, 1, nil},
		"LongID":    {`{"events":[{"user_id":"` + strings.Repeat("u", 257) + `","type":"view","item_id":"i"}]}`, 0, nil},
		"OnlyBad":   {`{"events":[{}]}`, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f, k := keeping(t)
			got := f.do(t, http.MethodPost, "/v1/events", c.body)
			if c.accepted < 0 {
				isProblem(t, got, http.StatusBadRequest, "invalid_request")
				if diff := cmp.Diff(c.faults, got.faults()); diff != "" || len(k.events) > 0 {
					t.Error(diff, len(k.events))
				}
				return
			}
			isAnswer(t, f, got, "none")
			if got.body["accepted"] != c.accepted || len(k.events) != int(c.accepted) || got.body["rejected"] == nil {
				t.Errorf("%.300s, %d kept", got.raw, len(k.events))
			}
		})
	}
}

// many is a list of so many equal elements.
func many(n int, element string) string {
	return strings.TrimSuffix(strings.Repeat(element+",", n), ",")
}

func TestReportThatIsNotKept(t *testing.T) {
	secret := errors.New("/var/lib/curio: no space")
	for name, c := range map[string]struct {
		err    error
		status int
		code   string
		retry  string
	}{
		"Full":      {intake.ErrFull, 507, "event_log_full", ""},
		"Unknown":   {intake.ErrUnknown, 503, "outcome_unknown", "1"},
		"Write":     {intake.ErrWrite, 503, "event_log_failed", "1"},
		"Busy":      {intake.ErrBusy, 503, "event_log_busy", "1"},
		"Closed":    {intake.ErrClosed, 503, "event_log_busy", "1"},
		"Cancelled": {context.Canceled, 503, "event_log_busy", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			f, k := keeping(t)
			k.err = fmt.Errorf("%w: %w", c.err, secret)
			got := f.do(t, http.MethodPost, "/v1/events", `{"events":[{"user_id":"user-01","type":"view","item_id":"i"}]}`)
			isProblem(t, got, c.status, c.code)
			if got.header.Get("Retry-After") != c.retry || strings.Contains(got.raw, "/var/lib") {
				t.Errorf("retry after %q: %s", got.header.Get("Retry-After"), got.raw)
			}
			if log := f.log.String(); !strings.Contains(log, "/var/lib") || strings.Contains(log, "user-01") {
				t.Error(log)
			}
		})
	}
	f := fixed(t)
	isProblem(t, f.do(t, http.MethodPost, "/v1/events", `{"events":[]}`), 404, "no_event_log")
}

// What was reported counts in the answers that follow, without the duplicate that a
// request brings itself.
func TestRecentEventsCount(t *testing.T) {
	recent := []event.Event{
		{ID: "e1", UserID: "guest", ItemID: "law-02", Type: event.Complete, TS: event.Time(start.UnixMilli())},
		{ID: "e2", UserID: "guest", ItemID: "not-there", Type: event.View, TS: event.Time(start.UnixMilli())},
	}
	var asked []event.Time
	f := made(t, func(o *Options) {
		o.Recent = func(user string, after event.Time) []event.Event {
			if user != "guest" {
				return nil
			}
			asked = append(asked, after)
			return recent
		}
	})
	asOf := model(t).Engine.AsOf()
	for _, r := range []struct{ method, target, body, strategy string }{
		{"GET", "/v1/users/guest/recommendations", "", "session"},
		{"POST", "/v1/recommendations", `{"user_id":"guest"}`, "session"},
		{"POST", "/v1/rank", `{"user_id":"guest","items":["law-01"]}`, "session"},
		{"GET", "/v1/users/guest/items/law-01", "", "session"},
		{"GET", "/v1/users/guest/profile", "", "profile"},
		{"POST", "/v1/segments:assign", `{"user_id":"guest"}`, "segments"},
		{"POST", "/v1/recommendations:batch", `{"requests":[{"user_id":"guest"}]}`, "batch"},
	} {
		asked = nil
		got := f.do(t, r.method, r.target, r.body)
		isAnswer(t, f, got, r.strategy)
		ignored := got.body["ignored_events"]
		if r.strategy == "batch" {
			ignored = at(got.body["answers"].([]any)[0], "ignored_events")
		}
		if len(asked) != 1 || asked[0] != asOf || ignored != 1.0 {
			t.Errorf("%s %s: asked %v, %s", r.method, r.target, asked, got.raw)
		}
	}
	got := f.do(t, "POST", "/v1/recommendations", `{"user_id":"guest","events":[{"event_id":"e2","type":"view","item_id":"not-there"},{"event_id":"e3","type":"view","item_id":"nor-that"}]}`)
	if got.body["ignored_events"] != 2.0 {
		t.Errorf("e2 counts twice: %s", got.raw)
	}
	if fallback := f.get(t, "/v1/users/nobody/recommendations"); fallback.body["strategy"] != "fallback" {
		t.Error(fallback.raw)
	}
}
