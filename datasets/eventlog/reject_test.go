package eventlog

import (
	"fmt"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// one reads a single row of a table and returns the code and field it is rejected
// with, or "accepted".
func one(t *testing.T, file, content string, o Options) string {
	t.Helper()
	files := map[string]string{"events.jsonl": ""}
	files[file] = content
	d := readAll(t, mustOpen(t, fsOf(files), o))
	rows := len(d.Events) + len(d.Catalogue.Users) + len(d.Catalogue.Items) + len(d.Catalogue.Partners) + len(d.Catalogue.Trends)
	if rows+len(d.Rejects) != 1 {
		t.Fatalf("%q: %d rows and %d rejects, want one of either", content, rows, len(d.Rejects))
	}
	if rows == 1 {
		return "accepted"
	}
	r := d.Rejects[0]
	if r.File != file || r.Line < 1 && !code.OfFile(r.Code) || r.Message == "" {
		t.Errorf("%q: incomplete reject %+v", content, r)
	}
	return strings.TrimSpace(r.Code + " " + r.Field)
}

const now event.Time = 1_800_000_000_000

func TestEventRejects(t *testing.T) {
	long := strings.Repeat("x", 256)
	for in, want := range map[string]string{
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view"`:                                    "accepted",
		`"ts":1700000000,"item_id":"i","type":"view"`:                                                  code.UserMissing + " user_id",
		`"ts":1700000000,"user_id":"","item_id":"i","type":"view"`:                                     code.UserMissing + " user_id",
		`"ts":1700000000,"user_id":null,"item_id":"i","type":"view"`:                                   code.UserMissing + " user_id",
		`"ts":1700000000,"user_id":{},"item_id":"i","type":"view"`:                                     code.JSONType + " user_id",
		`"ts":1700000000,"user_id":true,"item_id":"i","type":"view"`:                                   code.JSONType + " user_id",
		`"ts":1700000000,"user_id":1.5,"item_id":"i","type":"view"`:                                    code.JSONType + " user_id",
		`"ts":1700000000,"user_id":15,"item_id":16,"type":"view"`:                                      "accepted",
		`"ts":1700000000,"user_id":"` + long + `","item_id":"i","type":"view"`:                         "accepted",
		`"ts":1700000000,"user_id":"` + long + `x","item_id":"i","type":"view"`:                        code.IDTooLong + " user_id",
		`"ts":1700000000,"user_id":"u","item_id":"` + long + `x","type":"view"`:                        code.IDTooLong + " item_id",
		`"event_id":"` + long + `x","ts":1700000000,"user_id":"u","item_id":"i","type":"view"`:         code.IDTooLong + " event_id",
		`"ts":1700000000,"user_id":"u\u0000","item_id":"i","type":"view"`:                              code.IDControlChar + " user_id",
		`"ts":1700000000,"user_id":"u","item_id":"i\n","type":"view"`:                                  code.IDControlChar + " item_id",
		`"ts":1700000000,"user_id":" ","item_id":"i","type":"view"`:                                    code.IDBlank + " user_id",
		`"ts":1700000000,"user_id":"u","item_id":"\u00a0 ","type":"view"`:                              code.IDBlank + " item_id",
		`"ts":1700000000,"user_id":" u","item_id":"i ","type":"view"`:                                  "accepted",
		`"ts":1,"user_id":"u","item_id":"i","type":"view"`:                                             code.TSRange + " ts",
		`"ts":631151999,"user_id":"u","item_id":"i","type":"view"`:                                     code.TSRange + " ts",
		`"ts":631152000,"user_id":"u","item_id":"i","type":"view"`:                                     "accepted",
		`"ts":"1989-12-31","user_id":"u","item_id":"i","type":"view"`:                                  "accepted",
		`"ts":1700000000,"received_at":20261101,"user_id":"u","item_id":"i","type":"view"`:             code.TSRange + " received_at",
		`"ts":1700000000,"user_id":"u","type":"view"`:                                                  code.ItemMissing + " item_id",
		`"ts":1700000000,"user_id":"u","type":"search"`:                                                "accepted",
		`"ts":1700000000,"user_id":"u","item_id":"i"`:                                                  code.TypeUnknown + " type",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"VIEW"`:                                    code.TypeUnknown + " type",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":["view"]`:                                  code.JSONType + " type",
		`"user_id":"u","item_id":"i","type":"view"`:                                                    code.TSMissing + " ts",
		`"ts":"yesterday","user_id":"u","item_id":"i","type":"view"`:                                   code.TSUnparsable + " ts",
		`"ts":NaN,"user_id":"u","item_id":"i","type":"view"`:                                           code.TSUnparsable + " ts",
		`"ts":0,"user_id":"u","item_id":"i","type":"view"`:                                             code.TSRange + " ts",
		`"ts":"1969-12-31T00:00:00Z","user_id":"u","item_id":"i","type":"view"`:                        code.TSRange + " ts",
		`"ts":1800000000,"user_id":"u","item_id":"i","type":"view"`:                                    "accepted",
		`"ts":1800000000.001,"user_id":"u","item_id":"i","type":"view"`:                                code.TSFuture + " ts",
		`"ts":1700000000,"received_at":1800000001,"user_id":"u","item_id":"i","type":"view"`:           code.TSFuture + " received_at",
		`"ts":1700000000,"received_at":"x","user_id":"u","item_id":"i","type":"view"`:                  code.TSUnparsable + " received_at",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"watch","seconds":-1`:                      code.SecondsNegative + " seconds",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"watch","seconds":"long"`:                  code.NumberInvalid + " seconds",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"watch","seconds":1e300`:                   code.NumberRange + " seconds",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"watch","seconds":inf`:                     code.NumberInvalid + " seconds",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"watch"`:                                   "accepted",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"progress","progress":1`:                   "accepted",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"progress","progress":1.01`:                code.ProgressRange + " progress",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"progress","progress":-0.01`:               code.ProgressRange + " progress",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"progress"`:                                code.ProgressMissing + " progress",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":5`:                       "accepted",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":5.01`:                    code.RatingRange + " rating",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":0.99`:                    code.RatingRange + " rating",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"rating","rating":""`:                      code.RatingMissing + " rating",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase"`:                                "accepted",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":0`:                     "accepted",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":1`:                     code.CurrencyUnknown + " currency",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","amount":0.5`:                   code.CurrencyUnknown + " currency",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"purchase","currency":"EUR"`:               "accepted",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"refund","amount":-1`:                      code.AmountNegative + " amount",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","amount":1,"currency":"ZZZ"`:        code.CurrencyUnknown + " currency",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","amount":1.001,"currency":"EUR"`:    code.AmountPrecision + " amount",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","plan":"` + long + `"`:              "accepted",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","plan":"` + long + `x"`:             code.TextTooLong + " plan",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","channel":"a\u0001"`:                code.TextControlChar + " channel",
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","channel":5`:                        code.JSONType + " channel",
		`"ts":1700000000,"user_id":"u","user_id":"v","item_id":"i","type":"view"`:                      code.JSONDuplicateKey + " user_id",
		`"ts":1700000000,"user_id":"\ud83d\ude00","item_id":"i","type":"view","x":"\\ud83d"`:           "accepted",
		`"ts":1700000000,"user_id":"\ud83d","item_id":"i","type":"view"`:                               code.NotUTF8,
		`"ts":1700000000,"user_id":"\ude00\ud83d","item_id":"i","type":"view"`:                         code.NotUTF8,
		`"ts":1700000000,"user_id":"\ud83d\n","item_id":"i","type":"view"`:                             code.NotUTF8,
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","x":"\q"`:                           code.JSONInvalid,
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","x":` + strings.Repeat("[", 400):    code.Nesting,
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","x":"` + "\x01" + `"`:               code.JSONInvalid,
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","x":"` + "\xff" + `"`:               code.NotUTF8,
		`"ts":1700000000,"user_id":"u","item_id":"i","type":"view","x":"` + strings.Repeat("y", 1<<20): code.LineTooLong,
	} {
		if got := one(t, "events.jsonl", "{"+in+"}\n", Options{Now: now}); got != want {
			t.Errorf("%.200s: %s, want %s", in, got, want)
		}
	}
}

func TestFormRejects(t *testing.T) {
	const header = "user_id,ts,type\n"
	for _, c := range []struct{ file, in, want string }{
		{"events.jsonl", "[1]\n", code.JSONInvalid},
		{"events.jsonl", "\"text\"\n", code.JSONInvalid},
		{"events.jsonl", "{} {}\n", code.JSONInvalid},
		{"events.jsonl", "not json\n", code.JSONInvalid},
		{"events.jsonl", `{"ts":1700000000,"user_id":"u","ty`, code.TruncatedRow},
		{"events.jsonl", "\xff\xfe{\x00}\x00\n", code.FileUnsupported},
		{"events.csv", "\xfe\xff\x00u\x00s", code.FileUnsupported},
		{"events.jsonl", "\xff{}\n", code.NotUTF8},
		{"events.jsonl", "\n\xff\xfe\n", code.NotUTF8},
		{"events.csv.gz", string(zipped(t, []byte("\xff\xfeu\x00"))), code.FileUnsupported},
		{"events.csv", header + "u,1700000000,search\n", "accepted"},
		{"events.csv", header + "u,1\n", code.CSVColumns},
		{"events.csv", header + "u,1700000000,search,x\n", code.CSVColumns},
		{"events.csv", header + "u,1", code.TruncatedRow},
		{"events.csv", header + "u,1700000000,\"sea", code.TruncatedRow},
		{"events.csv", header + "u,1700000000,se\"arch\n", code.CSVQuote},
		{"events.csv", header + "u\xff,1,search\n", code.NotUTF8},
		{"events.csv", header + "\"u\n1\",1,search\n", code.IDControlChar + " user_id"},
		{"events.csv", header + strings.Repeat("u", 1<<20) + ",1,search\n", code.LineTooLong},
		{"events.csv", "user_id,ts\nu,1\n", code.CSVHeader + " type"},
		{"events.csv", "user_id,ts,type,ts\nu,1700000000,search,1\n", code.CSVHeader + " ts"},
		{"events.csv", "user_id,ts,type\"\nu,1700000000,search\n", code.CSVHeader},
		{"events.csv", "user_id,ts,type,\xff\nu,1700000000,search,\n", code.CSVHeader},
		{"events.csv", "ts;user_id;type\n1;u;search\n", code.CSVHeader + " ts"},
		{"events.jsonl.gz", "plain text", code.GzipCorrupt},
		{"events.csv.gz", "plain text", code.GzipCorrupt},
		{"events.jsonl.gz", string(zipped(t, jsonLog(10))[:30]), code.TruncatedFile},
		{"events.csv.gz", "", code.TruncatedFile},
	} {
		if got := one(t, c.file, c.in, Options{}); got != c.want {
			t.Errorf("%s %.80q: %s, want %s", c.file, c.in, got, c.want)
		}
	}
}

// Every limit that options set, just kept and just broken.
func TestLimits(t *testing.T) {
	o := Options{MaxLine: 60, MaxID: 4, MaxColumns: 4}
	for _, c := range []struct{ file, in, want string }{
		{"events.jsonl", pad(`{"ts":1700000000,"user_id":"u","type":"search"`, 59) + "}\n", "accepted"},
		{"events.jsonl", pad(`{"ts":1700000000,"user_id":"u","type":"search"`, 60) + "}\n", code.LineTooLong},
		{"events.jsonl", `{"ts":1700000000,"user_id":"1234","type":"search"}`, "accepted"},
		{"events.jsonl", `{"ts":1700000000,"user_id":"12345","type":"search"}`, code.IDTooLong + " user_id"},
		{"events.jsonl", `{"ts":1700000000,"user_id":"u","type":"search","a":1}`, "accepted"},
		{"events.jsonl", `{"ts":1700000000,"user_id":"u","type":"search","a":1,"b":2}`, code.TooManyColumns},
		{"events.csv", "user_id,ts,type,plan\nu,1700000000,search," + strings.Repeat("p", 60-20) + "\n", "accepted"},
		{"events.csv", "user_id,ts,type,plan\nu,1700000000,search," + strings.Repeat("p", 60-19) + "\n", code.LineTooLong},
		{"events.csv", "user_id,ts,type,a,b\nu,1700000000,search,,\n", code.CSVHeader},
		{"events.csv", "user_id,ts,type,a\nu,1700000000,search,,\n", code.TooManyColumns},
	} {
		if got := one(t, c.file, c.in, o); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.file, c.in, got, c.want)
		}
	}
}

