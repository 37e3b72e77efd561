package eventlog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/datasets/event"
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
	got, notes := theirRows(t, mustParse(t, theirMapping("  files: [logs/**/*.jsonl]")), "logs/a/b.jsonl", `{"at":1700000001000,"who":"u","what":"x","thing":"i/j","other":1}
{"at": 1700000002000, "actor": {"id": "v", "name": "n"}, "what": "buy", "thing": "i", "spent": 1500}
{"at":1700000003000,"actor.id":"w","who":"u","what":"noise","thing":"i"}
{"at":1700000003000,"actor":{"id":7},"actor.id":"w","what":"x","thing":["k","l"]}
{"at":1700000004000,"actor":"w","what":"x","thing":"i"}
{"at":"soon","who":"alice","what":"x","thing":"i"}
{"at":1700000005000,"who":"alice","thing":"i","spent":-1}
{"at":1700000005000,"who":"u","who":"v"}
`)
	want := []string{"1 1700000001000 u view i 0", "2 1700000002000 v purchase i 1500", "4 1700000003000 7 view k 0",
		"5 user_missing user_id", "6 ts_unparsable ts aaaa", "7 seconds_negative seconds -9999a-9", "8 json_duplicate_key who"}
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
		{"Separator", `separator: "|"`, "who|what|at|thing|spent|actor.id\nu|x|1700000001000|i/j||\n\"a|\"\"b\"|buy|1700000002000|\"i\"||\nu|noise|1|i||\nu|x|1\n", [3]int{2, 3, 5}},
		{"LineWithin", `separator: "|"`, "who|what|at|thing\nu|x|1700000001000|\"i/\n\"\n\"a|\"\"b\"|buy|1700000002000|i\nu|noise|1|i\nu|x|1\n", [3]int{2, 4, 6}},
		{"Unquoted", `{separator: "\t", quotes: false, header: typed}`,
			"who:token\twhat:token\tat:float\tthing:token\nu\tx\t1700000001000\ti/j\na|\"b\tbuy\t1700000002000\ti\n\nu\tnoise\t1\ti\nu\tx\t1\n", [3]int{2, 3, 6}},
		{"NoHeader", `{separator: "\t", quotes: false, names: [who, what, at, thing, spent, actor.id]}`,
			"u\tx\t1700000001000\ti/j\t\t\na|\"b\tbuy\t1700000002000\ti\t\t\nu\tnoise\t1\ti\t\t\nu\tx\t1\n", [3]int{1, 2, 4}},
	} {
		form := strings.NewReplacer("{", "", "}", "", ", quotes", "\n  quotes", ", header", "\n  header", ", names", "\n  names").Replace(c.form)
		m := mustParse(t, theirMapping("  files: [logs/*]\n  format: csv\n  "+form))
		got, notes := theirRows(t, m, "logs/a", c.in)
		want := []string{fmt.Sprint(c.lines[0], " 1700000001000 u view i 0"), fmt.Sprint(c.lines[1], " 1700000002000 a|\"b purchase i 0"),
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
		"logs/a/b.jsonl": `{"at":1700000001000,"who":"u","thing":"i"}`, "logs/c.jsonl": `{"at":1700000001000,"who":"v","thing":"i"}`,
		"events.jsonl": `{"ts":1700000000,"user_id":"w","type":"search"}`, "users.csv": "user_id\nu\n", "logs/_d.jsonl": "x", "logs/e.txt": "x",
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

// The mapping that the documentation of data sets shows reads what it says.
func TestMappingOfTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "### Logs that are called something else")
	_, example, _ = strings.Cut(example, "```yaml\n")
	example, _, found := strings.Cut(example, "```")
	if !found {
		t.Fatal("no mapping in the documentation")
	}
	log := "member\tproduct\tat\taction\tplayed_ms\tcents\n" +
		"ann\tsea\t1700000001000\tplay\t1500\t\nann\tsea\t1700000002000\tscroll\t\t\nann\t\"se\"\t1700000003000\tbought\t\t1999\n"
	s := mustOpen(t, fsOf(map[string]string{"clicks/a.tsv.gz": string(zipped(t, []byte(log))), "clicks/b.csv.gz": "", "notes.txt": ""}),
		Options{Mapping: mustParse(t, example)})
	d := readAll(t, s)
	want := []event.Event{
		{TS: 1700000001000, UserID: "ann", ItemID: "sea", Type: event.Watch, Has: event.HasWatched, Watched: 1500, Currency: "EUR"},
		{TS: 1700000003000, UserID: "ann", ItemID: "se", Type: event.Purchase, Has: event.HasAmount, Amount: 1999, Currency: "EUR"},
	}
	if diff := cmp.Diff(want, d.Events); diff != "" || len(d.Rejects) > 0 {
		t.Errorf("rejects %v %s", d.Rejects, diff)
	}
	if diff := cmp.Diff(map[string]int{"files_ignored": 2, "events_dropped_by_mapping": 1}, s.Notes()); diff != "" {
		t.Error(diff)
	}
}

