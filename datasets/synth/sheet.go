package synth

import (
	"io"
	"maps"
	"slices"

	"curio/datasets/event"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// Rows that a sheet holds before they go to the writer, and rows of a row group.
const (
	sheetRows = 1024
	groupRows = 128 * sheetRows
)

// sheet takes the rows of a table apart into the columns of a Parquet file. All
// columns are optional. Texts are in a dictionary unless each is used once.
type sheet struct {
	columns []column // in the order of the encoder
	next    int      // the column that comes next in the row
	rows    int
	texts   []byte // those of the rows held
	group   int    // rows written to the row group
	writer  *parquet.GenericWriter[any]
}

// column is one column of a sheet.
type column struct {
	name   string
	node   parquet.Node // without being optional
	index  int          // in the file
	values []parquet.Value
}

var packing = &zstd.Codec{Level: zstd.SpeedFastest}

// start writes to w the columns that the rows so far had, and forgets these rows.
func (s *sheet) start(w io.Writer) {
	group := make(parquet.Group, len(s.columns))
	for i := range s.columns {
		c := &s.columns[i]
		group[c.name] = parquet.Optional(c.node)
		c.values = c.values[:0]
	}
	names := slices.Sorted(maps.Keys(group))
	for i := range s.columns {
		s.columns[i].index = slices.Index(names, s.columns[i].name)
	}
	s.rows, s.texts = 0, s.texts[:0]
	s.writer = parquet.NewGenericWriter[any](w, parquet.NewSchema("rows", group), parquet.Compression(packing),
		parquet.MaxRowsPerRowGroup(groupRows))
}

// end is called after each row.
func (s *sheet) end() {
	s.next = 0
	s.rows++
}

// flush writes the rows held if there are enough of them, or in any case.
func (s *sheet) flush(always bool) error {
	if s.rows == 0 || s.rows < sheetRows && !always {
		return nil
	}
	writers := s.writer.ColumnWriters()
	for i := range s.columns {
		c := &s.columns[i]
		if _, err := writers[c.index].WriteRowValues(c.values); err != nil {
			return err
		}
		c.values = c.values[:0]
	}
	s.group += s.rows
	s.rows, s.texts = 0, s.texts[:0]
	if s.group < groupRows {
		return nil
	}
	s.group = 0
	return s.writer.Flush()
}

func (s *sheet) close() error {
	if err := s.flush(true); err != nil {
		return err
	}
	return s.writer.Close()
}

// column returns the column that comes next.
func (s *sheet) column(name string, node func() parquet.Node) *column {
	if s.next == len(s.columns) {
		s.columns = append(s.columns, column{name: name, node: node()})
	}
	s.next++
	return &s.columns[s.next-1]
}

func (c *column) put(v parquet.Value, present bool) {
	if !present {
		c.values = append(c.values, parquet.NullValue().Level(0, 0, c.index))
		return
	}
	c.values = append(c.values, v.Level(0, 1, c.index))
}

func (s *sheet) textValue(v string) parquet.Value {
	from := len(s.texts)
	s.texts = append(s.texts, v...)
	return parquet.ByteArrayValue(s.texts[from:])
}

func dictionary() parquet.Node { return parquet.Encoded(parquet.String(), &parquet.RLEDictionary) }

func once() parquet.Node { return parquet.Encoded(parquet.String(), &parquet.Plain) }

func double() parquet.Node { return parquet.Leaf(parquet.DoubleType) }

func (s *sheet) text(name, v string) { s.column(name, dictionary).put(s.textValue(v), v != "") }

// unique is text for texts that are each used once.
func (s *sheet) unique(name, v string) { s.column(name, once).put(s.textValue(v), v != "") }

func (s *sheet) list(name string, v []string, present bool) {
	c := s.column(name, func() parquet.Node { return parquet.List(dictionary()) })
	if len(v) == 0 {
		level := 0
		if present {
			level = 1
		}
		c.values = append(c.values, parquet.NullValue().Level(0, level, c.index))
	}
	for i, entry := range v {
		c.values = append(c.values, s.textValue(entry).Level(min(i, 1), 2, c.index))
	}
}

// decimal writes whole numbers as such and others as the floating-point numbers
// that are nearest.
func (s *sheet) decimal(name string, v int64, digits int, present bool) {
	if digits == 0 {
		s.column(name, func() parquet.Node { return parquet.Int(64) }).put(parquet.Int64Value(v), present)
		return
	}
	unit := 1.0
	for range digits {
		unit *= 10
	}
	s.column(name, double).put(parquet.DoubleValue(float64(v)/unit), present)
}

func (s *sheet) number(name string, v float64) {
	s.column(name, double).put(parquet.DoubleValue(v), true)
}

func (s *sheet) flag(name string, v bool) {
	s.column(name, func() parquet.Node { return parquet.Leaf(parquet.BooleanType) }).put(parquet.BooleanValue(v), true)
}

func (s *sheet) time(name string, t event.Time) {
	s.column(name, func() parquet.Node { return parquet.Timestamp(parquet.Millisecond) }).put(parquet.Int64Value(int64(t)), t != 0)
}
