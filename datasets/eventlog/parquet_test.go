package eventlog

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/eventlog/mapping"

	"github.com/google/go-cmp/cmp"
	pqgo "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

// columnOf is one column of a test file: a node without repetition and a value for
// each row. A nil makes the column optional; lists are []string.
type columnOf struct {
	node   pqgo.Node
	values []any
}

// parquetOf writes columns as a Parquet file.
func parquetOf(t testing.TB, columns map[string]columnOf, options ...pqgo.WriterOption) []byte {
	t.Helper()
	group := pqgo.Group{}
	rows := 0
	for name, c := range columns {
		node := c.node
		if slices.Contains(c.values, nil) {
			node = pqgo.Optional(node)
		}
		group[name] = node
		rows = len(c.values)
	}
	schema := pqgo.NewSchema("rows", group)
	var b bytes.Buffer
	w := pqgo.NewWriter(&b, append([]pqgo.WriterOption{schema}, options...)...)
	for i := range rows {
		var row pqgo.Row
		for at, name := range slices.Sorted(maps.Keys(columns)) {
			c := columns[name]
			optional := 0
			if slices.Contains(c.values, nil) {
				optional = 1
			}
			switch v := c.values[i].(type) {
			case nil:
				row = append(row, pqgo.NullValue().Level(0, 0, at))
			case []string:
				if len(v) == 0 {
					row = append(row, pqgo.NullValue().Level(0, optional, at))
				}
				for k, s := range v {
					row = append(row, pqgo.ValueOf(s).Level(min(k, 1), optional+1, at))
				}
			case pqgo.Value:
				row = append(row, v.Level(0, optional, at))
			default:
				row = append(row, pqgo.ValueOf(v).Level(0, optional, at))
			}
		}
		if _, err := w.WriteRows([]pqgo.Row{row}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func text16(s string) pqgo.Value { return pqgo.FixedLenByteArrayValue([]byte(s)) }

// eventColumns are the rows of wantEvents.
func eventColumns() map[string]columnOf {
	s := pqgo.String()
	return map[string]columnOf{
		"event_id":    {s, []any{"e1", nil, nil, nil, ""}},
		"ts":          {pqgo.Timestamp(pqgo.Millisecond), []any{int64(1772359200000), int64(1772359201000), int64(1772359202000), int64(1772359203000), int64(1772359204000)}},
		"user_id":     {s, []any{"u1", "u1", "uü", "7", "u1"}},
		"item_id":     {s, []any{"i1", "i1", "i1", "i1", nil}},
		"type":        {pqgo.Enum(), []any{"watch", "progress", "rating", "purchase", "search"}},
		"seconds":     {pqgo.Leaf(pqgo.DoubleType), []any{12.5, nil, nil, nil, nil}},
		"progress":    {pqgo.Leaf(pqgo.FloatType), []any{nil, float32(0.35), nil, nil, nil}},
		"rating":      {pqgo.Decimal(1, 9, pqgo.Int32Type), []any{nil, nil, int32(45), nil, nil}},
		"amount":      {pqgo.Leaf(pqgo.DoubleType), []any{nil, nil, nil, 19.9, nil}},
		"currency":    {s, []any{nil, nil, nil, "eur", nil}},
		"plan":        {s, []any{"", "", "", "single", ""}},
		"channel":     {s, []any{"app", nil, nil, nil, nil}},
		"received_at": {pqgo.Leaf(pqgo.Int64Type), []any{int64(1772359300), nil, nil, nil, nil}},
		"note":        {s, []any{"x", "x", "x", "x", "x"}},
	}
}

func readParquet(t testing.TB, name string, content []byte, o Options) (data, map[string]int) {
	t.Helper()
	files := fstest.MapFS{name: &fstest.MapFile{Data: content}}
	if !strings.HasPrefix(name, "events") {
		files["events.jsonl"] = &fstest.MapFile{}
	}
	s := mustOpen(t, files, o)
	d := readAll(t, s)
	return d, s.Notes()
}

func TestParquetEvents(t *testing.T) {
	encoded := func(e func(pqgo.Node) pqgo.Node) map[string]columnOf {
		columns := eventColumns()
		for name, c := range columns {
			c.node = e(c.node)
			columns[name] = c
		}
		return columns
	}
	byteArrays := func(node pqgo.Node, e func(pqgo.Node) pqgo.Node) pqgo.Node {
		if node.Type().Kind() == pqgo.ByteArray {
			return e(node)
		}
		return node
	}
	for name, columns := range map[string]map[string]columnOf{
		"Plain":      eventColumns(),
		"Dictionary": encoded(func(n pqgo.Node) pqgo.Node { return pqgo.Encoded(n, &pqgo.RLEDictionary) }),
		"Delta": encoded(func(n pqgo.Node) pqgo.Node {
			switch n.Type().Kind() {
			case pqgo.Int32, pqgo.Int64:
				return pqgo.Encoded(n, &pqgo.DeltaBinaryPacked)
			case pqgo.ByteArray:
				return pqgo.Encoded(n, &pqgo.DeltaByteArray)
			}
			return pqgo.Encoded(n, &pqgo.ByteStreamSplit)
		}),
		"DeltaLength": encoded(func(n pqgo.Node) pqgo.Node {
			return byteArrays(n, func(n pqgo.Node) pqgo.Node { return pqgo.Encoded(n, &pqgo.DeltaLengthByteArray) })
		}),
		"Snappy": encoded(func(n pqgo.Node) pqgo.Node { return pqgo.Compressed(n, &pqgo.Snappy) }),
		"Zstd":   encoded(func(n pqgo.Node) pqgo.Node { return pqgo.Compressed(n, &pqgo.Zstd) }),
		"Gzip":   encoded(func(n pqgo.Node) pqgo.Node { return pqgo.Compressed(n, &pqgo.Gzip) }),
	} {
		for _, version := range []int{1, 2} {
			for _, size := range []int{1, 1 << 20} {
				t.Run(fmt.Sprint(name, version, size), func(t *testing.T) {
					content := parquetOf(t, columns, pqgo.DataPageVersion(version), pqgo.PageBufferSize(size), pqgo.MaxRowsPerRowGroup(3))
					d, notes := readParquet(t, "events.parquet", content, Options{})
					if diff := cmp.Diff(wantEvents, d.Events); diff != "" {
						t.Error(diff)
					}
					if len(d.Rejects) > 0 {
						t.Errorf("rejects %v", d.Rejects)
					}
					if n := notes["events_unknown_fields"]; n != 5 {
						t.Errorf("%d unknown values, want 5", n)
					}
				})
			}
		}
	}
}

// A row is rejected with the code it would have in a text file.
func TestParquetRejects(t *testing.T) {
	s, ms := pqgo.String(), pqgo.Timestamp(pqgo.Millisecond)
	double := pqgo.Leaf(pqgo.DoubleType)
	nan := []any{0.0, 0.0}
	zero := 0.0
	nan[1] = zero / zero
	for name, c := range map[string]struct {
		column string
		node   pqgo.Node
		good   any
		bad    any
		want   string
	}{
		"UserNull":    {"user_id", s, "u", nil, code.UserMissing},
		"UserEmpty":   {"user_id", s, "u", "", code.UserMissing},
		"UserLong":    {"user_id", s, strings.Repeat("x", 256), strings.Repeat("x", 257), code.IDTooLong},
		"UserControl": {"user_id", s, "ü ~", "u\x7f", code.IDControlChar},
		"UserNUL":     {"user_id", s, "12345678", "1234567\x00", code.IDControlChar},
		"UserUTF8":    {"user_id", s, "ünicode", "\xff2345678", code.NotUTF8},
		"ItemNull":    {"item_id", s, "i", nil, code.ItemMissing},
		"Type":        {"type", s, "view", "View", code.TypeUnknown},
		"TypeNull":    {"type", s, "view", nil, code.TypeUnknown},
		"TSNull":      {"ts", ms, int64(1), nil, code.TSMissing},
		"TSZero":      {"ts", ms, int64(1), int64(0), code.TSRange},
		"TSBefore":    {"ts", ms, int64(1), int64(-1), code.TSRange},
		"TSFuture":    {"ts", ms, int64(now), int64(now + 1), code.TSFuture},
		"TSFar":       {"ts", ms, int64(1), int64(1<<63 - 1), code.TSRange},
		"TSText":      {"ts", s, "1700000000", "soon", code.TSUnparsable},
		"TSNaN":       {"ts", double, 1.7e9, nan[1], code.TSUnparsable},
		"TSUnit":      {"ts", pqgo.Int(64), int64(631152000), int64(631151999), code.TSRange},
		"UserBlank":   {"user_id", s, " u", "  ", code.IDBlank},
		"Received":    {"received_at", ms, int64(now), int64(now + 1), code.TSFuture},
		"Seconds":     {"seconds", double, 1e9, 1e9 + 1, code.NumberRange},
		"SecondsLess": {"seconds", double, 0.0, -0.001, code.SecondsNegative},
		"SecondsNaN":  {"seconds", double, 0.0, nan[1], code.NumberInvalid},
		"Progress":    {"progress", double, 1.0, 1.00000001, code.ProgressRange},
		"Rating":      {"rating", double, 5.0, 0.999, code.RatingRange},
		"Amount":      {"amount", double, 0.01, 0.001, code.AmountPrecision},
		"AmountLess":  {"amount", double, 0.0, -0.01, code.AmountNegative},
		"Currency":    {"currency", s, "usd", "XXX", code.CurrencyUnknown},
		"CurrencyNo":  {"currency", s, "EUR", nil, code.CurrencyUnknown},
		"Channel":     {"channel", s, "a\tb", "a\x00", code.TextControlChar},
		"ChannelLong": {"channel", s, strings.Repeat("x", 256), strings.Repeat("x", 257), code.TextTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			for _, dictionary := range []bool{false, true} {
				columns := map[string]columnOf{
					"ts": {ms, []any{int64(1), int64(2), int64(3)}}, "user_id": {s, []any{"a", "b", "c"}}, "item_id": {s, []any{"i", "i", "i"}},
					"type": {s, []any{"view", "view", "view"}}, "amount": {double, []any{1.0, 1.0, 1.0}}, "currency": {s, []any{"EUR", "EUR", "EUR"}},
				}
				node := c.node
				if dictionary {
					node = pqgo.Encoded(node, &pqgo.RLEDictionary)
				}
				columns[c.column] = columnOf{node, []any{c.good, c.bad, c.good}}
				d, _ := readParquet(t, "events.parquet", parquetOf(t, columns), Options{Now: now})
				if len(d.Events) != 2 || len(d.Rejects) != 1 {
					t.Fatalf("%d events, rejects %v", len(d.Events), d.Rejects)
				}
				if r := d.Rejects[0]; r.Code != c.want || r.Field != c.column || r.Line != 2 || r.File != "events.parquet" {
					t.Errorf("%+v, want %s of %s in line 2", r, c.want, c.column)
				}
			}
		})
	}
}

// Row groups that end before Options.From are not read, if their statistics say so.
func TestParquetFrom(t *testing.T) {
	const day = int64(event.Day)
	s := pqgo.String()
	for name, c := range map[string]struct {
		node pqgo.Node
		unit int64 // of ts in a millisecond, or of milliseconds in it if negative
	}{
		"Millis": {pqgo.Timestamp(pqgo.Millisecond), 1}, "Micros": {pqgo.Timestamp(pqgo.Microsecond), 1000},
		"Nanos": {pqgo.Timestamp(pqgo.Nanosecond), 1_000_000}, "Seconds": {pqgo.Int(64), -1000}, "Plain": {pqgo.Int(64), 1},
		"Date": {pqgo.Date(), -day}, "Int96": {pqgo.Leaf(pqgo.Int96Type), 0}, "NoStatistics": {pqgo.Timestamp(pqgo.Millisecond), 1},
	} {
		columns := map[string]columnOf{"user_id": {s, []any{"a", "b", "c", "d", "e", "f"}}, "type": {s, slices.Repeat([]any{"search"}, 6)}}
		ts := columnOf{node: c.node}
		for i := range int64(6) {
			switch at := (20000 + i) * day; {
			case c.unit == 0:
				ts.values = append(ts.values, deprecated.Int96{0, 0, uint32(2440588 + 20000 + i)})
			case c.unit == -day:
				ts.values = append(ts.values, int32(20000+i))
			case c.unit < 0:
				ts.values = append(ts.values, at/-c.unit)
			default:
				ts.values = append(ts.values, at*c.unit)
			}
		}
		columns["ts"] = ts
		options := []pqgo.WriterOption{pqgo.MaxRowsPerRowGroup(2)}
		if name == "NoStatistics" {
			options = append(options, pqgo.SkipPageBounds("ts"))
		}
		content := parquetOf(t, columns, options...)
		for from, want := range map[int64]string{0: "abcdef", 20001 * day: "abcdef", 20001*day + 1: "cdef", 20003 * day: "cdef", 20004 * day: "ef", 20006 * day: ""} {
			if name == "Int96" || name == "NoStatistics" {
				want = "abcdef"
			}
			d, _ := readParquet(t, "events.parquet", content, Options{From: event.Time(from)})
			got := ""
			for _, e := range d.Events {
				got += e.UserID
			}
			if got != want {
				t.Errorf("%s from %d: %s, want %s", name, from, got, want)
			}
			log := mustOpen(t, fsOf(map[string]string{"events.parquet": string(content)}), Options{From: event.Time(from)})
			if readAll(t, log); log.Notes()["events_in_skipped_row_groups"] != 6-len(want) {
				t.Errorf("%s from %d: notes %v, want %d events skipped", name, from, log.Notes(), 6-len(want))
			}
		}
	}
}

// A mapping names columns, those of nested groups by their paths.
func TestParquetMapping(t *testing.T) {
	m, err := mapping.Parse("test", []byte(`
events:
  columns:
    user_id: who.id
    ts: {from: when, unit: s}
    type: {from: what, values: {play: watch, scroll: null}}
    item_id: {from: things, split: "|"}
    seconds: {from: length, unit: ms}
`))
	if err != nil {
		t.Fatal(err)
	}
	type who struct {
		ID  *string `parquet:"id,optional"`
		Age int     `parquet:"age"`
	}
	type row struct {
		Who    *who     `parquet:"who,optional"`
		When   int64    `parquet:"when"`
		What   string   `parquet:"what"`
		Things []string `parquet:"things"`
		Length float64  `parquet:"length"`
	}
	id := "u1"
	var b bytes.Buffer
	w := pqgo.NewGenericWriter[row](&b)
	if _, err := w.Write([]row{
		{&who{&id, 1}, 1772359200, "play", []string{"i1"}, 1500},
		{nil, 1772359200, "play", []string{"i1"}, 1500},
		{&who{&id, 1}, 1772359200, "scroll", nil, 1},
		{&who{nil, 1}, 1772359200, "play", []string{"i1"}, 1500},
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, _ := readParquet(t, "events.parquet", b.Bytes(), Options{Mapping: m})
	want := []event.Event{{TS: 1772359200000, UserID: "u1", ItemID: "i1", Type: event.Watch, Has: event.HasWatched, Watched: 1500}}
	if diff := cmp.Diff(want, d.Events); diff != "" {
		t.Error(diff)
	}
	if len(d.Rejects) != 2 || d.Rejects[0].Code != code.UserMissing || d.Rejects[0].Line != 2 || d.Rejects[1].Line != 4 {
		t.Errorf("rejects %+v", d.Rejects)
	}
	d, _ = readParquet(t, "events.parquet", parquetOf(t, eventColumns()), Options{Mapping: m})
	if len(d.Events) != 0 || len(d.Rejects) != 1 || d.Rejects[0].Code != code.ParquetType {
		t.Errorf("without the columns of the mapping: %d events, rejects %+v", len(d.Events), d.Rejects)
	}
}
