package eventlog

import (
	"context"
	"slices"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"curio/datasets/event"

	pqgo "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
)

func FuzzParquet(f *testing.F) {
	f.Add(smallParquet(f, 1))
	f.Add(smallParquet(f, 2))
	f.Add(parquetLog(f, 300, &pqgo.Snappy))
	encode := func(e encoding.Encoding, kinds ...pqgo.Kind) {
		columns := eventColumns()
		for name, c := range columns {
			if slices.Contains(kinds, c.node.Type().Kind()) {
				c.node = pqgo.Encoded(c.node, e)
			}
			columns[name] = c
		}
		f.Add(parquetOf(f, columns, pqgo.MaxRowsPerRowGroup(3)))
	}
	encode(&pqgo.DeltaByteArray, pqgo.ByteArray)
	encode(&pqgo.DeltaLengthByteArray, pqgo.ByteArray)
	encode(&pqgo.DeltaBinaryPacked, pqgo.Int32, pqgo.Int64)
	encode(&pqgo.ByteStreamSplit, pqgo.Float, pqgo.Double)
	encode(&pqgo.RLEDictionary, pqgo.ByteArray, pqgo.Int32, pqgo.Int64, pqgo.Float, pqgo.Double)
	f.Add(parquetOf(f, map[string]columnOf{
		"user_id": {pqgo.String(), []any{"u1", nil}}, "item_id": {pqgo.UUID(), []any{text16("0123456789abcdef"), nil}},
		"consent":   {pqgo.Repeated(pqgo.Encoded(pqgo.String(), &pqgo.RLEDictionary)), []any{[]string{"a", "b"}, []string{}}},
		"available": {pqgo.Leaf(pqgo.BooleanType), []any{true, nil}},
		"price":     {pqgo.Decimal(2, 20, pqgo.FixedLenByteArrayType(9)), []any{nil, nil}}, "signup_ts": {pqgo.Leaf(pqgo.Int96Type), []any{nil, nil}},
	}))
	f.Fuzz(func(t *testing.T, content []byte) {
		s := mustOpen(t, fstest.MapFS{"events.parquet": &fstest.MapFile{Data: content}, "users.parquet": &fstest.MapFile{Data: content},
			"items.parquet": &fstest.MapFile{Data: content}}, Options{Now: now, MaxRatio: 1})
		rejects := 0
		reject := func(r event.Reject) {
			rejects++
			if r.File == "" || r.Code == "" || r.Message == "" || r.Line < 0 || !utf8.ValidString(r.Value) {
				t.Errorf("reject %+v", r)
			}
		}
		if _, err := s.Catalogue(context.Background(), reject); err != nil {
			t.Fatal(err)
		}
		events := 0
		err := event.Each(context.Background(), s, reject, func(e *event.Event, _ event.Part, _ event.Place) error {
			events++
			checkEvent(t, e)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if limit := max(freeRows, len(content)); events > limit || rejects > 3*(limit+1000) {
			t.Errorf("%d events and %d rejects out of %d bytes", events, rejects, len(content))
		}
	})
}
