package schema

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/eventlog"
	"curio/datasets/synth"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
)

var update = flag.Bool("update", false, "rewrite the schema files")

func TestFiles(t *testing.T) {
	for _, table := range Tables() {
		s, err := Of(table)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		path := table + ".schema.json"
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is out of date, run go generate (-want +got)\n%s", path, diff)
		}
	}
	if _, err := Of("event"); err == nil {
		t.Error("a table that does not exist has a schema")
	}
}

// resolved returns the schema in a file, ready to validate with.
func resolved(t testing.TB, table string) *jsonschema.Resolved {
	t.Helper()
	data, err := os.ReadFile(table + ".schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func decode(t testing.TB, line []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(line, &v); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return v
}

// Every row of a synthetic platform satisfies the schema of its table, whose
// columns are those that synth writes, in that order.
func TestSyntheticRows(t *testing.T) {
	p, err := synth.New(synth.Options{Users: 60, Items: 40, Events: 3000, Segments: 3, Seed: 7, End: synth.End})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, format := range []string{synth.JSONL, synth.CSV} {
		if err := p.Write(t.Context(), filepath.Join(dir, format), format); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range Tables() {
		s, err := Of(table)
		if err != nil {
			t.Fatal(err)
		}
		header, err := os.Open(filepath.Join(dir, synth.CSV, table+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		defer header.Close()
		columns, err := csv.NewReader(header).Read()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(columns, s.PropertyOrder); diff != "" {
			t.Errorf("columns of %s (-written +schema)\n%s", table, diff)
		}

		valid := resolved(t, table)
		data, err := os.ReadFile(filepath.Join(dir, synth.JSONL, table+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); rows++ {
			if err := valid.Validate(decode(t, lines.Bytes())); err != nil {
				t.Fatalf("%s row %d: %v\n%s", table, rows+1, err, lines.Text())
			}
		}
		if rows == 0 {
			t.Errorf("no rows of %s", table)
		}
	}
}

// cases are rows and whether their schema, and package eventlog, accept them.
var cases = []struct {
	table, row     string
	schema, reader bool
}{
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"view"}`, true, true},
	{"events", `{"ts":"2026-01-01T00:00:00Z","user_id":7,"item_id":8,"type":"view"}`, true, true},
	{"events", `{"ts":"2026-01-01T00:00:00.5+01:00","user_id":"u","item_id":"i","type":"view","plan":null,"rating":null}`, true, true},
	{"events", `{"ts":"2026-01-01","user_id":"u","type":"search"}`, true, true},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"view","other":[{}]}`, true, true},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":1}`, true, true},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":5}`, true, true},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"progress","progress":0}`, true, true},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"watch","seconds":1000000000}`, true, true},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":1.5,"currency":"EUR"}`, true, true},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","currency":"EUR"}`, true, true},
	{"events", `{"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":null,"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":0,"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":631152000,"user_id":"u","item_id":"i","type":"view"}`, true, true},
	{"events", `{"ts":631151999.999,"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":99999999999.999,"user_id":"u","item_id":"i","type":"view"}`, true, true},
	{"events", `{"ts":100000000000,"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":631151999999,"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":631152000000,"user_id":"u","item_id":"i","type":"view"}`, true, true},
	{"events", `{"ts":1700000000123456,"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":1700000000,"received_at":1,"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":253402300799999,"user_id":"u","item_id":"i","type":"view"}`, true, true},
	{"events", `{"ts":-5,"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":253402300800000,"user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":"2026-01-01 00:00:00","user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":"2026-01-01T00:00:00","user_id":"u","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"","item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":1.5,"item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":true,"item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":1700000000,"item_id":"i","type":"view"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","type":"view"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":null,"type":"view"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"View"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"rating"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":null}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":0.99}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":5.01}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"progress"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"progress","progress":1.01}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"watch","seconds":-1}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"watch","seconds":1000000001}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":1.5}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":1.5,"currency":null}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":-1.5,"currency":"EUR"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":1.5,"currency":"XXX"}`, false, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"view","plan":3}`, false, false},
	{"events", `[]`, false, false},
	// Accepted by the reader alone.
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":"4"}`, false, true},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":1.5,"currency":"eur"}`, false, true},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"view","plan":""}`, false, true},
	// What a schema cannot say.
	{"events", `{"ts":1700000000,"user_id":7.0,"item_id":"i","type":"view"}`, true, false},
	{"events", `{"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":1.555,"currency":"EUR"}`, true, false},
	{"events", `{"ts":"2026-02-30","user_id":"u","item_id":"i","type":"view"}`, true, false},
	{"events", `{"ts":1700000000,"user_id":" ","item_id":"i","type":"view"}`, true, false},
	{"events", `{"ts":1700000000,"user_id":"a\u0000b","item_id":"i","type":"view"}`, true, false},

	{"users", `{"user_id":"u","age":1,"consent":[]}`, true, true},
	{"users", `{"user_id":"u","age":120,"consent":null,"signup_ts":"2026-01-01"}`, true, true},
	{"users", `{"user_id":"u","age":0}`, false, false},
	{"users", `{"user_id":"u","age":121}`, false, false},
	{"users", `{"age":3}`, false, false},
	{"users", `{"user_id":"u","consent":[1]}`, false, false},
	{"users", `{"user_id":"u","consent":"recommend|analyse"}`, false, true},
	{"users", `{"user_id":"u","gender":1}`, false, false},

	{"items", `{"item_id":"i","tags":["a","b"],"difficulty":"beginner","available":false,"prerequisites":["j"]}`, true, true},
	{"items", `{"item_id":"i","difficulty":2.5,"published_at":"1850-01-01","price":0,"currency":"JPY"}`, true, true},
	{"items", `{"item_id":"i","published_at":-1000}`, true, true},
	{"items", `{"item_id":"i","difficulty":"hard"}`, false, false},
	{"items", `{"item_id":"i","difficulty":5.1}`, false, false},
	{"items", `{"item_id":"i","available":2}`, false, false},
	{"items", `{"item_id":"i","price":3}`, false, false},
	{"items", `{"item_id":"i","duration_seconds":-3}`, false, false},
	{"items", `{"item_id":"i","prerequisites":[7]}`, false, false},
	{"items", `{"title":"t"}`, false, false},

	{"partners", `{"partner_id":1,"name":"n","tags":[]}`, true, true},
	{"partners", `{"name":"n"}`, false, false},
	{"trends", `{"ts":1700000000,"topic":"t","value":-1.5e3}`, true, true},
	{"trends", `{"ts":1700000000,"value":1}`, false, false},
	{"trends", `{"topic":"t"}`, false, false},
	{"trends", `{"ts":1700000000,"topic":"t","value":"many"}`, false, false},
}

