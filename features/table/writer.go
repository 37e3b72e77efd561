package table

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"curio/datasets/event"

	"github.com/parquet-go/parquet-go"
)

const (
	groupRows = 1 << 15 // rows of a row group
	pageBytes = 1 << 16 // what a column gathers before it is compressed
	batchRows = 64      // rows handed over at a time
)

// column is a column whose values come from an R.
type column[R any] struct {
	name   string
	typ    Type
	values func(c *cells, r *R)
}

// cells takes the values of one column of one row: none for a null or an empty
// list.
type cells struct{ values []parquet.Value }

func (c *cells) text(s string)    { c.values = append(c.values, parquet.ByteArrayValue([]byte(s))) }
func (c *cells) count(n int64)    { c.values = append(c.values, parquet.Int64Value(n)) }
func (c *cells) number(x float64) { c.values = append(c.values, parquet.DoubleValue(x)) }
func (c *cells) seconds(ms int64) { c.number(float64(ms) / 1000) }

// known adds text, or nothing when there is none.
func (c *cells) known(s string) {
	if s != "" {
		c.text(s)
	}
}

// time adds a time, or nothing when it is unknown.
func (c *cells) time(at event.Time) {
	if at != 0 {
		c.count(int64(at))
	}
}

// ratio adds x/n, or nothing when n is 0.
func (c *cells) ratio(x float64, n int64) {
	if n != 0 {
		c.number(x / float64(n))
	}
}

// writer writes rows made of Rs and then features.
type writer[R any] struct {
	schema  Schema
	columns []column[R]
	file    *parquet.GenericWriter[any]
	cells   cells
	rows    []parquet.Row // of a batch, with room for all of it
	err     error
}

// newWriter begins a file. features are the names that the encoder of that hash
// gives its columns, in the order of its vectors.
func newWriter[R any](out io.Writer, name string, columns []column[R], features []string, encoder string, m Meta) *writer[R] {
	w := &writer[R]{columns: columns, rows: make([]parquet.Row, 0, batchRows)}
	for _, c := range columns {
		w.schema = append(w.schema, Column{Name: c.name, Type: c.typ})
	}
	pairs := [][2]string{}
	for i, column := range featureColumns(features) {
		w.schema = append(w.schema, Column{Name: column, Type: Feature, Of: features[i]})
		pairs = append(pairs, [2]string{column, features[i]})
	}
	listed, _ := json.Marshal(pairs) // text always encodes
	w.file = parquet.NewGenericWriter[any](out, w.schema.parquet(name),
		parquet.Compression(&parquet.Zstd),
		parquet.CreatedBy("curio", "1", "table"), // not the version of the library
		parquet.MaxRowsPerRowGroup(groupRows),
		parquet.PageBufferSize(pageBytes),
		parquet.KeyValueMetadata(KeySchema, w.schema.Hash()),
		parquet.KeyValueMetadata(KeyEncoder, encoder),
		parquet.KeyValueMetadata(KeyDataset, m.Dataset),
		parquet.KeyValueMetadata(KeyAsOf, strconv.FormatInt(int64(m.AsOf), 10)),
		parquet.KeyValueMetadata(KeyFeatures, string(listed)),
	)
	return w
}

// write adds one row. After an error nothing more is written.
func (w *writer[R]) write(r *R, features []float32) error {
	w.rows = w.rows[:len(w.rows)+1]
	row := w.rows[len(w.rows)-1][:0]
	for i := range w.columns {
		c := &w.columns[i]
		w.cells.values = w.cells.values[:0]
		c.values(&w.cells, r)
		row = appendCells(row, i, c.typ, w.cells.values)
	}
	for i, x := range features {
		row = append(row, parquet.FloatValue(x).Level(0, 0, len(w.columns)+i))
	}
	w.rows[len(w.rows)-1] = row
	if len(w.rows) == batchRows {
		w.flush()
	}
	return w.err
}

// appendCells adds the values of one column with their levels.
func appendCells(row parquet.Row, column int, t Type, values []parquet.Value) parquet.Row {
	if len(values) == 0 {
		return append(row, parquet.NullValue().Level(0, 0, column))
	}
	present := 0
	if t.list() || t.null() {
		present = 1
	}
	for i, v := range values {
		row = append(row, v.Level(min(i, 1), present, column))
	}
	return row
}

func (w *writer[R]) flush() {
	if w.err == nil {
		if _, err := w.file.WriteRows(w.rows); err != nil {
			w.err = fmt.Errorf("write feature table: %w", err)
		}
	}
	w.rows = w.rows[:0]
}

// Schema returns the columns of the table. Read it only.
func (w *writer[R]) Schema() Schema { return w.schema }

// Close writes what is left and the end of the file. It does not close what the
// file is written to.
func (w *writer[R]) Close() error {
	w.flush()
	if w.err != nil {
		return w.err
	}
	if err := w.file.Close(); err != nil {
		w.err = fmt.Errorf("write feature table: %w", err)
	}
	return w.err
}
