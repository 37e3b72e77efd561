package eventlog

import (
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/code"

	"github.com/google/go-cmp/cmp"
)

var wantCatalogue = &event.Catalogue{
	Users: []event.User{
		{ID: "u1", Occupation: "nurse", Age: 34, Gender: "f", Region: "Basel", SignupTS: 1772359200000, Consent: []string{"recommend", "analyse"}},
		{ID: "u2", Consent: []string{}},
		{ID: "u3"},
	},
	Items: []event.Item{
		{ID: "c1", Title: "Knots, and \"ties\"", Domain: "course", Category: "craft", Tags: []string{"rope", "hands-on"}, Difficulty: 250,
			LecturerID: "l1", LecturerBackground: "sailor", Price: 4990, Currency: "CHF", Duration: 5400000, PublishedAt: 1772359200000,
			Prerequisites: []string{"c0"}, PartnerID: "p1", Unavailable: true},
		{ID: "c2", Difficulty: 100},
	},
	Partners: []event.Partner{{ID: "p1", Name: "Harbour School", Industry: "shipping", Region: "Basel", Tags: []string{"sea"}}},
	Trends:   []event.Trend{{TS: 1772359200000, Domain: "course", Topic: "craft", Value: 12.5, Source: "search"}},
}

func TestCatalogue(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"JSONL": {
			"users.jsonl": `{"user_id":"u1","occupation":"nurse","age":34,"gender":"f","region":"Basel","signup_ts":"2026-03-01T10:00:00Z","consent":["recommend","analyse"]}
{"user_id":"u2","consent":[]}
{"user_id":"u3","consent":null}`,
			"items.jsonl": `{"item_id":"c1","title":"Knots, and \"ties\"","domain":"course","category":"craft","tags":["rope","","hands-on"],"difficulty":2.5,"lecturer_id":"l1","lecturer_background":"sailor","price":49.9,"currency":"CHF","duration_seconds":5400,"published_at":1772359200,"prerequisites":["c0"],"partner_id":"p1","available":false}
{"item_id":"c2","difficulty":"beginner","available":true,"tags":[]}`,
			"partners.jsonl": `{"partner_id":"p1","name":"Harbour School","industry":"shipping","region":"Basel","tags":["sea"]}`,
			"trends.jsonl":   `{"ts":1772359200,"domain":"course","topic":"craft","value":1.25e1,"source":"search"}`,
		},
		"CSV": {
			"users/a.csv": "consent,user_id,occupation,age,gender,region,signup_ts\nrecommend|analyse,u1,nurse,34,f,Basel,1772359200\n,u2,,,,,\n",
			"users/b.csv": "user_id\nu3\n",
			"items.csv": "item_id,title,domain,category,tags,difficulty,lecturer_id,lecturer_background,price,currency,duration_seconds,published_at,prerequisites,partner_id,available\n" +
				`c1,"Knots, and ""ties""",course,craft,rope|hands-on,2.5,l1,sailor,49.90,chf,5400,2026-03-01T10:00:00Z,"[""c0""]",p1,no` + "\n" +
				"c2,,,,,beginner,,,,,,,,,1\n",
			"partners.csv": "partner_id,name,industry,region,tags\np1,Harbour School,shipping,Basel,sea\n",
			"trends.csv":   "ts,domain,topic,value,source\n2026-03-01T10:00:00Z,course,craft,12.5,search\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			files["events.jsonl"] = ""
			d := readAll(t, mustOpen(t, fsOf(files), Options{Now: now}))
			if diff := cmp.Diff(wantCatalogue, d.Catalogue); diff != "" {
				t.Error(diff)
			}
			if len(d.Rejects) > 0 {
				t.Error(d.Rejects)
			}
		})
	}
}

func TestOfRowsWithOneKeyTheLastIsKept(t *testing.T) {
	s := mustOpen(t, fsOf(map[string]string{
		"events.jsonl": "",
		"users-1.csv":  "user_id,region\na,old\nb,only\n",
		"users-2.csv":  "user_id,region\na,newer\na,newest\n",
		"items.csv":    "item_id,title\nx,1\nx,2\n",
		"partners.csv": "partner_id,name\np,1\np,2\n",
		"trends.csv":   "ts,topic,source,value\n1,t,s,1\n1,t,s,2\n1,t,other,3\n",
	}), Options{})
	d := readAll(t, s)
	want := &event.Catalogue{
		Users:    []event.User{{ID: "a", Region: "newest"}, {ID: "b", Region: "only"}},
		Items:    []event.Item{{ID: "x", Title: "2"}},
		Partners: []event.Partner{{ID: "p", Name: "2"}},
		Trends:   []event.Trend{{TS: 1000, Topic: "t", Source: "s", Value: 2}, {TS: 1000, Topic: "t", Source: "other", Value: 3}},
	}
	if diff := cmp.Diff(want, d.Catalogue); diff != "" {
		t.Error(diff)
	}
	readAll(t, s) // counts are of one reading, not of all
	notes := map[string]int{"users_replaced": 2, "items_replaced": 1, "partners_replaced": 1, "trends_replaced": 1}
	if diff := cmp.Diff(notes, s.Notes()); diff != "" {
		t.Error(diff)
	}
}