func TestCases(t *testing.T) {
	for _, c := range cases {
		err := resolved(t, c.table).Validate(decode(t, []byte(c.row)))
		if (err == nil) != c.schema {
			t.Errorf("%s: the schema of %s says %v, want accepted: %v", c.row, c.table, err, c.schema)
		}
		if got := accepted(t, c.table, c.row); got != c.reader {
			t.Errorf("%s: the reader of %s accepts: %v, want %v", c.row, c.table, got, c.reader)
		}
	}
}

func accepted(t *testing.T, table, row string) bool {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"events": ""}
	files[table] = row + "\n"
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name+".jsonl"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := eventlog.Open(t.Context(), dir, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	reject := func(event.Reject) { refused++ }
	if _, err := s.Catalogue(t.Context(), reject); err != nil {
		t.Fatal(err)
	}
	if err := event.Each(t.Context(), s, reject, func(*event.Event, event.Part, event.Place) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return refused == 0
}

// The columns that schemas name are known to the reader.
func TestColumnsAreRead(t *testing.T) {
	for _, table := range Tables() {
		s, err := Of(table)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, name := range []string{"events", table} {
			content := ""
			if name == table {
				columns := s.PropertyOrder
				content = strings.Join(columns, ",") + ",stranger\n" + strings.Repeat(",", len(columns)) + "\n"
			}
			if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		src, err := eventlog.Open(t.Context(), dir, eventlog.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := src.Catalogue(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := event.Each(t.Context(), src, nil, func(*event.Event, event.Part, event.Place) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if got := src.Notes()[table+"_unknown_fields"]; got != 1 {
			t.Errorf("%d columns of %s are unknown to the reader, want only the stranger", got, table)
		}
	}
}
