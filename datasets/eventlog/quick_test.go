package eventlog

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"curio/datasets/event/field"
	"curio/datasets/eventlog/rows"
)

// padded is a copy of text with room behind it, as blocks have.
func padded(text []byte) []byte {
	return append(bytes.Clone(text), "\"\"\"\"\n\n}}"...)
}

// checkQuick compares a row read the quick way with the same read the other way.
func checkQuick(t *testing.T, line []byte, quick, slow *row, flaw fault) {
	t.Helper()
	if flaw.found() {
		t.Fatalf("%q is accepted, and has the fault %+v", line, flaw)
	}
	for i := range quick.cells {
		c := &quick.cells[i]
		if c.clean && (field.ID(c.text, 1<<20) != "" || strings.ContainsFunc(c.text, func(r rune) bool { return r > '~' })) {
			t.Errorf("%q: %q is called clean", line, c.text)
		}
		c.clean = slow.cells[i].clean
	}
	if !slices.Equal(slow.cells, quick.cells) || slow.given != quick.given || slow.unknown != quick.unknown {
		t.Errorf("%q: got %+v\nwant %+v", line, quick, slow)
	}
}

func quickJSON(t *testing.T, line []byte) bool {
	o := Options{MaxLine: 200, MaxColumns: 6}
	j := newJSONRows(eventTable, &o)
	quick, slow := newRow(eventTable), newRow(eventTable)
	next := j.quick(padded(line), 0, &quick)
	if next < 0 {
		return false
	}
	if next != len(line) {
		t.Fatalf("%q: the next row is at %d of %d", line, next, len(line))
	}
	content := bytes.TrimSuffix(line[:len(line)-1], []byte{'\r'})
	checkQuick(t, line, &quick, &slow, j.parse(content, &slow))
	return true
}

func TestQuickJSON(t *testing.T) {
	for line, want := range map[string]bool{
		`{"ts":1700000000,"user_id":"u"}`: true, `{"ts": -1.50, "user_id": "ü", "x": null}`: true, `{"ts":true,"type":"","plan":false}` + "\r": true,
		`{"ts":0.5,"user_id":"` + "\x7f" + `","seconds":0}`: true, `{"":1}`: true, `{"event_id_of_another":1}`: true,
		`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}`: true, `{"a":"` + strings.Repeat("x", 192) + `"}`: true, `{"ts":1 }`: false,
		`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1}`: false, `{"a":"` + strings.Repeat("x", 193) + `"}`: false,
		`{"ts":1700000000,"ts":1700000002}`: false, `{"ts":null,"ts":1700000002}`: false, `{"ts":01}`: false, `{"ts":1e3}`: false, `{"ts":1.}`: false, `{"ts":-}`: false,
		`{"ts":.5}`: false, `{"ts":+1}`: false, `{"ts":NaN}`: false, `{"ts":nul}`: false, `{"ts":{}}`: false, `{"ts":[]}`: false,
		`{"user_id":"\u0041"}`: false, `{"\u0041":1}`: false, "{\"user_id\":\"\t\"}": false, "{\"user_id\":\"\xff\"}": false, "{\"\xff\":1}": false,
		`{}`: false, ``: false, ` {"ts":1700000000}`: false, `{"ts":1700000000}}`: false, `{"ts":1700000000},`: false, `{"ts":1`: false, `{"ts"`: false, `{"ts`: false,
		`{"ts":"`: false, `{"ts":`: false, `{"ts":1700000000,`: false, `{"ts":1700000000,}`: false, `{"ts":tru`: false, `{"ts":1700000000}` + "\r\r": false, `[]`: false,
	} {
		if got := quickJSON(t, []byte(line+"\n")); got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

func FuzzQuickJSON(f *testing.F) {
	for line := range strings.SplitAfterSeq(jsonEvents, "\n") {
		f.Add([]byte(strings.TrimSuffix(line, "\n")))
	}
	for _, line := range []string{`{"ts":-0.0,"user_id":"é","item_id":"","type":null,"x":true}` + "\r", `{"seconds": 1e5}`, `{"plan":"a","plan":"b"}`,
		`{"a":"b","rating":00}`, "{\"a\":\"\x7f\"}", `{"received_at":"2026-01-01T00:00:00Z"}`, `{"a":"\ud800"}`} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if bytes.IndexByte(line, '\n') < 0 {
			quickJSON(t, append(bytes.Clone(line), '\n'))
		}
	})
}