func TestCatalogueRejects(t *testing.T) {
	long := strings.Repeat("x", 257)
	many := strings.Repeat(`"t",`, 1000)
	for _, c := range []struct{ file, in, want string }{
		{"users.jsonl", `{"age":3}`, code.UserMissing + " user_id"},
		{"users.jsonl", `{"user_id":"u","age":121}`, code.AgeRange + " age"},
		{"users.jsonl", `{"user_id":"u","age":"old"}`, code.NumberInvalid + " age"},
		{"users.jsonl", `{"user_id":"u","region":"` + long + `"}`, code.TextTooLong + " region"},
		{"users.jsonl", `{"user_id":"u","signup_ts":1800000001}`, code.TSFuture + " signup_ts"},
		{"users.jsonl", `{"user_id":"u","consent":true}`, code.JSONType + " consent"},
		{"users.jsonl", `{"user_id":"u","consent":[1]}`, code.JSONType + " consent"},
		{"users.jsonl", `{"user_id":"u","consent":[` + many + `"t"]}`, code.ListTooLong + " consent"},
		{"users.jsonl", `{"user_id":"u","consent":[` + many[:len(many)-1] + `]}`, "accepted"},
		{"items.jsonl", `{"title":"x"}`, code.ItemMissing + " item_id"},
		{"items.jsonl", `{"item_id":"i","published_at":1900000000}`, "accepted"},
		{"items.jsonl", `{"item_id":"i","published_at":"2001"}`, "accepted"},
		{"items.jsonl", `{"item_id":"i","published_at":"new"}`, code.TSUnparsable + " published_at"},
		{"items.jsonl", `{"item_id":"i","title":"` + strings.Repeat("x", maxTitle) + `"}`, "accepted"},
		{"items.jsonl", `{"item_id":"i","title":"` + strings.Repeat("x", maxTitle+1) + `"}`, code.TextTooLong + " title"},
		{"items.jsonl", `{"item_id":"i","title":"two\nlines"}`, "accepted"},
		{"items.jsonl", `{"item_id":"i","title":"\u0000"}`, code.TextControlChar + " title"},
		{"items.jsonl", `{"item_id":"i","tags":{"a":1}}`, code.JSONType + " tags"},
		{"items.jsonl", `{"item_id":"i","tags":"` + strings.Repeat("t|", 1000) + `"}`, code.ListTooLong + " tags"},
		{"items.jsonl", `{"item_id":"i","tags":["` + long + `"]}`, code.TextTooLong + " tags"},
		{"items.jsonl", `{"item_id":"i","tags":"[1]"}`, code.JSONType + " tags"},
		{"items.jsonl", `{"item_id":"i","tags":"[oops"}`, code.JSONInvalid + " tags"},
		{"items.jsonl", `{"item_id":"i","prerequisites":["a\u0000"]}`, code.IDControlChar + " prerequisites"},
		{"items.jsonl", `{"item_id":"i","difficulty":"hard"}`, code.DifficultyUnknown + " difficulty"},
		{"items.jsonl", `{"item_id":"i","difficulty":0}`, code.DifficultyUnknown + " difficulty"},
		{"items.jsonl", `{"item_id":"i","price":5}`, code.CurrencyUnknown + " currency"},
		{"items.jsonl", `{"item_id":"i","price":-5,"currency":"EUR"}`, code.AmountNegative + " price"},
		{"items.jsonl", `{"item_id":"i","duration_seconds":-5}`, code.SecondsNegative + " duration_seconds"},
		{"items.jsonl", `{"item_id":"i","available":"perhaps"}`, code.BoolInvalid + " available"},
		{"partners.jsonl", `{"name":"x"}`, code.PartnerMissing + " partner_id"},
		{"trends.jsonl", `{"ts":1700000000}`, code.TopicMissing + " topic"},
		{"trends.jsonl", `{"topic":"x"}`, code.TSMissing + " ts"},
		{"trends.jsonl", `{"ts":1700000000,"topic":"x","value":1e999}`, code.NumberInvalid + " value"},
		{"trends.jsonl", `{"ts":1700000000,"topic":"x","value":nan}`, code.NumberInvalid + " value"},
		{"items.csv", "item_id,tags\ni,a|b\n", "accepted"},
		{"items.csv", "title\nx\n", code.CSVHeader + " item_id"},
	} {
		if got := one(t, c.file, c.in, Options{Now: now}); got != c.want {
			t.Errorf("%s %.100s: %s, want %s", c.file, c.in, got, c.want)
		}
	}
}