// Files called .tsv have tabs, unless the mapping says otherwise; one table may
// have files of both forms.
func TestTabs(t *testing.T) {
	files := map[string]string{
		"events-1.tsv": "ts\tuser_id\ttype\tplan\n1700000000\tu\tsearch\t\"a,\tb\"\n", "events-2.csv": "ts,user_id,type,plan\n1700000000,u,search,\"c\td\"\n",
		"events-3.tsv": "ts\tuser_id\ttype\tplan\n1700000000\tu\tsearch\te,f\n",
	}
	for form, want := range map[string]string{"": "[a,\tb c\td e,f] []", `, separator: ","`: "[c\td] [events-1.tsv csv_header events-3.tsv csv_header]"} {
		o := Options{}
		if form != "" {
			o.Mapping = mustParse(t, "events: {files: ['events*.csv', 'events*.tsv']"+form+"}")
		}
		var plans, refused []string
		d := readAll(t, mustOpen(t, fsOf(files), o))
		for _, e := range d.Events {
			plans = append(plans, e.Plan)
		}
		for _, r := range d.Rejects {
			refused = append(refused, r.File+" "+r.Code)
		}
		if got := fmt.Sprint(plans, " ", refused); got != want {
			t.Errorf("%q: %s, want %s", form, got, want)
		}
	}
}

func TestColumnsThatNoFileHas(t *testing.T) {
	m := mustParse(t, `events: {columns: {user_id: [who, member], plan: tariff, channel: {from: [via, through]}, seconds: {unit: ms}}}`)
	for name, content := range map[string]string{
		"events.jsonl": `{"ts":1700000000,"member":"u","type":"search","through":"x"}`,
		"events.csv":   "ts,member,type,through\n1700000000,u,search,x\n",
	} {
		s := mustOpen(t, fsOf(map[string]string{name: content}), Options{Mapping: m})
		if d := readAll(t, s); len(d.Events) != 1 || s.Notes()["events_columns_never_found"] != 1 {
			t.Errorf("%s: %d events, %v, notes %v; want plan not to be found", name, len(d.Events), d.Rejects, s.Notes())
		}
	}
}

// Where no file has events, the error names those that the mapping asks for.
func TestMappedFilesAreMissing(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "events.jsonl"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{Mapping: mustParse(t, "events: {files: [clicks/*.tsv.gz, more.csv]}")}
	for _, location := range []string{dir, dir + "/nowhere", dir + "/*.txt"} {
		_, err := Open(t.Context(), location, o)
		if err == nil || !strings.Contains(err.Error(), "clicks/*.tsv.gz, more.csv, which mapping test") || strings.Contains(err.Error(), "events.jsonl") {
			t.Errorf("%s: %v", location, err)
		}
	}
}
