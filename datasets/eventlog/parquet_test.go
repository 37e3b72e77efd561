package eventlog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/eventtest"
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

// The same events in other types that the columns can have.
func TestParquetTypes(t *testing.T) {
	want := []event.Event{{ID: "00010203-0405-0607-0809-0a0b0c0d0eff", TS: 1772323200000, UserID: "-7", ItemID: "18446744073709551615",
		Type: event.Purchase, Has: event.HasAmount | event.HasWatched | event.HasProgress | event.HasRating, Watched: 12000,
		Progress: 10000, Rating: 500, Amount: 1990, Currency: "EUR", ReceivedAt: 1772323200001}}
	base := map[string]columnOf{
		"event_id":    {pqgo.UUID(), []any{text16("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\xff")}},
		"ts":          {pqgo.Date(), []any{int32(20513)}},
		"user_id":     {pqgo.Int(64), []any{int64(-7)}},
		"item_id":     {pqgo.Uint(64), []any{uint64(1<<64 - 1)}},
		"type":        {pqgo.Leaf(pqgo.ByteArrayType), []any{"purchase"}},
		"seconds":     {pqgo.Int(32), []any{int32(12)}},
		"progress":    {pqgo.Leaf(pqgo.Int64Type), []any{int64(1)}},
		"rating":      {pqgo.Uint(32), []any{uint32(5)}},
		"amount":      {pqgo.Decimal(3, 18, pqgo.Int64Type), []any{int64(19900)}},
		"currency":    {pqgo.String(), []any{"EUR"}},
		"received_at": {pqgo.Timestamp(pqgo.Nanosecond), []any{int64(1772323200001999999)}},
	}
	with := func(name string, node pqgo.Node, value any) map[string]columnOf {
		columns := maps.Clone(base)
		columns[name] = columnOf{node, []any{value}}
		return columns
	}
	for name, columns := range map[string]map[string]columnOf{
		"Base":        base,
		"TSMicros":    with("ts", pqgo.Timestamp(pqgo.Microsecond), int64(1772323200000999)),
		"TSSeconds":   with("ts", pqgo.Leaf(pqgo.Int64Type), int64(1772323200)),
		"TSMillis":    with("ts", pqgo.Leaf(pqgo.Int64Type), int64(1772323200000)),
		"TSInt32":     with("ts", pqgo.Leaf(pqgo.Int32Type), int32(1772323200)),
		"TSReal":      with("ts", pqgo.Leaf(pqgo.DoubleType), 1772323200.0),
		"TSText":      with("ts", pqgo.String(), "2026-03-01"),
		"TSInt96":     with("ts", pqgo.Leaf(pqgo.Int96Type), deprecated.Int96{0, 0, 2461101}),
		"AmountText":  with("amount", pqgo.String(), "19.90"),
		"AmountReal":  with("amount", pqgo.Leaf(pqgo.DoubleType), 19.9),
		"AmountFloat": with("amount", pqgo.Leaf(pqgo.FloatType), float32(19.9)),
		"AmountFixed": with("amount", pqgo.Decimal(2, 20, pqgo.FixedLenByteArrayType(9)), pqgo.FixedLenByteArrayValue([]byte{0, 0, 0, 0, 0, 0, 0, 7, 198})),
		"SecondsReal": with("seconds", pqgo.Leaf(pqgo.DoubleType), 11.9999),
		"SecondsText": with("seconds", pqgo.String(), "12.000"),
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := readParquet(t, "events.parquet", parquetOf(t, columns), Options{})
			if diff := cmp.Diff(want, d.Events); diff != "" {
				t.Error(diff, d.Rejects)
			}
		})
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
		"TSText":      {"ts", s, "1", "soon", code.TSUnparsable},
		"TSNaN":       {"ts", double, 1.0, nan[1], code.TSUnparsable},
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

