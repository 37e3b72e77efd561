package mapping_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"curio/datasets/event"
	"curio/datasets/event/schema"
	"curio/datasets/eventlog"
	"curio/datasets/eventlog/mapping"

	"github.com/google/go-cmp/cmp"
)

// read describes all that package eventlog reads with a mapping: events in their
// order, the catalogue, rejects, and notes.
func read(t *testing.T, location string, m *mapping.Mapping) []string {
	t.Helper()
	var got []string
	say := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }
	s, err := eventlog.Open(t.Context(), location, eventlog.Options{Mapping: m})
	if err != nil {
		t.Fatal(err)
	}
	var rejects []string
	reject := func(r event.Reject) {
		rejects = append(rejects, fmt.Sprintf("reject %s:%d %s %s", r.File, r.Line, r.Code, r.Field))
	}
	err = event.Each(t.Context(), s, reject, func(e *event.Event, _ event.Part, at event.Place) error {
		line := fmt.Sprintf("%d %s %s %s %s", at.Line(), when(e.TS), e.UserID, e.Type, e.ItemID)
		for _, f := range []struct {
			has  event.Has
			name string
			v    int64
		}{
			{event.HasWatched, "watched", e.Watched}, {event.HasProgress, "progress", int64(e.Progress)},
			{event.HasRating, "rating", int64(e.Rating)}, {event.HasAmount, "amount", e.Amount},
		} {
			if e.Has&f.has != 0 {
				line += fmt.Sprintf(" %s=%d", f.name, f.v)
			}
		}
		say("%s", strings.Join(strings.Fields(line+" "+e.Currency+" "+e.Plan+" "+e.Channel), " "))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Catalogue(t.Context(), reject)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range c.Users {
		say("user %s %q %d %q %q", u.ID, u.Occupation, u.Age, u.Gender, u.Region)
	}
	for _, i := range c.Items {
		say("item %s %q %q %q %s available=%v", i.ID, i.Title, i.Category, i.Tags, when(i.PublishedAt), !i.Unavailable)
	}
	got = append(got, rejects...)
	notes := s.Notes()
	for _, name := range slices.Sorted(maps.Keys(notes)) {
		say("%s=%d", name, notes[name])
	}
	return got
}

func when(t event.Time) string {
	if t == 0 {
		return "-"
	}
	return time.UnixMilli(int64(t)).UTC().Format("2006-01-02T15:04:05.999Z")
}

func TestBuiltinsThroughEventlog(t *testing.T) {
	gorse := func(kind string) []string {
		return []string{
			"2026-03-01T09:00:00Z ann view go-101",
			"2026-03-01T09:30:00.25Z ann favourite go-101",
			"2026-03-02T00:00:00Z bob like sea",
			`user ann "" 0 "" ""`,
			`user bob "" 0 "" ""`,
			`item go-101 "" "course" ["course" "code"] 2025-10-01T00:00:00Z available=true`,
			`item sea "" "" [] - available=false`,
			"reject feedback." + kind + " type_unknown type",
			"reject feedback." + kind + " ts_missing ts",
		}
	}
	for _, test := range []struct {
		mapping, folder string
		want            []string
	}{
		{"gorse", "gorse", gorse("jsonl")},
		{"gorse", "gorse-csv", gorse("csv")},
		{"recbole", "recbole", []string{
			"2026-03-01T09:00:00Z 7 rating 31 rating=450",
			"2026-03-01T09:01:00.5Z 7 view 32",
			`user 7 "nurse" 31 "F" "75011"`,
			`user 8 "baker \"at night\"" 44 "M" "SW1"`,
			`item 31 "The Quiet \"Harbour\"" "Drama" ["Drama" "Sea"] 1969-01-01T00:00:00Z available=true`,
			`item 32 "Orchard, Spring" "Comedy" ["Comedy"] 2001-01-01T00:00:00Z available=true`,
			"reject small.inter rating_range rating",
		}},
		{"ga4", "ga4", []string{
			"2026-03-01T09:00:00.123Z 11.22 view go-101 watched=1500 WEB",
			"2026-03-01T09:01:00.999Z ann purchase go-101 amount=1990 EUR WEB",
			"2026-03-01T09:01:01Z ann favourite sea EUR IOS",
			"2026-03-01T09:01:02Z ann progress go-101 progress=2500 IOS",
			"2026-03-01T09:01:03Z ann search IOS",
			"reject events_20260301.jsonl ts_unparsable ts",
		}},
		{"personalize", "personalize", []string{
			"2026-03-01T09:00:00Z ann watch go-101 watched=90500",
			"2026-03-01T09:01:40Z ann rating go-101 rating=400",
			"2026-03-01T09:03:20Z bob purchase sea",
			"2026-03-01T09:05:00Z bob view sea",
			`user ann "" 31 "F" ""`,
			`user bob "" 44 "M" ""`,
			`item go-101 "" "Course" ["Course" "Code"] 2025-10-01T00:00:00Z available=true`,
			`item sea "" "Drama" ["Drama"] - available=true`,
			"reject interactions.csv type_unknown type",
		}},
	} {
		t.Run(test.folder, func(t *testing.T) {
			m, err := mapping.Builtin(test.mapping)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, line := range read(t, filepath.Join("testdata", test.folder), m) {
				first, rest, _ := strings.Cut(line, " ")
				switch {
				case strings.Contains(first, "="): // a note
					continue
				case first == "reject": // without the line
					name, more, _ := strings.Cut(rest, ":")
					_, more, _ = strings.Cut(more, " ")
					got = append(got, "reject "+name+" "+more)
				case first == "user" || first == "item":
					got = append(got, line)
				default: // without the line
					got = append(got, rest)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A platform whose logs share nothing with ours but the facts.
func TestOwnMapping(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		data := []byte(content)
		if strings.HasSuffix(name, ".gz") {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			if _, err := z.Write(data); err != nil {
				t.Fatal(err)
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			data = b.Bytes()
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("raw/2026/nov.log.gz", "ann;01.11.2026 10:00:00;open;c1;;\n"+
		"ann;01.11.2026 10:05:00;ping;c1;;\n"+
		"ann;01.11.2026 10:30:00;listen;c1;12.5;40\n"+
		"bob;01.07.2026 10:00:00;pay;c1;1999;\n"+
		"bob;01.11.2026 11:00:00;mark;c1;9;\n"+
		"bob;01.11.2026 11:00:00;mark;c1;11;\n"+
		"bob;1.11.2026;mark;c1;9;\n")
	write("people.ndjson", `{"person":{"id":7,"job":{"name":"nurse"}},"years":"31"}`+"\n")
	write("items.csv", "item_id,title\nc1,One\n")
	m, err := mapping.Parse("own.yaml", []byte(`
events:
  files: raw/**/*.log
  format: csv
  separator: ";"
  names: [who, at, what, thing, number, share]
  columns:
    user_id: who
    item_id: thing
    ts: {from: at, layout: "DD.MM.YYYY hh:mm:ss", zone: Europe/Paris}
    type:
      from: what
      values: {open: view, listen: watch, pay: purchase, mark: rating, ping: null}
    seconds: {from: number, only: watch, unit: min}
    progress: {from: share, unit: percent}
    rating: {from: number, only: rating, scale: [0, 10]}
    amount: {from: number, only: purchase, unit: minor}
    currency: {only: purchase, default: EUR}
users:
  files: people.ndjson
  columns:
    user_id: person.id
    occupation: person.job.name
    age: years
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"1 2026-11-01T09:00:00Z ann view c1",
		"3 2026-11-01T09:30:00Z ann watch c1 watched=750000 progress=4000",
		"4 2026-07-01T08:00:00Z bob purchase c1 amount=1999 EUR",
		"5 2026-11-01T10:00:00Z bob rating c1 rating=460",
		`user 7 "nurse" 31 "" ""`,
		`item c1 "One" "" [] - available=true`,
		"reject raw/2026/nov.log.gz:6 rating_range rating",
		"reject raw/2026/nov.log.gz:7 ts_unparsable ts",
		"events_dropped_by_mapping=1",
	}
	if diff := cmp.Diff(want, read(t, dir, m)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The columns of mappings are those of the schemas.
func TestColumns(t *testing.T) {
	for _, table := range schema.Tables() {
		m, err := mapping.Parse("m", []byte(table+": {}"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := schema.Of(table)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.PropertyOrder, m.Table(table).Columns); diff != "" {
			t.Errorf("columns of %s (-schema +mapping)\n%s", table, diff)
		}
	}
}