func pad(s string, n int) string { return s + strings.Repeat(" ", n-len(s)) }

func TestBomb(t *testing.T) {
	row := `{"ts":1700000000,"user_id":"u","type":"search"}` + "\n"
	bomb := string(zipped(t, []byte(row+strings.Repeat(" ", 8<<20))))
	for name, o := range map[string]Options{"Ratio": {}, "Bytes": {MaxBytes: 1 << 20, MaxRatio: 1 << 40}} {
		d := readAll(t, mustOpen(t, fsOf(map[string]string{"events.jsonl.gz": bomb}), o))
		last := d.Rejects[len(d.Rejects)-1]
		if len(d.Events) != 1 || last.Code != code.DecompressionBomb || last.Line != 2 {
			t.Errorf("%s: %d events and %+v, want the first row and %s", name, len(d.Events), last, code.DecompressionBomb)
		}
	}
	d := readAll(t, mustOpen(t, fsOf(map[string]string{"events.jsonl.gz": bomb}), Options{MaxRatio: 1 << 40}))
	if len(d.Rejects) != 1 || d.Rejects[0].Code != code.LineTooLong {
		t.Errorf("without the limit: %+v, want %s", d.Rejects, code.LineTooLong)
	}
}

func TestTruncatedGzipKeepsWhatCameBefore(t *testing.T) {
	whole := zipped(t, jsonLog(20_000))
	d := readAll(t, mustOpen(t, fsOf(map[string]string{
		"events-1.jsonl.gz": string(whole[:len(whole)/2]), "events-2.jsonl": `{"ts":1700000000,"user_id":"u","type":"search"}`,
	}), Options{}))
	if n := len(d.Events); n < 5_000 || n > 15_000 {
		t.Errorf("%d events of half the file and one behind it", n)
	}
	if len(d.Rejects) != 1 || d.Rejects[0].Code != code.TruncatedFile || d.Rejects[0].Line != len(d.Events) {
		t.Errorf("rejects %+v, want %s at line %d", d.Rejects, code.TruncatedFile, len(d.Events))
	}
}

