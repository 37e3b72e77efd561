package eventlog

import (
	"encoding/json"
	"maps"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/eventtest"

	"github.com/google/go-cmp/cmp"
	pqgo "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

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
