package synth

import (
	"bytes"
	"context"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// The events are many row groups of one size, ids by a dictionary, and times that
// others know as such.
func TestSheet(t *testing.T) {
	o := small()
	o.Events = 2*groupRows + 1
	p := mustNew(t, o)
	var b bytes.Buffer
	if err := p.eventTable(context.Background()).write(&b, Parquet); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	groups := f.Metadata().RowGroups
	if len(groups) != 3 || groups[0].NumRows != groupRows || groups[1].NumRows != groupRows || groups[2].NumRows != 1 {
		t.Fatalf("%d row groups, the first of %d rows", len(groups), groups[0].NumRows)
	}
	want := map[string]struct{ logical, encoding string }{
		"event_id": {"STRING", "PLAIN"}, "user_id": {"STRING", "RLE_DICTIONARY"}, "item_id": {"STRING", "RLE_DICTIONARY"},
		"type": {"STRING", "RLE_DICTIONARY"}, "ts": {"TIMESTAMP(isAdjustedToUTC=true,unit=MILLIS)", "PLAIN"},
		"received_at": {"TIMESTAMP(isAdjustedToUTC=true,unit=MILLIS)", "PLAIN"},
	}
	if n := len(f.Root().Columns()); n != 13 {
		t.Errorf("%d columns", n)
	}
	for _, c := range f.Root().Columns() {
		if w, ok := want[c.Name()]; ok && (c.Type().String() != w.logical || c.Encoding().String() != w.encoding) {
			t.Errorf("%s is %s, %s", c.Name(), c.Type(), c.Encoding())
		}
		chunk := groups[0].Columns[c.Index()].MetaData
		if chunk.Codec != format.Zstd || c.Name() == "ts" && len(chunk.Statistics.MaxValue) != 8 {
			t.Errorf("%s: %s, %d bytes of statistics", c.Name(), chunk.Codec, len(chunk.Statistics.MaxValue))
		}
	}
}
