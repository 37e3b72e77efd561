package eventlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"curio/datasets/event/code"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	pq "github.com/parquet-go/parquet-go/format"
)

// Limits on the structure of a Parquet file.
const (
	maxFooter        = 16 << 20 // bytes
	maxFooterStructs = 1 << 19  // entries of the lists in it: column chunks, most of them
	maxThriftDepth   = 16
)

// parquetFooter is what is read of a footer.
type parquetFooter struct {
	Schema    []pq.SchemaElement     `thrift:"2,required"`
	NumRows   int64                  `thrift:"3,required"`
	RowGroups []parquetGroupMeta     `thrift:"4,required"`
	Algorithm pq.EncryptionAlgorithm `thrift:"8,optional"`
}

type parquetGroupMeta struct {
	Columns []parquetChunkMeta `thrift:"1,required"`
	NumRows int64              `thrift:"3,required"`
}

type parquetChunkMeta struct {
	FilePath string       `thrift:"1,optional"`
	Data     parquetChunk `thrift:"3,optional"`
}

// parquetChunk is the part of a row group that one column takes.
type parquetChunk struct {
	Type             pq.Type             `thrift:"1,required"`
	Codec            pq.CompressionCodec `thrift:"4,required"`
	Values           int64               `thrift:"5,required"`
	Size             int64               `thrift:"7,required"` // bytes in the file, headers included
	DataOffset       int64               `thrift:"9,required"`
	DictionaryOffset int64               `thrift:"11,optional"`
	Statistics       parquetStatistics   `thrift:"12,optional"`
}

type parquetStatistics struct {
	Max []byte `thrift:"5"`
	Min []byte `thrift:"6"`
}

// offset is where the first page of the chunk is.
func (c *parquetChunk) offset() int64 {
	if d := c.DictionaryOffset; d > 0 && d < c.DataOffset {
		return d
	}
	return c.DataOffset
}

// flaw is an error about the content of a file, as opposed to one about reading
// it.
type flaw struct{ fault }

func (f flaw) Error() string { return f.message }

func corrupt(message string, args ...any) error {
	return flaw{fault{code: code.ParquetCorrupt, message: fmt.Sprintf(message, args...)}}
}

func truncated(message string) error {
	return flaw{fault{code: code.TruncatedFile, message: message}}
}

func tooLarge(message string, args ...any) error {
	return flaw{fault{code: code.DecompressionBomb, message: fmt.Sprintf(message, args...)}}
}

// readFull reads all of b at an offset within the file.
func readFull(at io.ReaderAt, b []byte, offset int64) error {
	n, err := at.ReadAt(b, offset)
	switch {
	case n == len(b):
		return nil
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return truncated("the file is shorter than it was")
	}
	return err
}

// readFooter reads the footer and returns it with the offset it begins at.
func readFooter(at io.ReaderAt, size int64) (*parquetFooter, int64, error) {
	if size < 12 {
		return nil, 0, truncated("too short to be a Parquet file")
	}
	var head [4]byte
	var tail [8]byte
	if err := readFull(at, head[:], 0); err != nil {
		return nil, 0, err
	}
	if err := readFull(at, tail[:], size-8); err != nil {
		return nil, 0, err
	}
	switch magic := string(tail[4:]); {
	case string(head[:]) == "PARE" || magic == "PARE":
		return nil, 0, corrupt("the file is encrypted")
	case string(head[:]) != "PAR1":
		return nil, 0, corrupt("does not begin as a Parquet file")
	case magic != "PAR1":
		return nil, 0, truncated("the file has no footer: it was not written to its end")
	}
	length := int64(binary.LittleEndian.Uint32(tail[:]))
	switch {
	case length > size-12:
		return nil, 0, corrupt("a footer of %d bytes in a file of %d", length, size)
	case length > maxFooter:
		return nil, 0, tooLarge("a footer of %d bytes, at most %d are read", length, maxFooter)
	}
	b := make([]byte, length)
	if err := readFull(at, b, size-8-length); err != nil {
		return nil, 0, err
	}
	m := skimmer{b: b}
	if !m.structure(0) {
		return nil, 0, corrupt("the footer is damaged")
	}
	if m.structs > maxFooterStructs {
		return nil, 0, tooLarge("a footer with more than %d entries", maxFooterStructs)
	}
	var f parquetFooter
	if err := decodeThrift(b, &f); err != nil {
		return nil, 0, corrupt("footer: %v", err)
	}
	if f.Algorithm.Value != nil {
		return nil, 0, corrupt("the file is encrypted")
	}
	return &f, size - 8 - length, nil
}

// decodeThrift decodes a structure that a skimmer has passed.
func decodeThrift(b []byte, v any) error {
	var p thrift.CompactProtocol
	return thrift.NewDecoder(p.NewReaderFromBytes(b)).Decode(v)
}

// skimmer walks a structure in the compact protocol of Thrift without keeping
// anything, so that whoever decodes it finds every length within the input and
// nothing nested deeply.
type skimmer struct {
	b       []byte
	at      int
	structs int // structures in lists
}

// structure walks one structure; false means that it is damaged or goes on behind
// the input.
func (s *skimmer) structure(depth int) bool {
	for {
		head, ok := s.byte()
		if !ok || head == 0 {
			return ok
		}
		if head>>4 == 0 {
			if _, ok := s.varint(); !ok {
				return false
			}
		}
		if kind := head & 15; kind > 2 && !s.value(kind, depth+1) { // a truth has no value of its own
			return false
		}
	}
}

func (s *skimmer) value(kind byte, depth int) bool {
	if depth > maxThriftDepth {
		return false
	}
	switch kind {
	case 1, 2, 3: // in a list: a truth, a byte
		return s.skip(1)
	case 4, 5, 6: // integers
		_, ok := s.varint()
		return ok
	case 7: // a double
		return s.skip(8)
	case 8: // bytes
		n, ok := s.varint()
		return ok && s.skip(n)
	case 9, 10: // list, set
		head, ok := s.byte()
		n := uint64(head >> 4)
		if ok && n == 15 {
			n, ok = s.varint()
		}
		return ok && s.values(n, depth, head&15)
	case 11: // map
		n, ok := s.varint()
		if !ok || n == 0 {
			return ok
		}
		kinds, ok := s.byte()
		return ok && s.values(n, depth, kinds>>4, kinds&15)
	case 12:
		return s.structure(depth)
	case 13: // UUID
		return s.skip(16)
	}
	return false
}

// values walks n entries of one or two values each.
func (s *skimmer) values(n uint64, depth int, kinds ...byte) bool {
	if n > uint64(len(s.b)-s.at) {
		return false
	}
	for range n {
		for _, k := range kinds {
			if k == 12 {
				s.structs++
			}
			if !s.value(k, depth+1) {
				return false
			}
		}
	}
	return true
}

func (s *skimmer) byte() (byte, bool) {
	if s.at >= len(s.b) {
		return 0, false
	}
	s.at++
	return s.b[s.at-1], true
}

func (s *skimmer) varint() (uint64, bool) {
	v, n := binary.Uvarint(s.b[s.at:])
	if n <= 0 {
		return 0, false
	}
	s.at += n
	return v, true
}

func (s *skimmer) skip(n uint64) bool {
	if n > uint64(len(s.b)-s.at) {
		return false
	}
	s.at += int(n)
	return true
}
