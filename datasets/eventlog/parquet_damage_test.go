package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"curio/datasets/event"
	"curio/datasets/event/code"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/snappy"
	pqgo "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	pq "github.com/parquet-go/parquet-go/format"
)

// smallParquet has three row groups with pages of every kind.
func smallParquet(t testing.TB, version int) []byte {
	columns := eventColumns()
	for name, c := range columns {
		if name != "event_id" && c.node.Type().Kind() == pqgo.ByteArray {
			c.node = pqgo.Encoded(c.node, &pqgo.RLEDictionary)
		}
		if name == "plan" {
			c.node = pqgo.Compressed(c.node, &pqgo.Zstd)
		}
		columns[name] = c
	}
	return parquetOf(t, columns, pqgo.DataPageVersion(version), pqgo.MaxRowsPerRowGroup(2))
}

func TestParquetTruncated(t *testing.T) {
	whole := smallParquet(t, 2)
	for n := range whole {
		d, _ := readParquet(t, "events.parquet", whole[:n], Options{})
		if len(d.Events) != 0 || len(d.Rejects) != 1 || d.Rejects[0].Line != 0 {
			t.Fatalf("%d of %d bytes: %d events, rejects %v", n, len(whole), len(d.Events), d.Rejects)
		}
		want := code.TruncatedFile
		if got := d.Rejects[0].Code; n >= 12 && got != want && got != code.ParquetCorrupt || n < 12 && got != want {
			t.Fatalf("%d of %d bytes: code %s", n, len(whole), got)
		}
	}
}

// Any byte may be another one: the rest is read, or rejected in the same way by
// any number of workers.
func TestParquetDamaged(t *testing.T) {
	for _, version := range []int{1, 2} {
		whole := smallParquet(t, version)
		for i := range whole {
			damaged := bytes.Clone(whole)
			damaged[i] ^= []byte{1, 0x80, 0xFF}[i%3]
			d, _ := readParquet(t, "events.parquet", damaged, Options{})
			if n := len(d.Events); n > len(wantEvents) {
				t.Fatalf("byte %d: %d events, %d were written", i, n, len(wantEvents))
			}
			if i%10 > 0 {
				continue
			}
			s := mustOpen(t, fstest.MapFS{"events.parquet": &fstest.MapFile{Data: damaged}}, Options{})
			var rejects []event.Reject
			err := s.Events(context.Background(), 3, func(r event.Reject) { rejects = append(rejects, r) },
				func() event.Sink { return func(*event.Event, event.Part, event.Place) error { return nil } })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(d.Rejects, rejects); diff != "" {
				t.Fatalf("byte %d: %s", i, diff)
			}
		}
	}
}

// Damage costs the rows of its row group from its page on; the rows before it and
// the other row groups are read.
func TestParquetDamageIsContained(t *testing.T) {
	const rows, group = 6000, 2000
	columns := map[string]columnOf{"ts": {node: pqgo.Timestamp(pqgo.Millisecond)}, "user_id": {node: pqgo.String()}, "type": {node: pqgo.String()}}
	for i := range rows {
		for name, v := range map[string]any{"ts": int64(1700000000 + i), "user_id": fmt.Sprintf("user-%06d", i), "type": "search"} {
			c := columns[name]
			c.values = append(c.values, v)
			columns[name] = c
		}
	}
	content := parquetOf(t, columns, pqgo.MaxRowsPerRowGroup(group), pqgo.PageBufferSize(4096))
	at := bytes.Index(content, []byte("user-003000")) // not in statistics: pages begin elsewhere
	copy(content[at-4:], []byte{0xFF, 0xFF, 0xFF, 0x7F})
	d, _ := readParquet(t, "events.parquet", content, Options{})
	if len(d.Rejects) != 1 || d.Rejects[0].Code != code.ParquetCorrupt {
		t.Fatalf("rejects %+v", d.Rejects)
	}
	from := d.Rejects[0].Line
	if from <= group || from > 3001 || !strings.Contains(d.Rejects[0].Message, fmt.Sprintf("rows %d to %d", from, 2*group)) {
		t.Errorf("reject %+v", d.Rejects[0])
	}
	var lost []int
	seen := make(map[string]bool)
	for _, e := range d.Events {
		seen[e.UserID] = true
	}
	for i := range rows {
		if !seen[fmt.Sprintf("user-%06d", i)] {
			lost = append(lost, i+1)
		}
	}
	if len(lost) == 0 || lost[0] != from || lost[len(lost)-1] != 2*group || len(lost) != 2*group-from+1 {
		t.Errorf("%d rows lost, from %d; rejected from %d", len(lost), lost[0], from)
	}
}

