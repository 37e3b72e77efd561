package mapping

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rowsOf reads a small file of theirs by its mapping: texts, numbers as they are
// written, lists as JSON.
func rowsOf(t *testing.T, table *Table, path string) []cells {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []cells
	if strings.HasSuffix(path, ".jsonl") {
		for d := json.NewDecoder(bytes.NewReader(data)); d.More(); {
			var raw map[string]json.RawMessage
			if err := d.Decode(&raw); err != nil {
				t.Fatal(err)
			}
			row := cells{}
			for name, value := range raw {
				var text string
				if json.Unmarshal(value, &text) != nil {
					text = string(value)
				}
				if text != "null" && text != "[]" {
					row[name] = text
				}
			}
			all = append(all, row)
		}
		return all
	}
	var records [][]string
	if table.Text.Unquoted {
		for line := range strings.Lines(string(data)) {
			records = append(records, strings.Split(strings.TrimSuffix(line, "\n"), string(table.Text.Separator)))
		}
	} else if records, err = csv.NewReader(bytes.NewReader(data)).ReadAll(); err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := cells{}
		for i, name := range records[0] {
			if table.Text.Typed {
				name, _, _ = strings.Cut(name, ":")
			}
			row[name] = record[i]
		}
		all = append(all, row)
	}
	return all
}

// What each built-in mapping makes of the files in its folder of testdata: a line
// for each row of each table, with its columns in our order.
func TestBuiltins(t *testing.T) {
	gorse := []string{
		"events: ts=1772355600000 user_id=ann item_id=go-101 type=view",
		"events: ts=1772357400250 user_id=ann item_id=go-101 type=favourite",
		"events: ts=1772409600000 user_id=bob item_id=sea type=like",
		"events: ts=1772409600000 user_id=bob item_id=sea type=poke",
		"events: user_id=cid item_id=sea type=view",
		"users: user_id=ann",
		"users: user_id=bob",
		"items: item_id=go-101 category=CATEGORY tags=TAGS published_at=1759276800000 available=true",
		"items: item_id=sea available=false",
	}
	with := func(category, tags string) []string {
		var all []string
		for _, line := range gorse {
			all = append(all, strings.NewReplacer("CATEGORY", category, "TAGS", tags).Replace(line))
		}
		return all
	}
	for _, test := range []struct {
		mapping, folder string
		want            []string
	}{
		{"gorse", "gorse", with(`first of ["course","code"]`, `["course","code"]`)},
		{"gorse", "gorse-csv", with("course", "course|code")},
		{"recbole", "recbole", []string{
			"events: ts=1772355600 user_id=7 item_id=31 type=rating rating=4.5",
			"events: ts=1772355660.5 user_id=7 item_id=32 type=view",
			"events: ts=1772355700 user_id=8 item_id=31 type=rating rating=6",
			"users: user_id=7 occupation=nurse age=31 gender=F region=75011",
			`users: user_id=8 occupation=baker "at night" age=44 gender=M region=SW1`,
			`items: item_id=31 title=The Quiet "Harbour" category=Drama tags=Drama+Sea published_at=1969-01-01T00:00:00Z`,
			"items: item_id=32 title=Orchard, Spring category=Comedy tags=Comedy published_at=978307200000",
		}},
		{"ga4", "ga4", []string{
			"events: ts=1772355600123 user_id=11.22 item_id=go-101 type=view seconds=1500000e-6 channel=WEB",
			"events: skipped=true",
			"events: ts=1772355660999 user_id=ann item_id=go-101 type=purchase amount=19.9 currency=EUR channel=WEB",
			"events: ts=1772355661000 user_id=ann item_id=sea type=favourite currency=EUR channel=IOS",
			"events: ts=1772355662000 user_id=ann item_id=go-101 type=progress progress=250000e-6 channel=IOS",
			"events: ts=1772355663000 user_id=ann type=search channel=IOS",
			"events: fault=ts ts_unparsable later",
		}},
		{"personalize", "personalize", []string{
			"events: ts=1772355600000 user_id=ann item_id=go-101 type=watch seconds=90.5",
			"events: ts=1772355700000 user_id=ann item_id=go-101 type=rating rating=4",
			"events: ts=1772355800000 user_id=bob item_id=sea type=purchase",
			"events: ts=1772355900000 user_id=bob item_id=sea type=view",
			"events: ts=1772356000000 user_id=bob item_id=go-101 type=stream",
			"users: user_id=ann age=31 gender=F",
			"users: user_id=bob age=44 gender=M",
			"items: item_id=go-101 category=Course tags=Course+Code published_at=1759276800000",
			"items: item_id=sea category=Drama tags=Drama",
		}},
	} {
		t.Run(test.folder, func(t *testing.T) {
			m, err := Builtin(test.mapping)
			if err != nil {
				t.Fatal(err)
			}
			entries, err := os.ReadDir(filepath.Join("testdata", test.folder))
			if err != nil {
				t.Fatal(err)
			}
			lines := map[string][]string{}
			for _, e := range entries {
				for _, name := range m.Tables(e.Name()) {
					table := m.Table(name)
					tr := table.Translator()
					for _, row := range rowsOf(t, table, filepath.Join("testdata", test.folder, e.Name())) {
						lines[name] = append(lines[name], name+":"+inOrder(table, translateBy(table, tr, row)))
					}
				}
			}
			var got []string
			for _, name := range []string{"events", "users", "items", "partners", "trends"} {
				got = append(got, lines[name]...)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func inOrder(table *Table, row cells) string {
	var b strings.Builder
	for _, name := range append([]string{"skipped", "fault"}, table.Columns...) {
		if v, ok := row[name]; ok {
			fmt.Fprintf(&b, " %s=%s", name, v)
		}
	}
	return b.String()
}
