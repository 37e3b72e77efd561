package bundle

import (
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// What a table may unpack to, in bytes and in values: so many times its size,
// for text, and so many for each value a row must have, for columns that say the
// same in every row.
const (
	maxExpand = 1 << 10
	perValue  = 16
)

// checkPages walks the headers of all pages of f, whose content is data, and
// bounds what they say they hold before anything is allocated for it.
func checkPages(f *parquet.File, data []byte) error {
	columns := int64(len(f.Schema().Columns()))
	w := pageWalk{data: data}
	w.bytes = int64(len(data))*maxExpand + f.NumRows()*columns*perValue
	w.values = w.bytes
	for _, g := range f.Metadata().RowGroups {
		for i := range g.Columns {
			if err := w.column(&g.Columns[i].MetaData); err != nil {
				return fmt.Errorf("column %q: %w", g.Columns[i].MetaData.PathInSchema, err)
			}
		}
	}
	return nil
}

// pageWalk holds what the rest of a table may still unpack to.
type pageWalk struct {
	data          []byte
	bytes, values int64
}

func (w *pageWalk) column(c *format.ColumnMetaData) error {
	at := c.DataPageOffset
	if c.DictionaryPageOffset > 0 && c.DictionaryPageOffset < at {
		at = c.DictionaryPageOffset
	}
	size := int64(len(w.data))
	if at < 0 || at > size || c.TotalCompressedSize < 0 || c.TotalCompressedSize > size-at {
		return errors.New("its pages are outside of the file")
	}
	for end := at + c.TotalCompressedSize; at < end; {
		var h format.PageHeader
		in := new(thrift.CompactProtocol).NewReaderFromBytes(w.data[at:end])
		if err := thrift.NewDecoder(in).Decode(&h); err != nil {
			return fmt.Errorf("page header: %w", err)
		}
		at += int64(in.BytesRead())
		if h.CompressedPageSize < 0 || int64(h.CompressedPageSize) > end-at {
			return errors.New("a page goes past its column")
		}
		at += int64(h.CompressedPageSize)
		if err := w.page(&h); err != nil {
			return err
		}
	}
	return nil
}

func (w *pageWalk) page(h *format.PageHeader) error {
	values := int64(h.DataPageHeader.V.NumValues) + int64(h.DataPageHeaderV2.V.NumValues) + int64(h.DictionaryPageHeader.V.NumValues)
	w.bytes -= int64(h.UncompressedPageSize)
	w.values -= values
	if h.UncompressedPageSize < 0 || values < 0 || w.bytes < 0 || w.values < 0 {
		return fmt.Errorf("it unpacks to more than %d times the size of the table", maxExpand)
	}
	return nil
}