func TestParquetPlaces(t *testing.T) {
	content := parquetLog(t, 3000, &pqgo.Snappy)
	s := mustOpen(t, fstest.MapFS{"events.parquet": &fstest.MapFile{Data: content}, "events-0.jsonl": &fstest.MapFile{}}, Options{})
	last := event.Place(0)
	err := event.Each(context.Background(), s, nil, func(_ *event.Event, _ event.Part, at event.Place) error {
		if at.File() != 1 || at != event.PlaceOf(1, last.Line()+1) {
			return fmt.Errorf("file %d, line %d after %d", at.File(), at.Line(), last.Line())
		}
		last = at
		return nil
	})
	if err != nil || last.Line() != 3000 {
		t.Error(err, last.Line())
	}
}

func TestParquetLimits(t *testing.T) {
	one := func(values map[string]columnOf, o Options, options ...pqgo.WriterOption) (int, string) {
		t.Helper()
		d, _ := readParquet(t, "events.parquet", parquetOf(t, values, options...), o)
		if len(d.Rejects) > 0 {
			return len(d.Events), d.Rejects[0].Code
		}
		return len(d.Events), ""
	}
	if n, got := one(eventColumns(), Options{MaxColumns: 14}); n != 5 || got != "" {
		t.Errorf("14 of 14 columns: %d events, %q", n, got)
	}
	if n, got := one(eventColumns(), Options{MaxColumns: 13}); n != 0 || got != code.TooManyColumns {
		t.Errorf("14 of 13 columns: %d events, %q", n, got)
	}
	for size, want := range map[int32]string{maxPage - 1: "", maxPage: "", maxPage + 1: code.DecompressionBomb, -1: code.ParquetCorrupt} {
		for compressed, wantCompressed := range map[int32]string{10: "", 11: code.ParquetCorrupt, -1: code.ParquetCorrupt} {
			b, err := thrift.Marshal(new(thrift.CompactProtocol), &pq.PageHeader{UncompressedPageSize: size, CompressedPageSize: compressed})
			if err != nil {
				t.Fatal(err)
			}
			b = append(b, make([]byte, 10)...)
			var p parquetPages
			var budget parquetBudget
			p.start(&parquetColumn{}, &parquetChunk{Size: int64(len(b))}, bytes.NewReader(b), 1, &budget, nil)
			_, err = p.header()
			var f flaw
			errors.As(err, &f)
			if f.code != want && f.code != wantCompressed || err == nil && want+wantCompressed != "" {
				t.Errorf("a page of %d bytes in %d: %q", size, compressed, f.code)
			}
		}
	}
}

// A few bytes that claim to be many rows are not read.
func TestParquetRowBomb(t *testing.T) {
	content := parquetOf(t, map[string]columnOf{"ts": {pqgo.Int(64), []any{int64(1700000000)}}, "user_id": {pqgo.String(), []any{"u"}}, "type": {pqgo.String(), []any{"search"}}})
	for _, rows := range []int64{freeRows + 1, 1 << 39, math.MaxInt64} {
		d, _ := readParquet(t, "events.parquet", withFooter(t, content, func(f *pq.FileMetaData) { f.RowGroups[0].NumRows = rows }), Options{MaxRatio: 1})
		if want := []string{code.DecompressionBomb, code.ParquetCorrupt}; len(d.Events) > 0 || len(d.Rejects) != 1 || !slices.Contains(want, d.Rejects[0].Code) {
			t.Errorf("%d rows: %d events, rejects %v", rows, len(d.Events), d.Rejects)
		}
	}
	d, _ := readParquet(t, "events.parquet", withFooter(t, content, func(f *pq.FileMetaData) { f.RowGroups[0].NumRows = freeRows }), Options{MaxRatio: 1})
	if len(d.Events) != 1 || len(d.Rejects) != 1 || d.Rejects[0].Code != code.ParquetCorrupt {
		t.Errorf("%d events, rejects %v", len(d.Events), d.Rejects)
	}
}

