package mapping

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// translateBy returns the row that a mapping makes of one of theirs, in our
// columns; lists are joined by +. Values of theirs that begin with [ are lists.
func translateBy(table *Table, tr *Translator, row map[string]string) map[string]string {
	moves, skip, fault := tr.Row(func(i int) (string, bool) {
		text, given := row[table.Sources[i]]
		if strings.HasPrefix(text, "[") {
			return "", true
		}
		return text, given && text != ""
	})
	switch {
	case skip:
		return map[string]string{"skipped": "true"}
	case fault.Code != "":
		return map[string]string{"fault": fmt.Sprintf("%s %s %s", table.Columns[fault.Column], fault.Code, fault.Value)}
	}
	got := map[string]string{}
	for i, m := range moves {
		switch {
		case m.Text != "":
			got[table.Columns[i]] = m.Text
		case len(m.List) > 0:
			got[table.Columns[i]] = strings.Join(m.List, "+")
		case m.From >= 0 && m.First:
			got[table.Columns[i]] = "first of " + row[table.Sources[m.From]]
		case m.From >= 0:
			got[table.Columns[i]] = row[table.Sources[m.From]]
		}
	}
	return got
}

type cells = map[string]string

func TestRow(t *testing.T) {
	for name, test := range map[string]struct {
		table, columns string
		row, want      cells
	}{
		"unlisted columns keep their names": {"events", "",
			cells{"user_id": "u", "plan": "p", "other": "x"}, cells{"user_id": "u", "plan": "p"}},
		"null is not read": {"events", "plan: null", cells{"user_id": "u", "plan": "p"}, cells{"user_id": "u"}},
		"renamed":          {"events", "user_id: who", cells{"who": "u", "user_id": "other"}, cells{"user_id": "u"}},
		"first with a value": {"events", "user_id: [who, visitor]",
			cells{"who": "", "visitor": "v"}, cells{"user_id": "v"}},
		"first of two values": {"events", "user_id: [who, visitor]",
			cells{"who": "w", "visitor": "v"}, cells{"user_id": "w"}},
		"one source for two columns": {"events", "user_id: id\nitem_id: id", cells{"id": "x"}, cells{"user_id": "x", "item_id": "x"}},
		"values":                     {"events", "type: {values: {wish: favourite}}", cells{"type": "wish"}, cells{"type": "favourite"}},
		"values leave others":        {"events", "type: {values: {wish: favourite}}", cells{"type": "view"}, cells{"type": "view"}},
		"values drop":                {"events", "type: {values: {ping: null}}", cells{"type": "ping"}, cells{"skipped": "true"}},
		"others drop":                {"events", "type: {values: {v: view}, others: null}", cells{"type": "ping"}, cells{"skipped": "true"}},
		"others become":              {"events", "type: {values: {v: view}, others: like}", cells{"type": "ping"}, cells{"type": "like"}},
		"others need a value":        {"events", "type: {values: {v: view}, others: null}", cells{"user_id": "u"}, cells{"user_id": "u"}},
		"no value":                   {"events", `rating: {values: {"-1": ""}}`, cells{"rating": "-1"}, cells{}},
		"no value, default":          {"events", `rating: {values: {"-1": ""}, default: 3}`, cells{"rating": "-1"}, cells{"rating": "3"}},
		"no value, the next name": {"events", `user_id: {from: [user, visitor], values: {(not set): ""}}`,
			cells{"user": "(not set)", "visitor": "v"}, cells{"user_id": "v"}},
		"the first fault": {"events", "seconds: {unit: ms}\nprogress: {unit: percent}",
			cells{"seconds": "bad", "progress": "worse"}, cells{"fault": "seconds number_invalid bad"}},
		"a drop outweighs a fault": {"events", "ts: {unit: ms}\ntype: {values: {ping: null}}",
			cells{"ts": "soon", "type": "ping"}, cells{"skipped": "true"}},
		"default":             {"events", "currency: {default: EUR}", cells{"amount": "3"}, cells{"amount": "3", "currency": "EUR"}},
		"default is the last": {"events", "currency: {default: EUR}", cells{"currency": "USD"}, cells{"currency": "USD"}},
		"constant":            {"events", "currency: {from: [], default: EUR}", cells{"currency": "USD"}, cells{"currency": "EUR"}},
		"when it holds": {"events", "type: {from: [], when: {rating: rating, seconds: watch}, default: view}",
			cells{"rating": "4", "seconds": "3"}, cells{"type": "rating", "rating": "4", "seconds": "3"}},
		"when the second holds": {"events", "type: {from: [], when: {rating: rating, seconds: watch}, default: view}",
			cells{"seconds": "3"}, cells{"type": "watch", "seconds": "3"}},
		"when none holds":      {"events", "type: {from: [], when: {rating: rating}, default: view}", cells{}, cells{"type": "view"}},
		"when is for no type":  {"events", "type: {when: {rating: rating}}", cells{"type": "like", "rating": "4"}, cells{"type": "like", "rating": "4"}},
		"when by a mapped one": {"events", "rating: {from: stars, scale: [0, 10]}\ntype: {when: {rating: rating}}", cells{"stars": "5"}, cells{"type": "rating", "rating": "3000000e-6"}},
		"only": {"events", "rating: {from: v, only: rating}\nseconds: {from: v, only: [watch, view], unit: min}",
			cells{"type": "rating", "v": "4"}, cells{"type": "rating", "rating": "4"}},
		"only another": {"events", "rating: {from: v, only: rating}\nseconds: {from: v, only: [watch, view], unit: min}",
			cells{"type": "watch", "v": "4"}, cells{"type": "watch", "seconds": "240000000e-6"}},
		"only of a mapped type": {"events", "type: {values: {r: rating}}\nrating: {only: rating}",
			cells{"type": "r", "rating": "4"}, cells{"type": "rating", "rating": "4"}},
		"only without a type":      {"events", "rating: {only: rating}", cells{"rating": "4"}, cells{}},
		"only of an unknown type":  {"events", "rating: {only: rating}", cells{"type": "x", "rating": "4"}, cells{"type": "x"}},
		"only hides faults":        {"events", "rating: {only: rating, scale: [0, 10]}", cells{"type": "view", "rating": "bad"}, cells{"type": "view"}},
		"unit ms":                  {"events", "seconds: {unit: ms}", cells{"seconds": "1500"}, cells{"seconds": "1500000e-6"}},
		"unit us":                  {"events", "seconds: {unit: us}", cells{"seconds": "1500"}, cells{"seconds": "1500e-6"}},
		"unit h":                   {"items", "duration_seconds: {from: hours, unit: h}", cells{"hours": "1.5"}, cells{"duration_seconds": "5400000000e-6"}},
		"unit s":                   {"events", "seconds: {unit: s}", cells{"seconds": "1.5"}, cells{"seconds": "1.5"}},
		"percent":                  {"events", "progress: {unit: percent}", cells{"progress": "37.5"}, cells{"progress": "375000e-6"}},
		"scale of progress":        {"events", "progress: {scale: [0, 8]}", cells{"progress": "2"}, cells{"progress": "250000e-6"}},
		"scale of difficulty":      {"items", "difficulty: {scale: [1, 3]}", cells{"difficulty": "2"}, cells{"difficulty": "3000000e-6"}},
		"scale of decimals":        {"events", "rating: {scale: [0.5, 5]}", cells{"rating": "0.5"}, cells{"rating": "1000000e-6"}},
		"minor of two decimals":    {"events", "amount: {unit: minor}", cells{"amount": "1999", "currency": "EUR"}, cells{"amount": "19990000e-6", "currency": "EUR"}},
		"minor of none":            {"events", "amount: {unit: minor}", cells{"amount": "1999", "currency": "jpy"}, cells{"amount": "1999000000e-6", "currency": "jpy"}},
		"minor of three":           {"items", "price: {unit: minor}\ncurrency: {default: KWD}", cells{"price": "1999"}, cells{"price": "1999000e-6", "currency": "KWD"}},
		"minor by a mapped name":   {"events", "amount: {unit: minor}\ncurrency: {values: {euro: EUR}}", cells{"amount": "1999", "currency": "euro"}, cells{"amount": "19990000e-6", "currency": "EUR"}},
		"minor without a currency": {"events", "amount: {unit: minor}", cells{"amount": "1999"}, cells{"amount": "1999"}},
		"minor of some rows": {"events", "amount: {unit: minor, only: purchase}\ncurrency: {only: [purchase, refund], default: EUR}",
			cells{"amount": "1", "type": "purchase"}, cells{"amount": "10000e-6", "currency": "EUR", "type": "purchase"}},
		"micros":                      {"events", "amount: {unit: micros}", cells{"amount": "19990000"}, cells{"amount": "19990000e-6"}},
		"split":                       {"items", `tags: {split: ", "}`, cells{"tags": "a,  b, c|d, , e"}, cells{"tags": "a+b+c|d+e"}},
		"split of nothing":            {"items", `tags: {split: ","}`, cells{"tags": " , "}, cells{}},
		"split leaves lists":          {"items", `tags: {split: ","}`, cells{"tags": `["a,b"]`}, cells{"tags": `["a,b"]`}},
		"first entry":                 {"items", `category: {split: "|"}`, cells{"category": "a|b"}, cells{"category": "a"}},
		"first of one":                {"items", `category: {split: "|"}`, cells{"category": "a"}, cells{"category": "a"}},
		"first entry, mapped":         {"items", `category: {split: "|", values: {a: A}}`, cells{"category": "a|b"}, cells{"category": "A"}},
		"first of a list":             {"items", `category: {split: "|"}`, cells{"category": `["a"]`}, cells{"category": `first of ["a"]`}},
		"a list where a text belongs": {"events", "ts: {unit: ms}", cells{"ts": `["a"]`}, cells{"ts": `["a"]`}},
		"truth":                       {"items", `available: {from: hidden, values: {"true": "false", "false": "true"}}`, cells{"hidden": "true"}, cells{"available": "false"}},
		"time fault":                  {"events", "ts: {unit: us}", cells{"ts": "soon"}, cells{"fault": "ts ts_unparsable soon"}},
		"number fault":                {"events", "seconds: {unit: ms}", cells{"seconds": "1s"}, cells{"fault": "seconds number_invalid 1s"}},
		"time of the second layout": {"events", `ts: {layout: ["YYYY-MM-DD", "DD.MM.YYYY"]}`,
			cells{"ts": "02.01.2026"}, cells{"ts": "1767312000000"}},
	} {
		t.Run(name, func(t *testing.T) {
			columns := strings.ReplaceAll("\n"+test.columns, "\n", "\n    ")
			m, err := Parse("m", []byte(test.table+":\n  columns:"+columns+"\n"))
			if test.columns == "" {
				m, err = Parse("m", []byte(test.table+": {}"))
			}
			if err != nil {
				t.Fatal(err)
			}
			tr := m.Table(test.table).Translator()
			translateBy(m.Table(test.table), tr, cells{"user_id": "before", "type": "purchase", "currency": "JPY", "amount": "7"})
			got := translateBy(m.Table(test.table), tr, test.row)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestNeeds(t *testing.T) {
	m, err := Parse("m", []byte(`events: {columns: {user_id: [a, b], type: {default: view}}}`))
	if err != nil {
		t.Fatal(err)
	}
	events := m.Table("events")
	ours, sources := events.Needs()
	got := map[string][]string{}
	for i, name := range ours {
		for _, s := range sources[i] {
			got[name] = append(got[name], events.Sources[s])
		}
	}
	if diff := cmp.Diff(map[string][]string{"ts": {"ts"}, "user_id": {"a", "b"}}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A translator holds the texts of one row, however many it has seen.
func TestTranslatorIsBounded(t *testing.T) {
	m, err := Parse("m", []byte(`items: {columns: {tags: {split: ","}, duration_seconds: {unit: h}}}`))
	if err != nil {
		t.Fatal(err)
	}
	tr := m.Table("items").Translator()
	for range 1000 {
		translateBy(m.Table("items"), tr, cells{"tags": "a,b,c", "duration_seconds": "1.25"})
	}
	if len(tr.lists) != 3 || len(tr.buf) > 20 {
		t.Errorf("%d entries and %d bytes are kept", len(tr.lists), len(tr.buf))
	}
}

func BenchmarkRow(b *testing.B) {
	for _, name := range Names() {
		m, err := Builtin(name)
		if err != nil {
			b.Fatal(err)
		}
		table := m.Table("events")
		values := make([]string, len(table.Sources))
		for i, s := range table.Sources {
			values[i] = map[string]string{"event_timestamp": "1700000000123456", "event_name": "view_item", "user_pseudo_id": "123.456",
				"item_id": "i1", "engagement_time_msec": "1500", "user_id": "u1", "timestamp": "1700000000", "rating": "4",
				"USER_ID": "u1", "ITEM_ID": "i1", "EVENT_TYPE": "watch", "EVENT_VALUE": "33", "TIMESTAMP": "1700000000",
				"UserId": "u1", "ItemId": "i1", "FeedbackType": "read", "Timestamp": "2026-01-01T00:00:00Z"}[s]
		}
		b.Run(name, func(b *testing.B) {
			tr := table.Translator()
			value := func(i int) (string, bool) { return values[i], values[i] != "" }
			b.ReportAllocs()
			for b.Loop() {
				if _, skip, f := tr.Row(value); skip || f.Code != "" {
					b.Fatal(f)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
