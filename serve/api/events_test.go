package api

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/datasets/event/eventtest"
)

func sessionEvents(t *testing.T, body string, latest event.Time) ([]event.Event, *faults) {
	t.Helper()
	var f faults
	if !checkJSON([]byte(body), &f) {
		t.Fatalf("%s: %v", body, f.list)
	}
	o, _ := readObject([]byte(body), "", &f, []string{"events"})
	f.latest = latest
	var events Events
	events.read(o, "events")
	return events, &f
}

// Every case of eventtest is read as the log readers read it.
func TestEventsMeanWhatTheyMeanInALog(t *testing.T) {
	for _, c := range eventtest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			got, f := sessionEvents(t, `{"events":[{`+c.Fields+`}]}`, eventtest.Now)
			switch {
			case c.Refused == "":
				if diff := cmp.Diff([]event.Event{c.Want}, got); diff != "" || f.problem() != nil {
					t.Errorf("%s: %v %s", c.Fields, f.list, diff)
				}
			case len(f.list) != 1 || f.list[0].Pointer != "/events/0/"+c.Refused:
				t.Errorf("%s: faults %+v, want one about %s", c.Fields, f.list, c.Refused)
			}
		})
	}
}

func TestEventsOfTheFuture(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for ts, want := range map[string][]string{
		"2026-03-01T12:00:00Z":     nil,
		"2026-03-01T12:00:59.999Z": nil,
		"2026-03-01T12:01:00Z":     nil,
		"2026-03-01T12:01:00.001Z": {"/events/0/ts:out_of_range"},
		"2999-01-01":               {"/events/0/ts:out_of_range"},
	} {
		_, f := sessionEvents(t, `{"events":[{"type":"view","item_id":"i","ts":"`+ts+`"}]}`, latestAt(now))
		if diff := cmp.Diff(want, codes(f)); diff != "" {
			t.Errorf("%s: %s", ts, diff)
		}
	}
}

func TestSessionRefusesEventsOfTheFuture(t *testing.T) {
	f := fixed(t)
	for ts, want := range map[string][]string{
		"2026-03-01T12:01:00Z":     nil,
		"2026-03-01T12:01:00.001Z": {"/events/0/ts:out_of_range"},
	} {
		r := f.do(t, http.MethodPost, "/v1/recommendations", `{"events":[{"type":"view","item_id":"i","ts":"`+ts+`"}]}`)
		if diff := cmp.Diff(want, r.faults()); diff != "" {
			t.Errorf("%s: %s", ts, diff)
		}
	}
}