func TestParquetOutside(t *testing.T) {
	content := smallParquet(t, 1)
	for name, change := range map[string]func(*pq.ColumnChunk){
		"Offset":     func(c *pq.ColumnChunk) { c.MetaData.DataPageOffset = math.MaxInt64 },
		"Negative":   func(c *pq.ColumnChunk) { c.MetaData.DataPageOffset = -1 },
		"Size":       func(c *pq.ColumnChunk) { c.MetaData.TotalCompressedSize = int64(len(content)) },
		"SizeMax":    func(c *pq.ColumnChunk) { c.MetaData.TotalCompressedSize = math.MaxInt64 },
		"SizeMinus":  func(c *pq.ColumnChunk) { c.MetaData.TotalCompressedSize = math.MinInt64 },
		"Dictionary": func(c *pq.ColumnChunk) { c.MetaData.DictionaryPageOffset = -5 },
		"Elsewhere":  func(c *pq.ColumnChunk) { c.FilePath = "other.parquet" },
		"Type":       func(c *pq.ColumnChunk) { c.MetaData.Type = pq.Boolean },
	} {
		d, _ := readParquet(t, "events.parquet", withFooter(t, content, func(f *pq.FileMetaData) {
			for i := range f.RowGroups[1].Columns {
				change(&f.RowGroups[1].Columns[i])
			}
		}), Options{})
		if len(d.Events) > 0 || len(d.Rejects) != 1 || d.Rejects[0].Code != code.ParquetCorrupt || d.Rejects[0].Line != 0 {
			t.Errorf("%s: %d events, rejects %v", name, len(d.Events), d.Rejects)
		}
	}
	// Chunks that share their bytes multiply what a file holds.
	d, _ := readParquet(t, "events.parquet", withFooter(t, content, func(f *pq.FileMetaData) {
		for range 20 {
			f.RowGroups = append(f.RowGroups, f.RowGroups...)[:min(2*len(f.RowGroups), 300)]
		}
	}), Options{})
	if len(d.Events) > 0 || len(d.Rejects) != 1 || d.Rejects[0].Code != code.ParquetCorrupt {
		t.Errorf("%d events, rejects %v", len(d.Events), d.Rejects)
	}
	d, _ = readParquet(t, "events.parquet", withFooter(t, content, func(f *pq.FileMetaData) {
		for i := range f.RowGroups {
			for k := range f.RowGroups[i].Columns {
				f.RowGroups[i].Columns[k].MetaData.Codec = pq.LZO
			}
		}
	}), Options{})
	if len(d.Events) > 0 || len(d.Rejects) != 3 || d.Rejects[0].Code != code.ParquetType || !strings.Contains(d.Rejects[0].Message, "LZO") {
		t.Errorf("%d events, rejects %v", len(d.Events), d.Rejects)
	}
}

// Pages hold what they say, no less and no more.
func TestInflate(t *testing.T) {
	text := []byte(strings.Repeat("interest ", 1000))
	zstd, err := pqgo.Zstd.Encode(nil, text)
	if err != nil {
		t.Fatal(err)
	}
	for codec, packed := range map[pq.CompressionCodec][]byte{
		pq.Uncompressed: text, pq.Snappy: snappy.Encode(nil, text), pq.Gzip: zipped(t, text), pq.Zstd: zstd,
	} {
		to := make([]byte, len(text))
		if err := inflate(to, packed, codec); err != nil || !bytes.Equal(to, text) {
			t.Errorf("%s: %v", codec, err)
		}
		for _, n := range []int{0, 1, len(text) - 1, len(text) + 1} {
			to := make([]byte, n, 2*len(text))
			if err := inflate(to, packed, codec); err == nil {
				t.Errorf("%s: %d bytes out of %d", codec, n, len(text))
			}
			if bytes.ContainsFunc(to[n:cap(to)], func(r rune) bool { return r != 0 }) {
				t.Errorf("%s: wrote behind %d bytes", codec, n)
			}
		}
		if err := inflate(to, packed[:len(packed)/2], codec); err == nil {
			t.Errorf("%s: half of a page", codec)
		}
	}
}

