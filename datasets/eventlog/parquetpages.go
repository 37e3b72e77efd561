package eventlog

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"

	pq "github.com/parquet-go/parquet-go/format"
)

// Limits on the pages of a Parquet file.
const (
	maxPage       = 64 << 20  // bytes of one page, and of its values once decoded
	maxUnit       = 256 << 20 // bytes that the current pages of all columns of a unit take
	valueSize     = 48        // bytes that a value takes beside its text, at most
	maxPageHeader = 64 << 10  // bytes
	readAhead     = 1 << 20   // bytes of a column that are read at once
)

// parquetPages reads the pages of one column of a row group, one after another.
type parquetPages struct {
	c      *parquetColumn
	codec  pq.CompressionCodec
	at     io.ReaderAt
	budget *parquetBudget
	o      *Options // to convert values to those of events; nil if they are not

	in     *bufio.Reader
	offset int64 // in the file, of what is read next from in
	end    int64 // of the chunk
	row    int64 // of the group, the first that was not yet in a page
	total  int64 // rows of the group

	size int64  // of the current page, within held
	raw  []byte // scratch: a page as it is in the file

	dictionary *parquetBlock // values of the dictionary; nil before it is read
	words      parquetBlock  // where they are
	book       []byte        // the dictionary, decompressed

	// The current page. Of a column that is no list, rows are taken a batch at a
	// time.
	plain   []byte        // decompressed
	own     parquetBlock  // its values, unless they are in the dictionary
	values  *parquetBlock // own or dictionary
	levels  hybrid
	indices hybrid
	indexed bool         // values are those of the dictionary by indices
	rows    int          // not yet taken
	used    int          // values taken
	where   [batch]int32 // by row of the batch: the index of its value, or -1
	scratch [batch]int32
}

func (p *parquetPages) start(c *parquetColumn, chunk *parquetChunk, at io.ReaderAt, rows int64, b *parquetBudget, o *Options) {
	p.c, p.codec, p.at, p.budget, p.o = c, chunk.Codec, at, b, o
	p.offset = chunk.offset()
	p.end = p.offset + chunk.Size
	p.row, p.total = 0, rows
	p.dictionary, p.values = nil, nil
	p.rows, p.used, p.size = 0, 0, 0
	section := io.NewSectionReader(at, p.offset, chunk.Size)
	if p.in == nil {
		p.in = bufio.NewReaderSize(section, readAhead)
	} else {
		p.in.Reset(section)
	}
}

// next goes on to the next page with rows; pages that end before row from are
// passed over.
func (p *parquetPages) next(from int64) error {
	for {
		h, err := p.header()
		if err != nil {
			return err
		}
		if h.Type == pq.DictionaryPage {
			if err := p.readDictionary(h); err != nil {
				return err
			}
			continue
		}
		n, err := p.count(h)
		if err != nil {
			return err
		}
		if n == 0 || p.row+n <= from {
			p.row += n
			if err := p.skip(int64(h.CompressedPageSize)); err != nil {
				return err
			}
			continue
		}
		if err := p.page(h, int(n)); err != nil {
			return err
		}
		skipped := from - p.row
		p.row += n
		for ; skipped > 0; skipped -= batch {
			if err := p.take(int(min(skipped, batch))); err != nil {
				return err
			}
		}
		return nil
	}
}

// header reads the header of a page.
func (p *parquetPages) header() (*pq.PageHeader, error) {
	if p.offset >= p.end {
		return nil, corrupt("the column has %d of %d rows", p.row, p.total)
	}
	for n := 512; ; n *= 4 {
		n = int(min(int64(n), p.end-p.offset, maxPageHeader, int64(p.in.Size())))
		b, err := p.in.Peek(n)
		if len(b) < n {
			return nil, p.broken(err)
		}
		m := skimmer{b: b}
		if !m.structure(0) {
			if int64(n) < p.end-p.offset && n < min(maxPageHeader, p.in.Size()) {
				continue // it may be longer
			}
			return nil, corrupt("the header of a page is damaged")
		}
		h := new(pq.PageHeader)
		if err := decodeThrift(bytes.Clone(b[:m.at]), h); err != nil {
			return nil, corrupt("page header: %v", err)
		}
		p.offset += int64(m.at)
		if _, err := p.in.Discard(m.at); err != nil {
			return nil, p.broken(err)
		}
		compressed, size := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
		switch {
		case compressed < 0 || size < 0 || compressed > p.end-p.offset:
			return nil, corrupt("a page of %d bytes in %d", compressed, p.end-p.offset)
		case compressed > maxPage || size > maxPage:
			return nil, tooLarge("a page of %d bytes, at most %d are read", max(compressed, size), maxPage)
		}
		return h, nil
	}
}

// broken is the error for a file that ends early, or else that of its reader.
func (p *parquetPages) broken(err error) error {
	if err == nil || err == io.EOF || err == io.ErrUnexpectedEOF {
		return truncated("the file is shorter than it was")
	}
	return err
}

