package eventlog

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"curio/datasets/event"
	"curio/datasets/event/field"
)

// seeds are one table in both formats.
func seed(f *testing.F, jsonl, csv string) {
	f.Helper()
	f.Add([]byte(jsonl), []byte(csv))
	f.Add([]byte(strings.ReplaceAll(jsonl, "\n", "\r\n")), []byte(strings.ReplaceAll(csv, ",", ";")))
	f.Add([]byte(jsonl[:len(jsonl)/2]), []byte(csv[:len(csv)/2]))
	f.Add([]byte("\xff\x00\n{}\n[]\n\"\n"), []byte("\xff,\"\n\"\"\"\n,\n"))
}

func checkRejects(t *testing.T, rejects []event.Reject) {
	t.Helper()
	for _, r := range rejects {
		if r.File == "" || r.Code == "" || r.Message == "" || r.Line < 1 {
			t.Errorf("incomplete reject %+v", r)
		}
		if !utf8.ValidString(r.Value) || len(r.Value) > 3*maxShown {
			t.Errorf("value of %d bytes: %q", len(r.Value), r.Value)
		}
	}
}

func FuzzEvents(f *testing.F) {
	seed(f, jsonEvents, csvEvents)
	f.Add([]byte(`{"ts":1e3,"user_id":"\ud800","item_id":"\u00e9","type":"view","rating":-0.0}`), []byte("ts,user_id,type\n1,\"a\"\"b\",search"))
	f.Fuzz(func(t *testing.T, jsonl, csv []byte) {
		for name, content := range map[string][]byte{"events.jsonl": jsonl, "events.csv": csv} {
			s := mustOpen(t, fsOf(map[string]string{name: string(content)}), Options{Now: now, MaxLine: 1 << 12})
			d := readAll(t, s)
			checkRejects(t, d.Rejects)
			if max := strings.Count(string(content), "\n") + 1; len(d.Events)+len(d.Rejects) > max {
				t.Errorf("%d events and %d rejects out of %d lines", len(d.Events), len(d.Rejects), max)
			}
			for _, e := range d.Events {
				checkEvent(t, &e)
			}
		}
	})
}

// checkEvent asserts what package event says of an event.
func checkEvent(t *testing.T, e *event.Event) {
	t.Helper()
	for _, id := range []string{e.ID, e.UserID, e.ItemID} {
		if fault := field.ID(id, 256); fault != "" {
			t.Errorf("id %q: %s", id, fault)
		}
	}
	if e.UserID == "" || e.ItemID == "" && e.Type != event.Search || e.Type == 0 || int(e.Type) >= event.Types {
		t.Errorf("incomplete event %+v", e)
	}
	if e.TS <= 0 || e.TS > now || e.ReceivedAt < 0 || e.ReceivedAt > now {
		t.Errorf("times of %+v", e)
	}
	rated, scored := e.Has&event.HasRating != 0, e.Has&event.HasProgress != 0
	if rated && (e.Rating < 100 || e.Rating > 500) || e.Progress < 0 || e.Progress > 10000 || e.Watched < 0 || e.Amount < 0 {
		t.Errorf("values of %+v", e)
	}
	if e.Type == event.Rating && !rated || e.Type == event.Progress && !scored || e.Amount > 0 && e.Currency == "" {
		t.Errorf("event without what its type needs: %+v", e)
	}
}

func FuzzCatalogue(f *testing.F) {
	seed(f,
		`{"user_id":"u1","age":34,"consent":["a"],"signup_ts":"2026-03-01"}
{"item_id":"c1","tags":"a|b","difficulty":"advanced","price":4.99,"currency":"USD","available":false,"prerequisites":["c0"]}
{"partner_id":"p1","tags":[]}
{"ts":1772359200,"topic":"x","value":-1e-3}
`,
		"user_id,item_id,partner_id,ts,topic,value,tags,price,currency,difficulty,consent,age\nu,c,p,1,x,2,a|b,1.5,KWD,beginner,,7\n")
	f.Fuzz(func(t *testing.T, jsonl, csv []byte) {
		s := mustOpen(t, fsOf(map[string]string{
			"events.jsonl": "",
			"users.jsonl":  string(jsonl), "items.jsonl": string(jsonl), "partners.jsonl": string(jsonl), "trends.jsonl": string(jsonl),
			"users.csv": string(csv), "items.csv": string(csv), "partners.csv": string(csv), "trends.csv": string(csv),
		}), Options{Now: now, MaxLine: 1 << 12})
		var rejects []event.Reject
		c, err := s.Catalogue(context.Background(), func(r event.Reject) { rejects = append(rejects, r) })
		if err != nil {
			t.Fatal(err)
		}
		checkRejects(t, rejects)
		seen := make(map[string]bool)
		for _, u := range c.Users {
			if u.ID == "" || seen["u"+u.ID] || u.Age < 0 || u.Age > 120 {
				t.Errorf("user %+v", u)
			}
			seen["u"+u.ID] = true
		}
		for _, i := range c.Items {
			if i.ID == "" || seen["i"+i.ID] || i.Price < 0 || i.Duration < 0 || i.Price > 0 && i.Currency == "" ||
				i.Difficulty != 0 && (i.Difficulty < 100 || i.Difficulty > 500) || len(i.Tags) > maxList {
				t.Errorf("item %+v", i)
			}
			seen["i"+i.ID] = true
		}
	})
}
