package eventlog

import (
	"bytes"
	"encoding/binary"
	"testing"

	"curio/datasets/event/code"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	pq "github.com/parquet-go/parquet-go/format"
)

// withFooter changes the footer of a Parquet file.
func withFooter(t testing.TB, content []byte, change func(*pq.FileMetaData)) []byte {
	t.Helper()
	end := len(content) - 8
	start := end - int(binary.LittleEndian.Uint32(content[end:]))
	var f pq.FileMetaData
	if err := thrift.Unmarshal(new(thrift.CompactProtocol), content[start:end], &f); err != nil {
		t.Fatal(err)
	}
	change(&f)
	b, err := thrift.Marshal(new(thrift.CompactProtocol), &f)
	if err != nil {
		t.Fatal(err)
	}
	return footed(content[:start], b)
}

func footed(body, footer []byte) []byte {
	out := append(bytes.Clone(body), footer...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(footer)))
	return append(out, "PAR1"...)
}

func TestParquetFooterIsBounded(t *testing.T) {
	deep := append(bytes.Repeat([]byte{0x1C}, 1<<16), make([]byte, 1<<16)...) // structures in structures
	for name, c := range map[string]struct {
		footer []byte
		want   string
	}{
		"Empty":       {nil, code.ParquetCorrupt},
		"Stop":        {[]byte{0}, code.ParquetCorrupt},
		"Deep":        {deep, code.ParquetCorrupt},
		"ListClaims":  {[]byte{0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0}, code.ParquetCorrupt},
		"MapClaims":   {[]byte{0x2B, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x55, 0}, code.ParquetCorrupt},
		"BytesClaim":  {[]byte{0x28, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0}, code.ParquetCorrupt},
		"ManyStructs": {append(binary.AppendUvarint([]byte{0x29, 0xFC}, maxFooterStructs+1), make([]byte, maxFooterStructs+2)...), code.DecompressionBomb},
		"Long":        {make([]byte, maxFooter+1), code.DecompressionBomb},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := readParquet(t, "events.parquet", footed([]byte("PAR1"), c.footer), Options{})
			if len(d.Rejects) != 1 || d.Rejects[0].Code != c.want {
				t.Errorf("rejects %v, want %s", d.Rejects, c.want)
			}
		})
	}
	for name, content := range map[string]string{
		"PAR1\x00\x00\x00\x00PARE": code.ParquetCorrupt, "PARE\x00\x00\x00\x00PAR1": code.ParquetCorrupt,
		"PAR2\x00\x00\x00\x00PAR1": code.ParquetCorrupt, "PAR1\xff\xff\xff\xffPAR1": code.ParquetCorrupt,
		"PAR1\x00\x00\x00\x00PAR2": code.TruncatedFile, "": code.TruncatedFile,
	} {
		d, _ := readParquet(t, "events.parquet", []byte(name), Options{})
		if len(d.Rejects) != 1 || d.Rejects[0].Code != content {
			t.Errorf("%q: rejects %v, want %s", name, d.Rejects, content)
		}
	}
}

// What the skimmer passes, it has walked to its end.
func TestSkimmer(t *testing.T) {
	content := smallParquet(t, 2)
	end := len(content) - 8
	footer := content[end-int(binary.LittleEndian.Uint32(content[end:])) : end]
	s := skimmer{b: append(bytes.Clone(footer), 1, 2, 3)}
	if !s.structure(0) || s.at != len(footer) {
		t.Errorf("stopped at %d of %d", s.at, len(footer))
	}
	for n := range footer {
		if s := (skimmer{b: footer[:n]}); s.structure(0) {
			t.Errorf("passed %d of %d bytes", n, len(footer))
		}
	}
}

func TestSkimmerDepth(t *testing.T) {
	for depth, want := range map[int]bool{1: true, maxThriftDepth: true, maxThriftDepth + 1: false, 1 << 20: false} {
		s := skimmer{b: append(bytes.Repeat([]byte{0x1C}, depth), make([]byte, depth+1)...)}
		if got := s.structure(0); got != want {
			t.Errorf("%d structures in each other: %v", depth, got)
		}
	}
}

func TestParquetSchemaIsChecked(t *testing.T) {
	content := smallParquet(t, 2)
	for name, c := range map[string]struct {
		change func(*pq.FileMetaData)
		want   string
	}{
		"Twice": {func(f *pq.FileMetaData) {
			for i := range f.Schema {
				if f.Schema[i].Name == "note" {
					f.Schema[i].Name = "plan"
				}
			}
		}, code.ParquetType},
		"Outside":  {func(f *pq.FileMetaData) { f.Schema = append(f.Schema, f.Schema[1]) }, code.ParquetCorrupt},
		"Missing":  {func(f *pq.FileMetaData) { f.Schema = f.Schema[:len(f.Schema)-1] }, code.ParquetCorrupt},
		"Children": {func(f *pq.FileMetaData) { f.Schema[0].NumChildren.V = -1 }, code.ParquetCorrupt},
		"Circle": {func(f *pq.FileMetaData) {
			for i := range f.Schema {
				f.Schema[i].NumChildren.V, f.Schema[i].NumChildren.Valid = 1, true
			}
		}, code.ParquetCorrupt},
		"Rows": {func(f *pq.FileMetaData) { f.RowGroups[0].NumRows = 1 }, code.ParquetCorrupt},
	} {
		d, _ := readParquet(t, "events.parquet", withFooter(t, content, c.change), Options{})
		if len(d.Rejects) != 1 || d.Rejects[0].Code != c.want {
			t.Errorf("%s: rejects %+v, want %s", name, d.Rejects, c.want)
		}
	}
}
