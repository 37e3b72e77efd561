package eventlog

import (
	"fmt"
	"strings"
	"testing"

	"curio/datasets/event/code"
	"curio/datasets/eventlog/mapping"

	"github.com/google/go-cmp/cmp"
)

func mustParse(t *testing.T, text string) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// theirMapping is a mapping of events, with more about their files.
func theirMapping(files string) string {
	return `
events:
` + files + `
  columns:
    user_id: [actor.id, who]
    ts: {from: at, unit: ms}
    type: {from: [what], values: {buy: purchase, noise: null}, others: view, default: view}
    item_id: {from: thing, split: "/"}
    seconds: {from: spent, unit: ms}
`
}

// theirRows are the rows of one file, accepted and not.
func theirRows(t *testing.T, m *mapping.Mapping, name, content string) (got []string, notes map[string]int) {
	t.Helper()
	s := mustOpen(t, fsOf(map[string]string{name: content}), Options{Mapping: m})
	events, rejects := readParallel(t, s, 2)
	for _, e := range events {
		got = append(got, strings.TrimSpace(fmt.Sprintln(e.At.Line(), e.E.TS, e.E.UserID, e.E.Type, e.E.ItemID, e.E.Watched)))
	}
	for _, r := range rejects {
		got = append(got, strings.TrimSpace(fmt.Sprintln(r.Line, r.Code, r.Field, r.Value)))
	}
	return got, s.Notes()
}

func TestMappedJSON(t *testing.T) {
	got, notes := theirRows(t, mustParse(t, theirMapping("  files: [logs/**/*.jsonl]")), "logs/a/b.jsonl", `{"at":1000,"who":"u","what":"x","thing":"i/j","other":1}
{"at": 2000, "actor": {"id": "v", "name": "n"}, "what": "buy", "thing": "i", "spent": 1500}
{"at":3000,"actor.id":"w","who":"u","what":"noise","thing":"i"}
{"at":3000,"actor":{"id":7},"actor.id":"w","what":"x","thing":["k","l"]}
{"at":4000,"actor":"w","what":"x","thing":"i"}
{"at":"soon","who":"alice","what":"x","thing":"i"}
{"at":5000,"who":"alice","thing":"i","spent":-1}
{"at":5000,"who":"u","who":"v"}
`)
	want := []string{"1 1000 u view i 0", "2 2000 v purchase i 1500", "4 3000 7 view k 0",
		"5 user_missing user_id", "6 ts_unparsable ts aaaa", "7 seconds_negative seconds -1000e-6", "8 json_duplicate_key who"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]int{"events_unknown_fields": 4, "events_dropped_by_mapping": 1}, notes); d != "" {
		t.Error(d)
	}
}

func TestMappedCSV(t *testing.T) {
	for _, c := range []struct {
		name, form, in string
		lines          [3]int
	}{
		{"Separator", `separator: "|"`, "who|what|at|thing|spent|actor.id\nu|x|1000|i/j||\n\"a|\"\"b\"|buy|2000|\"i\"||\nu|noise|1|i||\nu|x|1\n", [3]int{2, 3, 5}},
		{"LineWithin", `separator: "|"`, "who|what|at|thing\nu|x|1000|\"i/\n\"\n\"a|\"\"b\"|buy|2000|i\nu|noise|1|i\nu|x|1\n", [3]int{2, 4, 6}},
		{"Unquoted", `{separator: "\t", quotes: false, header: typed}`,
			"who:token\twhat:token\tat:float\tthing:token\nu\tx\t1000\ti/j\na|\"b\tbuy\t2000\ti\n\nu\tnoise\t1\ti\nu\tx\t1\n", [3]int{2, 3, 6}},
		{"NoHeader", `{separator: "\t", quotes: false, names: [who, what, at, thing, spent, actor.id]}`,
			"u\tx\t1000\ti/j\t\t\na|\"b\tbuy\t2000\ti\t\t\nu\tnoise\t1\ti\t\t\nu\tx\t1\n", [3]int{1, 2, 4}},
	} {
		form := strings.NewReplacer("{", "", "}", "", ", quotes", "\n  quotes", ", header", "\n  header", ", names", "\n  names").Replace(c.form)
		m := mustParse(t, theirMapping("  files: [logs/*]\n  format: csv\n  "+form))
		got, notes := theirRows(t, m, "logs/a", c.in)
		want := []string{fmt.Sprint(c.lines[0], " 1000 u view i 0"), fmt.Sprint(c.lines[1], " 2000 a|\"b purchase i 0"),
			fmt.Sprint(c.lines[2], " csv_columns")}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if notes["events_dropped_by_mapping"] != 1 {
			t.Errorf("%s: notes %v", c.name, notes)
		}
	}
}

func TestMappedHeaderNeedsASource(t *testing.T) {
	m := mustParse(t, theirMapping("  files: [logs/*]\n  format: csv"))
	got, _ := theirRows(t, m, "logs/a", "who,what,thing\nu,x,i\n")
	if d := cmp.Diff([]string{"1 " + code.CSVHeader + " ts"}, got); d != "" {
		t.Error(d)
	}
}

// The files of a table are those its mapping names, and no others.
func TestMappedFiles(t *testing.T) {
	files := map[string]string{
		"logs/a/b.jsonl": `{"at":1000,"who":"u","thing":"i"}`, "logs/c.jsonl": `{"at":1000,"who":"v","thing":"i"}`,
		"events.jsonl": `{"ts":1,"user_id":"w","type":"search"}`, "users.csv": "user_id\nu\n", "logs/_d.jsonl": "x", "logs/e.txt": "x",
	}
	s := mustOpen(t, fsOf(files), Options{Mapping: mustParse(t, theirMapping("  files: [logs/**/*.jsonl]"))})
	if d := cmp.Diff([]string{"logs/a/b.jsonl", "logs/c.jsonl"}, s.Files()); d != "" {
		t.Error(d)
	}
	d := readAll(t, s)
	if len(d.Events) != 2 || len(d.Catalogue.Users) != 1 || len(d.Rejects) != 0 || s.Notes()["files_ignored"] != 2 {
		t.Errorf("%+v, notes %v", d, s.Notes())
	}
}