func TestLinesOfRejects(t *testing.T) {
	d := readAll(t, mustOpen(t, fsOf(map[string]string{
		"events-1.csv":   "ts,user_id,type,plan\n\n1700000000,u,search,\"a\nb\"\n1,u,find,\n1,u,search,\"c\nd\",\n1,u,find,\n",
		"events-2.jsonl": "\n{}\n\nx\n",
	}), Options{}))
	var got []string
	for _, r := range d.Rejects {
		got = append(got, fmt.Sprint(r.File, ":", r.Line, " ", r.Code))
	}
	want := "events-1.csv:5 type_unknown events-1.csv:6 csv_columns events-1.csv:8 type_unknown " +
		"events-2.jsonl:2 user_missing events-2.jsonl:4 json_invalid"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestUserIDsAreNeverShown(t *testing.T) {
	const secret = "alice@example.com"
	rows := []string{
		`{"ts":"` + secret + `","user_id":"` + secret + `","item_id":"i","type":"view"}`,
		`{"ts":"at ` + secret + `","user_id":"` + secret + `","item_id":"i","type":"view"}`,
		`{"ts":1700000000,"user_id":"` + secret + `","item_id":"i","type":"` + secret + `"}`,
		`{"ts":1700000000,"user_id":"` + secret + `\u0000","item_id":"i","type":"view"}`,
		`{"ts":1700000000,"user_id":"` + secret + strings.Repeat("x", 300) + `","item_id":"i","type":"view"}`,
		`{"ts":1700000000,"user_id":"` + secret + `","item_id":"i","type":"view","rating":"x"`,
		`{"ts":1700000000,"user_id":"` + secret + `","user_id":"` + secret + `"}`,
		`{"event_id":"` + secret + strings.Repeat("x", 300) + `","ts":1700000000,"user_id":"u","item_id":"i","type":"view"}`,
	}
	for _, in := range rows {
		d := readAll(t, mustOpen(t, fsOf(map[string]string{"events.jsonl": in, "users.jsonl": in}), Options{}))
		if len(d.Rejects) == 0 {
			t.Errorf("%s: nothing rejected", in)
		}
		for _, r := range d.Rejects {
			if strings.Contains(fmt.Sprintf("%+v", r), "alice") {
				t.Errorf("%s: the reject shows the user: %+v", in, r)
			}
		}
	}
}

func TestValuesOfRejects(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`"ts":1700000000,"type":"abc"`, "abc"},
		{`"ts":1700000000,"type":"View"`, "aaaa"}, // a name, as columns may be mixed up
		{`"ts":1700000000,"type":"alice"`, "aaaaa"},
		{`"ts":1700000000,"type":"U_2401 α¼"`, "a_9999 a?"},
		{`"ts":"alice","type":"view"`, "aaaaa"},
		{`"ts":"2026-13-01T00:00:00Z","type":"view"`, "9999-99-99a99:99:99a"},
		{`"ts":4471234567123456,"type":"view"`, "9999999999999999"},
		{`"ts":1700000000,"type":"rating","rating":5.5`, "5.5"},
		{`"ts":1700000000,"type":"rating","rating":"4471234567"`, "9999999999"},
		{`"ts":1700000000,"type":"rating","rating":"4,5"`, "4,5"},
		{`"ts":1700000000,"type":"rating","rating":"4,75"`, "9,99"},
		{`"ts":1700000000,"type":"view","currency":"XYZ","amount":1`, "XYZ"},
		{`"ts":1700000000,"type":"u"`, ""}, // the user's id
		{`"ts":1700000000,"type":"` + strings.Repeat("é", 99) + `"`, strings.Repeat("a", maxShown/2)},
		{`"ts":1700000000,"type":"x` + strings.Repeat("é", 99) + `"`, "a" + strings.Repeat("a", maxShown/2-1)},
		{`"ts":1700000000,"type":"` + strings.Repeat("1", 99) + `"`, strings.Repeat("9", maxShown)},
	} {
		d := readAll(t, mustOpen(t, fsOf(map[string]string{"events.jsonl": `{"user_id":"u","item_id":"i",` + c.in + "}"}), Options{}))
		if got := d.Rejects[0].Value; got != c.want {
			t.Errorf("%s: value %q, want %q", c.in, got, c.want)
		}
	}
}

