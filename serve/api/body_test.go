package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/serve/recommend"
)

// readRequest reads the body of POST /v1/recommendations.
func readRequest(body []byte, latest event.Time, f *faults) (recommend.Request, bool) {
	f.latest = latest
	var b RecommendBody
	readInto(reflect.ValueOf(&b).Elem(), body, f)
	return b.request(&call{}), b.Strict
}

func TestBodyFaults(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"OK":            {`{"n": 5, "explain": true, "user_id": "u", "category": null}`, nil},
		"Empty":         {`{}`, nil},
		"NoObject":      {`[]`, []string{":invalid"}},
		"Nothing":       {``, []string{":invalid"}},
		"Truncated":     {`{"n": 5`, []string{":invalid"}},
		"Malformed":     {`{"n": }`, []string{":invalid"}},
		"Trailing":      {`{} {}`, []string{":invalid"}},
		"Unknown":       {`{"colour": 1, "shape/~": 2}`, []string{"/colour:unknown", "/shape~1~0:unknown"}},
		"CaseMatters":   {`{"N": 5}`, []string{"/N:unknown"}},
		"Repeated":      {`{"n": 5, "n": 6}`, []string{"/n:repeated"}},
		"Types":         {`{"n": "5", "explain": 1, "user_id": 7, "category": []}`, []string{"/user_id:invalid", "/n:invalid", "/category:invalid", "/explain:invalid"}},
		"Fraction":      {`{"n": 1.5}`, []string{"/n:invalid"}},
		"NBelow":        {`{"n": 0}`, []string{"/n:out_of_range"}},
		"NAbove":        {`{"n": 101}`, []string{"/n:out_of_range"}},
		"NHuge":         {`{"n": 1e999}`, []string{"/n:out_of_range"}},
		"UserEmpty":     {`{"user_id": ""}`, []string{"/user_id:missing"}},
		"UserControl":   {`{"user_id": "a\u0000"}`, []string{"/user_id:invalid"}},
		"EventsNoList":  {`{"events": {}}`, []string{"/events:invalid"}},
		"EventNoObject": {`{"events": [1, "x"]}`, []string{"/events/0:invalid", "/events/1:invalid"}},
		"EventMissing":  {`{"events": [{}]}`, []string{"/events/0/type:missing"}},
		"EventItem":     {`{"events": [{"type": "view"}, {"type": "search"}]}`, []string{"/events/0/item_id:missing"}},
		"EventType":     {`{"events": [{"type": "glance", "item_id": "i"}]}`, []string{"/events/0/type:invalid"}},
		"EventUnknown":  {`{"events": [{"type": "view", "item_id": "i", "user_id": "u"}]}`, []string{"/events/0/user_id:unknown"}},
		"RatingMissing": {`{"events": [{"type": "rating", "item_id": "i"}]}`, []string{"/events/0/rating:missing"}},
		"ProgressNone":  {`{"events": [{"type": "progress", "item_id": "i"}]}`, []string{"/events/0/progress:missing"}},
		"Ranges":        {`{"events": [{"type": "view", "item_id": "i", "rating": 0.99, "progress": 1.01, "seconds": -1}]}`, []string{"/events/0/seconds:out_of_range", "/events/0/progress:out_of_range", "/events/0/rating:out_of_range"}},
		"Currency":      {`{"events": [{"type": "purchase", "item_id": "i", "amount": 1, "currency": "money"}, {"type": "purchase", "item_id": "i", "amount": 1}]}`, []string{"/events/0/currency:invalid", "/events/1/currency:missing"}},
		"Amount":        {`{"events": [{"type": "purchase", "item_id": "i", "amount": 1.005, "currency": "CNY"}, {"type": "purchase", "item_id": "i", "amount": 1.0050, "currency": "KWD"}, {"type": "purchase", "item_id": "i", "amount": 1.00, "currency": "JPY"}]}`, []string{"/events/0/amount:invalid"}},
		"Times":         {`{"events": [{"type": "view", "item_id": "i", "ts": "yesterday"}, {"type": "view", "item_id": "i", "ts": 0}, {"type": "view", "item_id": "i", "ts": true}]}`, []string{"/events/0/ts:invalid", "/events/1/ts:out_of_range", "/events/2/ts:invalid"}},
		"Digits":        {`{"events": [{"type": "view", "item_id": "i", "seconds": 1.` + strings.Repeat("0", 100) + `}]}`, nil},
		"Exponent":      {`{"events": [{"type": "view", "item_id": "i", "seconds": 1e-400}]}`, nil},
		"ExponentAbove": {`{"events": [{"type": "view", "item_id": "i", "seconds": 1e400}]}`, []string{"/events/0/seconds:out_of_range"}},
	} {
		t.Run(name, func(t *testing.T) {
			var f faults
			readRequest([]byte(c.body), 0, &f)
			if diff := cmp.Diff(c.want, codes(&f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBodyEventLimit(t *testing.T) {
	for _, n := range []int{MaxEvents - 1, MaxEvents, MaxEvents + 1} {
		rows := strings.TrimSuffix(strings.Repeat(`{"type":"view","item_id":"i"},`, n), ",")
		var f faults
		r, _ := readRequest([]byte(`{"events":[`+rows+`]}`), 0, &f)
		if n <= MaxEvents && (len(r.Events) != n || f.problem() != nil) {
			t.Errorf("%d events: %d read, %v", n, len(r.Events), f.list)
		}
		if n > MaxEvents && !cmp.Equal(codes(&f), []string{"/events:too_long"}) {
			t.Errorf("%d events: %v", n, f.list)
		}
	}
}

// The units are those of the canonical log: seconds, shares, stars and major
// units of money become integers, to the nearest one and halves away from zero.
func TestBodyEventValues(t *testing.T) {
	for row, want := range map[string]event.Event{
		`"type":"watch","seconds":1.2345,"ts":1700000000`:                    {Type: event.Watch, TS: 1700000000000, Watched: 1235, Has: event.HasWatched},
		`"type":"watch","seconds":1.2344999,"ts":1700000000.5`:               {Type: event.Watch, TS: 1700000000500, Watched: 1234, Has: event.HasWatched},
		`"type":"progress","progress":0.12345,"ts":1700000000001`:            {Type: event.Progress, TS: 1700000000001, Progress: 1235, Has: event.HasProgress},
		`"type":"progress","progress":1,"ts":"2023-11-14T22:13:20Z"`:         {Type: event.Progress, TS: 1700000000000, Progress: 10000, Has: event.HasProgress},
		`"type":"rating","rating":4.005,"ts":"2023-11-15"`:                   {Type: event.Rating, TS: 1700006400000, Rating: 401, Has: event.HasRating},
		`"type":"purchase","amount":19.99,"currency":"cny","plan":"single"`:  {Type: event.Purchase, Amount: 1999, Currency: "CNY", Plan: "single", Has: event.HasAmount},
		`"type":"purchase","amount":1500,"currency":"JPY","channel":"app"`:   {Type: event.Purchase, Amount: 1500, Currency: "JPY", Channel: "app", Has: event.HasAmount},
		`"type":"purchase","amount":1.5,"currency":"KWD","event_id":"e"`:     {ID: "e", Type: event.Purchase, Amount: 1500, Currency: "KWD", Has: event.HasAmount},
		`"type":"view","ts":1700000000.1239`:                                 {Type: event.View, TS: 1700000000123},
		`"type":"view","ts":1.7e9`:                                           {Type: event.View, TS: 1700000000000},
		`"type":"watch","seconds":0.0005`:                                    {Type: event.Watch, Watched: 1, Has: event.HasWatched},
		`"type":"watch","seconds":0.00049`:                                   {Type: event.Watch, Watched: 0, Has: event.HasWatched},
		`"type":"watch","seconds":5e-4`:                                      {Type: event.Watch, Watched: 1, Has: event.HasWatched},
		`"type":"watch","seconds":1e9`:                                       {Type: event.Watch, Watched: 1e12, Has: event.HasWatched},
		`"type":"watch","seconds":-0.0`:                                      {Type: event.Watch, Watched: 0, Has: event.HasWatched},
		`"type":"view","ts":null,"seconds":null,"rating":null,"amount":null`: {Type: event.View},
	} {
		var f faults
		r, _ := readRequest(fmt.Appendf(nil, `{"events":[{"item_id":"i",%s}]}`, row), 0, &f)
		if f.problem() != nil || len(r.Events) != 1 {
			t.Errorf("%s: %v", row, f.list)
			continue
		}
		want.ItemID = "i"
		if diff := cmp.Diff(want, r.Events[0]); diff != "" {
			t.Errorf("%s: %s", row, diff)
		}
	}
}

// Brackets, quotes and escapes inside strings do not end anything.
func TestBodyStrings(t *testing.T) {
	var f faults
	r, _ := readRequest([]byte(`{ "user_id" : "a\"}b\\" , "events":[ {"type":"view","item_id":"]},{\"","plan":"\u8bfe\/"} , {"\u0074ype":"view","item_id":"i"}],"category":"c" }`), 0, &f)
	if f.problem() != nil {
		t.Fatal(f.list)
	}
	want := recommend.Request{User: `a"}b\`, N: 10, Filter: recommend.Filter{Category: "c"}, Events: []event.Event{
		{Type: event.View, ItemID: `]},{"`, Plan: "课/"}, {Type: event.View, ItemID: "i"}}}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}

func TestBodyDropsRepeatedEvents(t *testing.T) {
	var f faults
	r, _ := readRequest([]byte(`{"events":[{"event_id":"a","type":"view","item_id":"i"},{"event_id":"a","type":"view","item_id":"j"},{"type":"view","item_id":"k"},{"type":"view","item_id":"k"}]}`), 0, &f)
	if len(r.Events) != 3 || r.Events[0].ItemID != "i" {
		t.Errorf("%+v", r.Events)
	}
}

func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"n":5,"events":[{"type":"view","item_id":"i","ts":1}]}`, `{"events":[{"amount":1e9,"currency":"JPY","type":"purchase","item_id":"x"}]}`,
		`{"a":{"b":[[[[]]]]}}`, "{\"\xff\":1}", `{"n":1e400}`, `{"events":[{"seconds":1e-99999}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var f faults
		r, _ := readRequest(body, 0, &f)
		if f.problem() != nil {
			return
		}
		if !json.Valid(body) {
			t.Error("accepted what is not JSON")
		}
		if r.N < 1 || r.N > 100 || r.Offset < 0 || r.Offset > 10_000 || len(r.Events) > MaxEvents {
			t.Errorf("out of bounds: n %d, offset %d, %d events", r.N, r.Offset, len(r.Events))
		}
		for i := range r.Events {
			e := &r.Events[i]
			if e.Type == 0 || e.Rating < 0 || e.Rating > 500 || e.Progress < 0 || e.Progress > 10000 || e.Watched < 0 || e.Amount < 0 || e.TS < 0 {
				t.Errorf("event %+v", e)
			}
		}
	})
}
