package mapping

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseFaults(t *testing.T) {
	for _, test := range []struct {
		name, yaml string
		want       []string // a part of each fault, in order
	}{
		{"empty", "", []string{"m: must be one document, there are 0"}},
		{"only a comment", "# nothing\n", []string{"m: must be one document"}},
		{"two documents", "events: {}\n---\nusers: {}\n", []string{"must be one document, there are 2"}},
		{"a text", "events", []string{"m:1: a mapping must be a mapping"}},
		{"a list", "- events", []string{"m:1: a mapping must be a mapping"}},
		{"syntax", "events:\n  files: [a\n", []string{"m:"}},
		{"table", "users: {}\nevent: {}\n", []string{`m:2: a mapping has no key "event", only events, items, partners, trends, users`}},
		{"key", "events:\n  file: a.csv\n", []string{`m:2: events has no key "file"`}},
		{"column", "events:\n  columns:\n    item: x\n", []string{`m:3: events columns has no key "item"`}},
		{"key of a column", "events:\n  columns:\n    ts:\n      form: x\n", []string{`m:4: ts has no key "form"`}},
		{"every fault", "events:\n  separator: ab\n  columns:\n    item: x\n    ts: {unit: days}\n    rating: {scale: [5, 5]}\n",
			[]string{"m:2: separator", "m:4: events columns", `m:5: ts unit is "days", must be one of s, ms, us, ns`, "m:6: rating scale: the first must be less"}},
		{"a key twice", "events: {}\nevents: {}\n", []string{"m:2:"}},
		{"two sources for a column", "events:\n  columns:\n    ts: a\n    ts: b\n", []string{"m:4:"}},
		{"anchor", "events: &a {}\nusers: *a\n", []string{"m:1: events must be a mapping", "m:2: users must be a mapping"}},
		{"merge", "events:\n  columns:\n    <<: {ts: a}\n", []string{"m:3: events columns: a key must be a plain text"}},
		{"tag", "events: !!map {}\n", []string{"m:1: events must be a mapping"}},
		{"null table", "events:\n", []string{"m:1: events must be a mapping"}},

		{"no files", "events: {files: []}", []string{"events files names no file"}},
		{"absolute", "events: {files: /etc/a.csv}", []string{`"/etc/a.csv" must be a path below the location`}},
		{"above", "events: {files: ../a.csv}", []string{"must be a path below"}},
		{"above, later", "events: {files: a/../../b.csv}", []string{"must be a path below"}},
		{"bad pattern", "events: {files: 'a[.csv'}", []string{"is no pattern"}},
		{"many stars", "events: {files: '**/a/**/b/**/*.csv'}", []string{"has ** more than twice"}},
		{"a file twice", "events: {files: [a.csv, a.csv]}", []string{`names "a.csv" twice`}},
		{"no format", "events: {files: '*.inter'}", []string{`the pattern "*.inter" does not show the format`}},
		{"unknown format", "events: {format: xml}", []string{`format is "xml"`}},
		{"separator of jsonl", "events: {format: jsonl, separator: ';'}", []string{"separator is for csv files"}},
		{"separator of two bytes", "events: {separator: '||'}", []string{"separator must be one byte"}},
		{"separator of no ASCII", "events: {separator: 'é'}", []string{"separator must be one byte"}},
		{"separator is a quote", "events: {separator: '\"'}", []string{"separator must be one byte"}},
		{"quotes", "events: {quotes: 'no'}", []string{"quotes must be true or false"}},
		{"header", "events: {header: none}", []string{`header is "none", must be typed`}},
		{"header and names", "events: {header: typed, names: [ts, user_id, type]}", []string{"names is for files without a header"}},
		{"names twice", "events: {names: [ts, ts, user_id, type]}", []string{`names names "ts" twice`}},
		{"not in names", "events: {names: [ts, user_id, type], columns: {rating: stars}}", []string{`rating: there is no column "stars" in names`}},
		{"required not in names", "events: {names: [ts, user_id]}", []string{"events needs the column type"}},

		{"required is null", "events: {columns: {ts: null}}", []string{"events needs the column ts"}},
		{"required is nowhere", "users: {columns: {user_id: {from: []}}}", []string{"users needs the column user_id"}},
		{"source twice", "events: {columns: {ts: [a, a]}}", []string{`ts names "a" twice`}},
		{"empty source", "events: {columns: {ts: ''}}", []string{"ts must be a text", "needs the column ts"}},
		{"long source", "events: {columns: {ts: " + strings.Repeat("a", 257) + "}}", []string{"longer than 256 bytes"}},
		{"path with a gap", "events: {columns: {ts: a..b}}", []string{"has a point without a name"}},
		{"path with an end", "events: {columns: {ts: a.}}", []string{"has a point without a name"}},
		{"deep path", "events: {columns: {ts: a.b.c.d.e}}", []string{"deeper than four names"}},
		{"many sources", "events: {columns: {ts: [a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q]}}", []string{"more than 16 entries", "needs the column ts"}},

		{"value of no type", "events: {columns: {type: {values: {v: View}}}}", []string{`type values: "View" is refused as type_unknown`}},
		{"default of no currency", "events: {columns: {currency: {default: EURO}}}", []string{`currency default: "EURO" is refused as currency_unknown`}},
		{"default out of range", "events: {columns: {rating: {default: 6}}}", []string{"rating_range"}},
		{"default of a list", "events: {columns: {plan: {default: [a]}}}", []string{"plan default must be a text"}},
		{"negative default", "events: {columns: {amount: {default: -1}}}", []string{"amount_negative"}},
		{"no time", "users: {columns: {signup_ts: {default: soon}}}", []string{"ts_unparsable"}},
		{"no bool", "items: {columns: {available: {values: {x: perhaps}}}}", []string{"bool_invalid"}},
		{"others of no type", "events: {columns: {type: {others: x}}}", []string{"type others"}},
		{"values of an empty text", `events: {columns: {type: {values: {"": view}}}}`, []string{"an empty text is no value"}},
		{"values twice", `events: {columns: {rating: {values: {"1": 1, 1: 2}}}}`, []string{"m:1:"}},
		{"values of a list", "items: {columns: {tags: {values: {a: b}}}}", []string{"tags is a list"}},
		{"values from nowhere", "events: {columns: {type: {from: [], default: view, values: {a: view}}}}", []string{"type is read from nowhere"}},
		{"unit from nowhere", "events: {columns: {seconds: {from: [], unit: ms}}}", []string{"seconds is read from nowhere"}},

		{"unit of a column not in names", "events: {names: [ts, user_id, type], columns: {seconds: {unit: ms}}}", []string{"seconds is read from nowhere"}},

		{"when elsewhere", "events: {columns: {plan: {when: {rating: x}}}}", []string{"plan cannot have when"}},
		{"when of no column", "events: {columns: {type: {when: {stars: rating}}}}", []string{`when: "stars" is no other column`}},
		{"when of itself", "events: {columns: {type: {when: {type: rating}}}}", []string{"no other column"}},
		{"when in a circle", "events: {columns: {rating: {only: rating}, type: {when: {rating: rating}}}}", []string{"when rating can never hold"}},
		{"when of a column not read", "events: {columns: {rating: null, type: {when: {rating: rating}}}}", []string{"when rating can never hold"}},
		{"only elsewhere", "users: {columns: {age: {only: view}}}", []string{"age cannot have only"}},
		{"only of a required column", "events: {columns: {ts: {only: view}}}", []string{"ts cannot have only"}},
		{"only of no type", "events: {columns: {plan: {only: buy}}}", []string{`"buy" is not an event type`}},
		{"only of none", "events: {columns: {plan: {only: []}}}", []string{"plan only names no type"}},
		{"only of a type that never is", "events: {columns: {type: {values: {v: view}, others: null}, rating: {only: rating}}}",
			[]string{"rating: no row has the type rating that only names"}},

		{"unit of a text", "events: {columns: {plan: {unit: ms}}}", []string{"plan has no unit"}},
		{"unit of another kind", "events: {columns: {seconds: {unit: percent}}}", []string{`seconds unit is "percent", must be one of s, ms, us, min, h`}},
		{"unit and layout", "events: {columns: {ts: {unit: ms, layout: YYYY}}}", []string{"ts has a unit and a layout"}},
		{"unit and scale", "events: {columns: {progress: {unit: percent, scale: [0, 9]}}}", []string{"progress has a unit and a scale"}},
		{"layout of no time", "events: {columns: {plan: {layout: YYYY}}}", []string{"plan is no time"}},
		{"layout of Go", "events: {columns: {ts: {layout: 2006-01-02}}}", []string{`ts: layout "2006-01-02"`}},
		{"zone without a layout", "events: {columns: {ts: {zone: UTC}}}", []string{"a zone is for times with a layout"}},
		{"unknown zone", "events: {columns: {ts: {layout: YYYY, zone: Mars}}}", []string{"ts: zone: unknown time zone Mars"}},
		{"scale of a text", "events: {columns: {plan: {scale: [0, 1]}}}", []string{"plan has no scale"}},
		{"scale of one end", "events: {columns: {rating: {scale: [0]}}}", []string{"rating scale must be [low, high]"}},
		{"scale of a word", "events: {columns: {rating: {scale: [0, ten]}}}", []string{`"ten" is no number`}},
		{"scale of NaN", "events: {columns: {rating: {scale: [0, .nan]}}}", []string{"is no number"}},
		{"scale of five decimals", "events: {columns: {rating: {scale: [0, 1.00001]}}}", []string{"is no number"}},
		{"scale beyond a million", "events: {columns: {rating: {scale: [0, 1000001]}}}", []string{"is no number"}},
		{"minor without its currency", "events: {columns: {amount: {unit: minor}, currency: {only: purchase}}}", []string{"amount: unit minor needs the currency"}},
		{"nested", "events: " + strings.Repeat("[", 33), []string{"nested more than 32 deep"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := Parse("m", []byte(test.yaml))
			if err == nil {
				t.Fatalf("was accepted as %v", m)
			}
			if !errors.Is(err, ErrMapping) {
				t.Errorf("%v does not wrap ErrMapping", err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(test.want) {
				t.Fatalf("%d faults, want %d:\n%v", len(lines), len(test.want), err)
			}
			for i, want := range test.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("fault %d is %q, want %q in it", i, lines[i], want)
				}
			}
		})
	}
}

