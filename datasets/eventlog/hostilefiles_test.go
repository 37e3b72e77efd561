package eventlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/datasets/eventlog"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
)

const (
	line   = `{"ts":1767323045,"user_id":"u","item_id":"i","type":"view"}` + "\n"
	header = "ts,user_id,item_id,type,plan\n"
	record = "1767323045,u,i,view,p\n"
)

// part is some bytes of a file: a text, once or several times, or a hole of NULs
// that takes no space on disk.
type part struct {
	text  string
	times int
	hole  int64
}

func text(s string) part        { return part{text: s, times: 1} }
func hole(n int64) part         { return part{hole: n} }
func many(s string, n int) part { return part{text: s, times: n} }
func parts(p ...part) []part    { return p }

// create writes a file of parts.
func create(t *testing.T, path string, content ...part) string {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(0)
	for _, p := range content {
		for range p.times {
			if _, err := f.WriteAt([]byte(p.text), size); err != nil {
				t.Fatal(err)
			}
			size += int64(len(p.text))
		}
		size += p.hole
	}
	if err := errors.Join(f.Truncate(size), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// packed compresses parts.
func packed(t *testing.T, open func(io.Writer) io.WriteCloser, content ...part) string {
	t.Helper()
	var b bytes.Buffer
	w := open(&b)
	zeros := make([]byte, 1<<20)
	for _, p := range content {
		for range p.times {
			w.Write([]byte(p.text)) // to memory, which does not fail
		}
		for n := p.hole; n > 0; n -= int64(len(zeros)) {
			w.Write(zeros[:min(n, int64(len(zeros)))])
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipTo(w io.Writer) io.WriteCloser {
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // a level that exists
	return z
}

func zstdTo(w io.Writer) io.WriteCloser {
	z, _ := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1)) // options that exist
	return z
}

// view is a row of a Parquet file of events.
type view struct {
	TS   int64  `parquet:"ts"`
	User string `parquet:"user_id"`
	Item string `parquet:"item_id"`
	Type string `parquet:"type"`
}

// parquetRows is a Parquet file of n rows in groups of 1,000.
func parquetRows(t *testing.T, n int) string {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[view](&b, parquet.MaxRowsPerRowGroup(1000))
	for i := range n {
		if _, err := w.Write([]view{{1767323045, fmt.Sprint("u", i%97), fmt.Sprint("i", i%31), "view"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	gib = 1 << 30
	mib = 1 << 20
)

// Files that are made for the test: those that are large, or of compressed bytes.
func TestHostileStreams(t *testing.T) {
	lines, records := strings.Repeat(line, 1000), strings.Repeat(record, 1000)
	zipped, zstandard := packed(t, gzipTo, many(lines, 20)), packed(t, zstdTo, many(lines, 20))
	table := parquetRows(t, 3000)
	loose := eventlog.Options{MaxRatio: 1 << 40}
	for _, c := range []struct {
		name, file string
		content    []part
		want       string
		o          eventlog.Options
	}{
		{name: "LongLine", file: "e.jsonl", content: parts(text(line+`{"x":"`), hole(gib), text("\"}\n"+line)), want: "accepted 2, line_too_long 1"},
		{name: "LongLineOnly", file: "e.jsonl", content: parts(hole(gib)), want: "accepted 0, line_too_long 1"},
		{name: "LongLineLast", file: "e.jsonl", content: parts(text(line), hole(gib)), want: "accepted 1, line_too_long 1"},
		{name: "LongRecord", file: "e.csv", content: parts(text(header+record), hole(gib), text("\n"+record)), want: "accepted 2, line_too_long 1"},
		{name: "LongHeader", file: "e.csv", content: parts(text(header[:9]), hole(gib), text(header[9:]+record)), want: "accepted 0, csv_header 1"},
		{name: "LongQuoted", file: "e.csv", content: parts(text(header+record+`1,u,i,view,"`), hole(gib), text("\"\n"+record)), want: "accepted 2, line_too_long 1"},
		{name: "LongQuotedOpen", file: "e.csv", content: parts(text(header+record+`1,u,i,view,"`), hole(gib)), want: "accepted 1, line_too_long 1"},
		{name: "QuotedLines", file: "e.csv", content: parts(text(header+record+`1,u,i,view,"`), many(strings.Repeat("x\n", 1024), 1024), text("\"\n"+record)), want: "accepted 2, csv_columns 1048575, csv_quote 2"},
		{name: "Commas", file: "e.csv", content: parts(text(header + record + strings.Repeat(",", mib-1) + "\n" + record)), want: "accepted 2, too_many_columns 1"},
		{name: "Fields", file: "e.jsonl", content: parts(text(line + "{" + strings.Repeat(`"x":1,`, 100_000) + `"y":1}` + "\n" + line)), want: "accepted 2, too_many_columns 1"},
		{name: "Array", file: "e.jsonl", content: parts(many(line+`{"x":[1`+strings.Repeat(",1", 524_000)+"]}\n", 8)), want: "accepted 8, too_many_columns 8"},
		{name: "MostEntries", file: "e.jsonl", content: parts(text(line[:len(line)-2] + `,"x":[1` + strings.Repeat(",1", 65_531) + "],\"y\":1}\n")), want: "accepted 1"},
		{name: "TooManyEntries", file: "e.jsonl", content: parts(text(line[:len(line)-2] + `,"x":[1` + strings.Repeat(",1", 65_532) + "],\"y\":1}\n")), want: "accepted 0, too_many_columns 1"},
		{name: "Brackets", file: "e.jsonl", content: parts(text(line + strings.Repeat("[", mib) + "\n" + strings.Repeat(`{"x":`, 200_000) + "\n" + line)), want: "accepted 2, nesting 2"},
		{name: "Quotes", file: "e.csv", content: parts(text(header + record + strings.Repeat(`"`, mib) + "\n" + record)), want: "accepted 2, csv_columns 1"},
		{name: "Escapes", file: "e.jsonl", content: parts(text(line + `{"x":"` + strings.Repeat(`\u0041`, 170_000) + `","ts":1700000000,"user_id":"u","item_id":"i","type":"view"}` + "\n" + line)), want: "accepted 3"},
		{name: "EmptyLines", file: "e.csv", content: parts(text(header), many(strings.Repeat("\n", mib), 64), text(record)), want: "accepted 1"},

		{name: "GzipBomb", file: "e.jsonl.gz", content: parts(text(packed(t, gzipTo, text(line), hole(256*mib)))), want: "accepted 1, decompression_bomb 1, line_too_long 1"},
		{name: "ZstdBomb", file: "e.jsonl.zst", content: parts(text(packed(t, zstdTo, text(line), hole(gib)))), want: "accepted 1, decompression_bomb 1, line_too_long 1"},
		{name: "GzipBombOfRows", file: "e.jsonl.gz", content: parts(many(packed(t, gzipTo, many(strings.Repeat("\n", mib), 64)), 4)), want: "accepted 0, decompression_bomb 1"},
		{name: "GzipLongLine", file: "e.jsonl.gz", content: parts(text(packed(t, gzipTo, text(line), hole(256*mib), text("\n"+line)))), want: "accepted 2, line_too_long 1", o: loose},
		{name: "ZstdLongLine", file: "e.csv.zst", content: parts(text(packed(t, zstdTo, text(header+record), hole(gib), text("\n"+record)))), want: "accepted 2, line_too_long 1", o: loose},
		{name: "ZstdWindow", file: "e.jsonl.zst", content: parts(text("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00")), want: "accepted 0, decompression_bomb 1"},

		{name: "GzipCut", file: "e.jsonl.gz", content: parts(text(zipped[:len(zipped)-1])), want: "accepted 20000, truncated_file 1"},
		{name: "GzipHead", file: "e.jsonl.gz", content: parts(text(zipped[:5])), want: "accepted 0, truncated_file 1"},
		{name: "GzipChecksum", file: "e.jsonl.gz", content: parts(text(zipped[:len(zipped)-8] + "12345678")), want: "accepted 20000, gzip_corrupt 1"},
		{name: "GzipTrailer", file: "e.jsonl.gz", content: parts(text(zipped + "trailing garbage")), want: "accepted 20000, gzip_corrupt 1"},
		{name: "GzipOfText", file: "e.jsonl.gz", content: parts(text(line)), want: "accepted 0, gzip_corrupt 1"},
		{name: "GzipOfZstd", file: "e.jsonl.gz", content: parts(text(zstandard)), want: "accepted 0, gzip_corrupt 1"},
		{name: "TextOfGzip", file: "e.csv", content: parts(text(zipped)), want: "accepted 0, csv_header 1"},
		// What zstd cannot check is not let out: a block of up to 128 KiB, here 340 rows.
		{name: "ZstdCut", file: "e.jsonl.zst", content: parts(text(zstandard[:len(zstandard)-1])), want: "accepted 19660, truncated_file 1"},
		{name: "ZstdHead", file: "e.jsonl.zst", content: parts(text(zstandard[:5])), want: "accepted 0, truncated_file 1"},
		{name: "ZstdChecksum", file: "e.jsonl.zst", content: parts(text(zstandard[:len(zstandard)-4] + "1234")), want: "accepted 19660, zstd_corrupt 1"},
		{name: "ZstdOfText", file: "e.csv.zst", content: parts(text(header + record)), want: "accepted 0, zstd_corrupt 1"},

		{name: "Parquet", file: "e.parquet", content: parts(text(table)), want: "accepted 3000"},
		{name: "ParquetCut", file: "e.parquet", content: parts(text(table[:len(table)-1])), want: "accepted 0, truncated_file 1"},
		{name: "ParquetHalf", file: "e.parquet", content: parts(text(table[:len(table)/2])), want: "accepted 0, truncated_file 1"},
		{name: "ParquetMagic", file: "e.parquet", content: parts(text("PAR1")), want: "accepted 0, truncated_file 1"},
		{name: "ParquetFooter", file: "e.parquet", content: parts(text(table[:len(table)-8] + "\xff\xff\xff\x7fPAR1")), want: "accepted 0, parquet_corrupt 1"},
		{name: "ParquetHole", file: "e.parquet", content: parts(text("PAR1"), hole(gib), text("\x00\x00\x00\x3fPAR1")), want: "accepted 0, decompression_bomb 1"},
		{name: "ParquetZeros", file: "e.parquet", content: parts(hole(gib)), want: "accepted 0, parquet_corrupt 1"},
		{name: "ParquetOfText", file: "e.parquet", content: parts(text(lines)), want: "accepted 0, parquet_corrupt 1"},

		{name: "Empty", file: "e.jsonl", want: "accepted 0"},
		{name: "EmptyCSV", file: "e.csv", want: "accepted 0"},
		{name: "EmptyGzip", file: "e.jsonl.gz", want: "accepted 0, truncated_file 1"},
		{name: "EmptyZstd", file: "e.csv.zst", want: "accepted 0, truncated_file 1"},
		{name: "EmptyParquet", file: "e.parquet", want: "accepted 0, truncated_file 1"},
		{name: "GzipOfNothing", file: "e.jsonl.gz", content: parts(text(packed(t, gzipTo))), want: "accepted 0"},
		{name: "HeaderOnly", file: "e.csv", content: parts(text(header)), want: "accepted 0"},
		{name: "MarkOnly", file: "e.csv", content: parts(text("\uFEFF")), want: "accepted 0"},
		{name: "Whole", file: "e.csv", content: parts(text(header), many(records, 100)), want: "accepted 100000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := create(t, filepath.Join(t.TempDir(), c.file), c.content...)
			checkHostile(t, path, c.want, c.o)
		})
	}
}

// Names that promise a file and are none.
func TestHostileFolders(t *testing.T) {
	for name, c := range map[string]struct {
		make func(dir string) error
		want string // nothing where there is nothing to read
	}{
		"Folder": {func(dir string) error { return os.Mkdir(filepath.Join(dir, "events.jsonl"), 0o700) }, ""},
		"FolderBesideFile": {func(dir string) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, "events.jsonl"), 0o700), os.WriteFile(filepath.Join(dir, "events-2.jsonl"), []byte(line), 0o600))
		}, "accepted 1"},
		"FolderInTable": {func(dir string) error {
			return errors.Join(os.MkdirAll(filepath.Join(dir, "events", "x.csv"), 0o700), os.WriteFile(filepath.Join(dir, "events", "y.jsonl"), []byte(line), 0o600))
		}, "accepted 1"},
		"OtherNames": {func(dir string) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, "events"), 0o700), os.WriteFile(filepath.Join(dir, "events", "y.xlsx"), []byte("PK"), 0o600))
		}, "accepted 0, file_unsupported 1"},
		"NewLine": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "events-\n\x1b[31m.jsonl"), []byte("x\n"+line), 0o600)
		}, "accepted 1, json_invalid 1"},
		"Circle": {func(dir string) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, "events"), 0o700), os.Symlink("..", filepath.Join(dir, "events", "up")),
				os.WriteFile(filepath.Join(dir, "events", "y.jsonl"), []byte(line), 0o600))
		}, "accepted 1"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := c.make(dir); err != nil {
				t.Skip(err) // a file system without links or such names
			}
			if c.want == "" {
				if _, err := eventlog.Open(t.Context(), dir, eventlog.Options{}); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%v, want fs.ErrNotExist", err)
				}
				return
			}
			checkHostile(t, dir, c.want, eventlog.Options{})
		})
	}
}