func TestParquetTypeMismatch(t *testing.T) {
	s := pqgo.String()
	good := map[string]columnOf{
		"ts": {pqgo.Timestamp(pqgo.Millisecond), []any{int64(1)}}, "user_id": {s, []any{"a"}}, "item_id": {s, []any{"i"}}, "type": {s, []any{"view"}},
	}
	for name, c := range map[string]struct {
		column string
		node   pqgo.Node
		value  any
	}{
		"UserReal":      {"user_id", pqgo.Leaf(pqgo.DoubleType), 1.0},
		"UserTruth":     {"user_id", pqgo.Leaf(pqgo.BooleanType), true},
		"UserList":      {"user_id", pqgo.Repeated(s), []string{"u"}},
		"TypeInt":       {"type", pqgo.Int(32), int32(1)},
		"TSTruth":       {"ts", pqgo.Leaf(pqgo.BooleanType), true},
		"TSTime":        {"ts", pqgo.Time(pqgo.Millisecond), int32(1)},
		"SecondsTruth":  {"seconds", pqgo.Leaf(pqgo.BooleanType), true},
		"SecondsDate":   {"seconds", pqgo.Date(), int32(1)},
		"CurrencyInt":   {"currency", pqgo.Int(64), int64(978)},
		"ChannelFixed":  {"channel", pqgo.Leaf(pqgo.FixedLenByteArrayType(4)), pqgo.FixedLenByteArrayValue([]byte("abcd"))},
		"ReceivedFixed": {"received_at", pqgo.Leaf(pqgo.FixedLenByteArrayType(4)), pqgo.FixedLenByteArrayValue([]byte("abcd"))},
	} {
		t.Run(name, func(t *testing.T) {
			columns := maps.Clone(good)
			columns[c.column] = columnOf{c.node, []any{c.value}}
			d, _ := readParquet(t, "events.parquet", parquetOf(t, columns), Options{})
			if len(d.Events) != 0 || len(d.Rejects) != 1 || d.Rejects[0].Code != code.ParquetType || d.Rejects[0].Field != c.column || d.Rejects[0].Line != 0 {
				t.Errorf("%d events, rejects %+v", len(d.Events), d.Rejects)
			}
		})
	}
	for _, missing := range []string{"ts", "user_id", "type"} {
		columns := maps.Clone(good)
		delete(columns, missing)
		d, _ := readParquet(t, "events.parquet", parquetOf(t, columns), Options{})
		if len(d.Rejects) != 1 || d.Rejects[0].Code != code.ParquetType || d.Rejects[0].Field != missing {
			t.Errorf("without %s: rejects %+v", missing, d.Rejects)
		}
	}
}

func TestParquetCatalogue(t *testing.T) {
	s := pqgo.String()
	list := pqgo.Repeated(s)
	users := parquetOf(t, map[string]columnOf{
		"user_id":    {s, []any{"u1", "u2", "u3", ""}},
		"age":        {pqgo.Int(32), []any{int32(34), nil, int32(121), nil}},
		"signup_ts":  {pqgo.Date(), []any{int32(20513), nil, nil, nil}},
		"occupation": {s, []any{"nurse", nil, nil, nil}},
		"consent":    {list, []any{[]string{"recommend", "analyse"}, []string{}, []string{"a"}, []string{}}},
	})
	d, _ := readParquet(t, "users.parquet", users, Options{})
	want := []event.User{
		{ID: "u1", Age: 34, SignupTS: 1772323200000, Occupation: "nurse", Consent: []string{"recommend", "analyse"}},
		{ID: "u2", Consent: []string{}},
	}
	if diff := cmp.Diff(want, d.Catalogue.Users); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, r := range d.Rejects {
		got = append(got, fmt.Sprint(r.Line, r.Code, r.Field))
	}
	if diff := cmp.Diff([]string{"3" + code.AgeRange + "age", "4" + code.UserMissing + "user_id"}, got); diff != "" {
		t.Error(diff)
	}
	items := parquetOf(t, map[string]columnOf{
		"item_id":          {s, []any{"i1", "i2"}},
		"tags":             {s, []any{"a|b", `["c"]`}},
		"available":        {pqgo.Leaf(pqgo.BooleanType), []any{true, false}},
		"price":            {pqgo.Decimal(2, 9, pqgo.Int32Type), []any{int32(499), nil}},
		"currency":         {s, []any{"USD", nil}},
		"duration_seconds": {pqgo.Leaf(pqgo.DoubleType), []any{60.5, nil}},
		"difficulty":       {s, []any{"advanced", "2.5"}},
		"published_at":     {pqgo.Timestamp(pqgo.Microsecond), []any{int64(-1_000_001), nil}},
	})
	d, _ = readParquet(t, "items.parquet", items, Options{})
	wantItems := []event.Item{
		{ID: "i1", Tags: []string{"a", "b"}, Price: 499, Currency: "USD", Duration: 60500, Difficulty: 500, PublishedAt: -1001},
		{ID: "i2", Tags: []string{"c"}, Unavailable: true, Difficulty: 250},
	}
	if diff := cmp.Diff(wantItems, d.Catalogue.Items); diff != "" || len(d.Rejects) > 0 {
		t.Error(diff, d.Rejects)
	}
	trends := parquetOf(t, map[string]columnOf{
		"ts": {pqgo.Date(), []any{int32(20513)}}, "topic": {s, []any{"x"}}, "value": {pqgo.Leaf(pqgo.DoubleType), []any{0.1}},
	})
	d, _ = readParquet(t, "trends.parquet", trends, Options{})
	if diff := cmp.Diff([]event.Trend{{TS: 1772323200000, Topic: "x", Value: 0.1}}, d.Catalogue.Trends); diff != "" {
		t.Error(diff)
	}
}