const quickHeader = "user_id,ts,note,type"

func quickCSV(t *testing.T, line []byte) bool {
	const max = 100
	h, f := newHeader(eventTable, rows.Form{Separator: ','}, bytes.Split([]byte(quickHeader), []byte{','}))
	if f.found() {
		t.Fatal(f)
	}
	quick, slow := newRow(eventTable), newRow(eventTable)
	next := h.quick(padded(line), 0, max, &quick)
	if next < 0 {
		return false
	}
	if next != len(line) {
		t.Fatalf("%q: the next row is at %d of %d", line, next, len(line))
	}
	fields, n, err := rows.NewSplitter(rows.Form{}, max, 10).Next(bytes.Clone(line))
	if err != nil || n != next {
		t.Fatalf("%q is accepted, and is %q, %v", line, fields, err)
	}
	checkQuick(t, line, &quick, &slow, h.fill(fields, &slow))
	return true
}

func TestQuickCSV(t *testing.T) {
	for line, want := range map[string]bool{
		"u,1,,view": true, "u,-1,-,view\r": true, ",,,": true, "ü\x7f,1,\t,view": true, "a\rb,,,": true, ",,,\r\r": true,
		strings.Repeat("x", 97) + ",,,": true, strings.Repeat("x", 98) + ",,,": false, "12345678,12345678,1234567,1234567": true,
		"": false, "\r": false, "u,1,view": false, "u,1,,view,": false, "\"u\",1,,": false, "u,1,,\"": false, "u,\xff,,": false, "u,,\xff,": false,
	} {
		if got := quickCSV(t, []byte(line+"\n")); got != want {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}

func FuzzQuickCSV(f *testing.F) {
	for _, line := range []string{"u1,2026-03-01T10:00:00Z,,view", "u,-1,--,\r", "é,\x7f,\x01,\"\"", ",,,", "\xc3,\xa9,,", "u,,-,-----------"} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if bytes.IndexByte(line, '\n') < 0 {
			quickCSV(t, append(bytes.Clone(line), '\n'))
		}
	})
}

// Lines that are nearly right find more than bytes by chance.
func TestQuickOnMutatedLines(t *testing.T) {
	const spare = "{}[],:\"\\ -+.0e1ntf\r\t\x00\x7f\xc3\xa9\xff"
	rng := rand.New(rand.NewPCG(1, 9))
	taken := 0
	for range 100_000 {
		json := []byte(`{"ts":-12.5,"user_id":"u1","item_id":"","type":"view","x":null,"plan":true}`)
		csv := []byte("u1,-12.5,é,view\r")
		for _, line := range [][]byte{json, csv} {
			for range rng.IntN(4) {
				at := rng.IntN(len(line))
				line[at] = spare[rng.IntN(len(spare))]
			}
		}
		if quickJSON(t, append(json, '\n')) {
			taken++
		}
		if quickCSV(t, append(csv, '\n')) {
			taken++
		}
	}
	if taken < 50_000 {
		t.Errorf("only %d lines were read the quick way", taken)
	}
}

func TestKeys(t *testing.T) {
	for _, table := range []*table{eventTable, userTable, itemTable, partnerTable, trendTable} {
		for i, name := range table.columns {
			for _, n := range []string{name, name + "x", name[1:], "x" + name, name[:len(name)-1] + "#", strings.ToUpper(name), ""} {
				want := -1
				if n == name {
					want = i
				} else if c, ok := table.index[n]; ok {
					want = c
				}
				text := []byte(`"` + n + `":123456789`)
				if got := table.keys.find(text, 1, 1+len(n)); got != want {
					t.Errorf("%s in %s: %d, want %d", n, table.name, got, want)
				}
			}
		}
	}
}