// count returns the number of values a page has, which are rows unless the column
// is a list.
func (p *parquetPages) count(h *pq.PageHeader) (int64, error) {
	n := int64(-1)
	switch {
	case h.Type == pq.DataPage && h.DataPageHeader.Valid:
		n = int64(h.DataPageHeader.V.NumValues)
	case h.Type == pq.DataPageV2 && h.DataPageHeaderV2.Valid:
		n = int64(h.DataPageHeaderV2.V.NumValues)
	}
	if n < 0 || !p.c.list && n > p.total-p.row {
		return 0, corrupt("a page of kind %d with %d values", h.Type, n)
	}
	return n, nil
}

func (p *parquetPages) skip(n int64) error {
	p.offset += n
	if n > int64(p.in.Buffered()) {
		p.in.Reset(io.NewSectionReader(p.at, p.offset, p.end-p.offset))
		return nil
	}
	_, err := p.in.Discard(int(n))
	return err
}

// claim makes the current page account for size bytes.
func (p *parquetPages) claim(size int64) error {
	more := size - p.size
	p.size = size
	return p.budget.hold(more)
}

// body reads the bytes of a page and checks them against its checksum.
func (p *parquetPages) body(h *pq.PageHeader) ([]byte, error) {
	if err := p.budget.inflate(h.UncompressedPageSize); err != nil {
		return nil, err
	}
	n := int(h.CompressedPageSize)
	p.raw = sized(p.raw, n)
	p.offset += int64(n)
	if _, err := io.ReadFull(p.in, p.raw); err != nil {
		return nil, p.broken(err)
	}
	if h.CRC != 0 && uint32(h.CRC) != crc32.ChecksumIEEE(p.raw) {
		return nil, corrupt("the checksum of a page is wrong")
	}
	return p.raw, nil
}

// sized returns a slice of n elements, in the memory of b if it fits; what is in
// it is not said.
func sized[T any](b []T, n int) []T {
	if cap(b) < n {
		return make([]T, n, n+n/4)
	}
	return b[:n]
}

func (p *parquetPages) readDictionary(h *pq.PageHeader) error {
	if !h.DictionaryPageHeader.Valid || p.dictionary != nil {
		return corrupt("a column with two dictionaries, or a damaged one")
	}
	n := int64(h.DictionaryPageHeader.V.NumValues)
	if n < 0 || n > int64(h.UncompressedPageSize)*8 {
		return corrupt("a dictionary of %d values in %d bytes", n, h.UncompressedPageSize)
	}
	if err := p.budget.hold(int64(h.UncompressedPageSize) + valueSize*n); err != nil {
		return err
	}
	raw, err := p.body(h)
	if err != nil {
		return err
	}
	p.book = sized(p.book, int(h.UncompressedPageSize))
	if err := inflate(p.book, raw, p.codec); err != nil {
		return err
	}
	encoding := h.DictionaryPageHeader.V.Encoding
	//lint:ignore SA1019 older writers use it
	if encoding == pq.PlainDictionary {
		encoding = pq.Plain
	}
	if err := p.words.decode(p.c, p.book, int(n), encoding); err != nil {
		return err
	}
	if p.o != nil {
		p.words.convert(p.c, p.o)
	}
	p.dictionary = &p.words
	return nil
}

// pageParts are the parts of a data page.
type pageParts struct {
	repeats, levels, values []byte
	encoding                pq.Encoding
}

// split reads a data page and takes it apart.
func (p *parquetPages) split(h *pq.PageHeader) (parts pageParts, err error) {
	raw, err := p.body(h)
	if err != nil {
		return parts, err
	}
	p.plain = sized(p.plain, int(h.UncompressedPageSize))
	if h.Type == pq.DataPage {
		v := &h.DataPageHeader.V
		parts.encoding = v.Encoding
		if err := inflate(p.plain, raw, p.codec); err != nil {
			return parts, err
		}
		parts.values = p.plain
		if p.c.repeat > 0 {
			if parts.repeats, parts.values, err = counted(parts.values, v.RepetitionLevelEncoding); err != nil {
				return parts, err
			}
		}
		if p.c.levels > 0 {
			parts.levels, parts.values, err = counted(parts.values, v.DefinitionLevelEncoding)
		}
		return parts, err
	}
	v := &h.DataPageHeaderV2.V
	parts.encoding = v.Encoding
	r, d := int(v.RepetitionLevelsByteLength), int(v.DefinitionLevelsByteLength)
	if r < 0 || d < 0 || r > len(raw) || d > len(raw)-r || r+d > len(p.plain) {
		return parts, corrupt("levels of %d and %d bytes in a page of %d", r, d, len(raw))
	}
	parts.repeats, parts.levels = raw[:r], raw[r:r+d]
	parts.values = p.plain[r+d:]
	codec := p.codec
	if v.IsCompressed.Valid && !v.IsCompressed.V {
		codec = pq.Uncompressed
	}
	return parts, inflate(parts.values, raw[r+d:], codec)
}

// counted cuts off levels that stand behind their length.
func counted(b []byte, encoding pq.Encoding) (levels, rest []byte, err error) {
	if encoding != pq.RLE {
		return nil, nil, corrupt("levels in encoding %d", encoding)
	}
	if len(b) < 4 {
		return nil, nil, corrupt("a page without levels")
	}
	n := binary.LittleEndian.Uint32(b)
	if b = b[4:]; uint64(n) > uint64(len(b)) {
		return nil, nil, corrupt("levels of %d bytes in %d", n, len(b))
	}
	return b[:n], b[n:], nil
}