// The limits, at them and above.
func TestLimits(t *testing.T) {
	list := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("f%d.csv", i))
		}
		return strings.Join(all, ", ")
	}
	values := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "      v%d: view\n", i)
		}
		return b.String()
	}
	padded := func(size int) string { return "events: {}\n#" + strings.Repeat("x", size-12) }
	sources := func(n int) string { // of gender and region; the other five columns keep their names
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("s%d", i))
		}
		return "[" + strings.Join(all[:13], ", ") + "], region: [" + strings.Join(all[13:], ", ") + "]"
	}
	for name, make := range map[string]func(over int) string{
		"size":  func(over int) string { return padded(maxSize + over) },
		"files": func(over int) string { return "events: {files: [" + list(maxFiles+over) + "]}" },
		"values": func(over int) string {
			return "events:\n  columns:\n    type:\n     values:\n" + values(maxOutcome+over)
		},
		"a name":  func(over int) string { return "events: {columns: {ts: " + strings.Repeat("a", maxName+over) + "}}" },
		"a path":  func(over int) string { return "events: {columns: {ts: a.b.c.d" + strings.Repeat(".e", over) + "}}" },
		"sources": func(over int) string { return "users: {columns: {gender: " + sources(26+over) + "}}" },
		"a scale": func(over int) string {
			return "events: {columns: {rating: {scale: [0, " + fmt.Sprint(1_000_000+over) + "]}}}"
		},
	} {
		if _, err := Parse("m", []byte(make(0))); err != nil {
			t.Errorf("%s at its limit: %v", name, err)
		}
		if _, err := Parse("m", []byte(make(1))); !errors.Is(err, ErrMapping) {
			t.Errorf("%s above its limit: %v", name, err)
		}
	}
}

func TestOpen(t *testing.T) {
	if want := []string{"ga4", "gorse", "personalize", "recbole"}; !slices.Equal(Names(), want) {
		t.Errorf("the built-in mappings are %v, want %v", Names(), want)
	}
	for _, name := range Names() {
		m, err := Open(name)
		if err != nil || m.Name != name || m.Table("events") == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(path, []byte("events: {columns: {ts: when}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if m, err := Open(path); err != nil || m.Name != path {
		t.Errorf("a file: %v", err)
	}
	if _, err := Open("gorze"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "gorse") {
		t.Errorf("neither built in nor a file: %v", err)
	}
	if _, err := Builtin("gorze"); !errors.Is(err, ErrMapping) {
		t.Errorf("not built in: %v", err)
	}
	if _, err := Load(t.TempDir()); err == nil {
		t.Error("a folder was read")
	}
}