// Pages that blow up one after another are not all decompressed.
func TestParquetBomb(t *testing.T) {
	plan := strings.Repeat("x", 1<<20)
	columns := map[string]columnOf{"ts": {node: pqgo.Int(64)}, "user_id": {node: pqgo.String()}, "type": {node: pqgo.String()},
		"plan": {node: pqgo.Compressed(pqgo.Encoded(pqgo.String(), &pqgo.Plain), &pqgo.Zstd)}}
	for i := range 80 {
		for name, v := range map[string]any{"ts": int64(1700000000 + i), "user_id": "u", "type": "search", "plan": plan} {
			c := columns[name]
			c.values = append(c.values, v)
			columns[name] = c
		}
	}
	content := parquetOf(t, columns, pqgo.SkipPageBounds("plan"), pqgo.DataPageStatistics(false))
	for ratio, want := range map[int64]string{1: code.DecompressionBomb, 1 << 20: code.TextTooLong} {
		d, _ := readParquet(t, "events.parquet", content, Options{MaxRatio: ratio})
		if len(d.Events) > 0 || len(d.Rejects) == 0 || d.Rejects[len(d.Rejects)-1].Code != want {
			t.Errorf("%d bytes, ratio %d: rejects %v", len(content), ratio, d.Rejects)
		}
	}
}

// A row group may be cut anywhere.
func TestParquetSlices(t *testing.T) {
	const n = 3000
	content := parquetLog(t, n, &pqgo.Zstd, pqgo.PageBufferSize(2000))
	s := mustOpen(t, fstest.MapFS{"events.parquet": &fstest.MapFile{Data: content}}, Options{})
	want := readAll(t, s).Events
	f := &parquetFile{file: s.files["events"][0], t: eventTable, at: bytes.NewReader(content)}
	if err := f.open(int64(len(content)), &s.o); err != nil {
		t.Fatal(err)
	}
	for _, cut := range []int64{1, 255, 256, 257, 1000, n - 1, n} {
		var got []event.Event
		w := &worker{ctx: context.Background(), s: s, t: eventTable, row: newRow(eventTable), order: newOrder(discard),
			sink: func(e *event.Event, _ event.Part, at event.Place) error {
				got = append(got, cloneEvent(e))
				if at.Line() != len(got) {
					return fmt.Errorf("event %d in line %d", len(got), at.Line())
				}
				return nil
			}}
		for first := int64(0); first < n; first += max(cut, n/50) {
			last := min(first+max(cut, n/50), n)
			if err := (&parquetUnit{f: f, first: first, last: last}).run(w); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(w.rejects) > 0 {
			t.Fatalf("cut at %d: %s %v", cut, diff, w.rejects)
		}
	}
}

// panicky is a file whose reading panics.
type panicky struct{}

func (panicky) ReadAt([]byte, int64) (int, error) { panic("out of range") }

func TestParquetPanicBecomesAReject(t *testing.T) {
	content := smallParquet(t, 2)
	s := mustOpen(t, fstest.MapFS{"events.parquet": &fstest.MapFile{Data: content}}, Options{})
	f := &parquetFile{file: s.files["events"][0], t: eventTable, at: bytes.NewReader(content)}
	if err := f.open(int64(len(content)), &s.o); err != nil {
		t.Fatal(err)
	}
	f.at = panicky{}
	w := &worker{ctx: context.Background(), s: s, t: eventTable, row: newRow(eventTable), order: newOrder(discard),
		sink: func(*event.Event, event.Part, event.Place) error { return nil }}
	if err := (&parquetUnit{f: f, last: 2}).run(w); err != nil || len(w.rejects) != 1 || w.rejects[0].Code != code.ParquetCorrupt {
		t.Errorf("%v, rejects %v", err, w.rejects)
	}
	if err := f.open(int64(len(content)), &s.o); err == nil {
		t.Error("the footer was read")
	}
}

// An index points into the dictionary.
func TestParquetIndices(t *testing.T) {
	p := parquetPages{c: &parquetColumn{}, indexed: true, rows: 3}
	p.words.texts = []string{"a", "b"}
	p.dictionary, p.values = &p.words, &p.words
	for last, ok := range map[byte]bool{0: true, 1: true, 2: false, 255: false} {
		p.indices = hybrid{src: []byte{4, 1, 2, last}, width: 8}
		if err := p.take(3); (err == nil) != ok {
			t.Errorf("index %d: %v", last, err)
		}
	}
}