// A field without a name is unknown, whatever stood at its place a line before.
func TestNamelessField(t *testing.T) {
	d := readAll(t, mustOpen(t, fsOf(map[string]string{"events.jsonl": `{"zz":1,"ts":1700000000,"user_id":"u","item_id":"i","type":"view"}
{"":"same","ts":1700000002,"user_id":"u","item_id":"i","type":"view"}
{"":"same","ts":1700000003,"user_id":"u","item_id":"i","type":"view"}
`}), Options{}))
	if len(d.Events) != 3 || len(d.Rejects) != 0 {
		t.Errorf("%d events and rejects %+v, want 3 and none", len(d.Events), d.Rejects)
	}
	for _, e := range d.Events {
		if e.ID != "" {
			t.Errorf("event %+v took its id from a field without a name", e)
		}
	}
}

// What a number that is no time of the field may be, and what a header has.
func TestMessagesOfRejects(t *testing.T) {
	for _, c := range []struct{ file, in, want string }{
		{"events.jsonl", `{"ts":1700000000123456,"user_id":"u","type":"search"}`, "16 digits is microseconds: use a mapping with unit: us"},
		{"events.jsonl", `{"ts":1700000000123456789,"user_id":"u","type":"search"}`, "19 digits is nanoseconds"},
		{"events.jsonl", `{"ts":20261101,"user_id":"u","type":"search"}`, "8 digits is a date: use a mapping with layout: YYYYMMDD"},
		{"events.jsonl", `{"ts":20261101101500,"user_id":"u","type":"search"}`, "14 digits is a date"},
		{"events.jsonl", `{"ts":86400,"user_id":"u","type":"search"}`, "published_at in 1..9999; numbers are Unix seconds"},
		{"events.jsonl", `{"ts":"1969-12-31","user_id":"u","type":"search"}`, "1970..9999"},
		{"events.jsonl", `{"ts":1700000000,"user_id":"u","type":"enrolled"}`, "view, watch,"},
		{"events.csv", "ts;User_ID;type\n", `the one name "ts;User_ID;type": give a mapping with separator: ";"`},
		{"events.csv", "ts\tuser_id\ttype\n", `separator: "\t"`},
		{"events.csv", "ts,User_ID,type\n", `no column user_id; events files need ts, user_id, type; there are "ts,User_ID,type"; the file`},
		{"events.csv", "ts," + strings.Repeat("x", maxHeader) + "\n", `"ts,` + strings.Repeat("x", maxHeader-3) + `..."`},
		{"events.csv", "4471234567,alice,view\n", "none of its 3 columns is, is it a header?; the file"},
		{"events.csv", "alice;view;2026-11-01\n", "none of its 1 columns is, is it a header?; the file"},
		{"events.tsv", "ts\tuser\n", `there are "ts\tuser"`},
		{"items.csv", "item_id,available\ni,maybe\n", "true or false"},
	} {
		files := map[string]string{"events.jsonl": ""}
		files[c.file] = c.in
		d := readAll(t, mustOpen(t, fsOf(files), Options{Now: now}))
		if len(d.Rejects) != 1 || !strings.Contains(d.Rejects[0].Message, c.want) || strings.Contains(d.Rejects[0].Message, "alice") {
			t.Errorf("%s %s: %+v, want %s", c.file, c.in, d.Rejects, c.want)
		}
	}
}