// Lists that go on from page to page, as others write them.
func TestParquetLists(t *testing.T) {
	type row struct {
		ID   string    `parquet:"item_id"`
		Tags []*string `parquet:"tags,list,optional"`
	}
	text := func(s string) *string { return &s }
	rows := []row{{"a", nil}, {"b", []*string{text("x"), text("y"), text("x")}}, {"c", []*string{text("z"), nil}}, {"d", []*string{text("x")}}}
	for _, version := range []int{1, 2} {
		var b bytes.Buffer
		w := pqgo.NewGenericWriter[row](&b, pqgo.DataPageVersion(version), pqgo.PageBufferSize(1), pqgo.MaxRowsPerRowGroup(3))
		if _, err := w.Write(rows); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		d, _ := readParquet(t, "items.parquet", b.Bytes(), Options{})
		want := []event.Item{{ID: "a"}, {ID: "b", Tags: []string{"x", "y", "x"}}, {ID: "d", Tags: []string{"x"}}}
		if diff := cmp.Diff(want, d.Catalogue.Items); diff != "" {
			t.Error(diff)
		}
		if len(d.Rejects) != 1 || d.Rejects[0].Code != code.JSONType || d.Rejects[0].Line != 3 {
			t.Errorf("rejects %+v", d.Rejects)
		}
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

// An event means the same in every format.
func TestParquetCases(t *testing.T) {
	for _, c := range eventtest.Cases() {
		var fields map[string]any
		d := json.NewDecoder(strings.NewReader("{" + c.Fields + "}"))
		d.UseNumber()
		if err := d.Decode(&fields); err != nil || strings.Contains(c.Fields, `\ud800`) {
			continue // it is about JSON
		}
		columns := map[string]columnOf{"user_id": {pqgo.String(), []any{"u"}}}
		for _, name := range eventTable.required {
			if columns[name].node == nil {
				columns[name] = columnOf{pqgo.String(), []any{nil}}
			}
		}
		typed := true
		for name, v := range fields {
			switch v := v.(type) {
			case nil:
				columns[name] = columnOf{pqgo.String(), []any{nil}}
			case string:
				columns[name] = columnOf{pqgo.String(), []any{v}}
			case json.Number:
				columns[name] = numberColumn(eventTable.index[name], v.String())
				typed = typed && columns[name].node != nil
			default:
				typed = false // no type of a column
			}
		}
		if !typed {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			d, _ := readParquet(t, "events.parquet", parquetOf(t, columns), Options{Now: eventtest.Now})
			if c.Refused != "" {
				if len(d.Events) > 0 || len(d.Rejects) != 1 || d.Rejects[0].Field != c.Refused {
					t.Errorf("%d events, rejects %+v, want one of %s", len(d.Events), d.Rejects, c.Refused)
				}
				return
			}
			want := c.Want
			want.UserID = "u"
			if diff := cmp.Diff([]event.Event{want}, d.Events); diff != "" {
				t.Error(diff, d.Rejects)
			}
		})
	}
}

// numberColumn holds a number in the type that fits it: text if no number does.
func numberColumn(column int, v string) columnOf {
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		if role := roleOf(eventTable, column); role == roleText {
			return columnOf{}
		}
		return columnOf{pqgo.Int(64), []any{n}}
	}
	if roleOf(eventTable, column) == roleID {
		return columnOf{}
	}
	f, err := strconv.ParseFloat(v, 64)
	exact, ok := new(big.Rat).SetString(v)
	shortest, same := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	if err == nil && ok && same && len(v) < 30 && exact.Cmp(shortest) == 0 {
		return columnOf{pqgo.Leaf(pqgo.DoubleType), []any{f}}
	}
	return columnOf{pqgo.String(), []any{v}}
}
