package eventlog

import (
	"fmt"
	"strings"

	"curio/datasets/event/code"

	"github.com/parquet-go/parquet-go/deprecated"
	pq "github.com/parquet-go/parquet-go/format"
)

// form is how a column of a Parquet file holds its values.
type form uint8

const (
	formOther form = iota // none that a column of ours can have
	formText              // UTF-8, or bytes that nothing more is said of
	formUUID              // 16 bytes
	formInt               // signed
	formUint
	formDecimal // an integer, or its bytes, times 10^-scale
	formReal    // float or double
	formTruth
	formDate      // days since 1970
	formTimestamp // milliseconds, microseconds or nanoseconds since 1970
	formInt96     // nanoseconds of a day and the day
)

var formNames = [...]string{"a type that is not read", "text", "UUID", "integer", "unsigned integer", "decimal",
	"floating point", "boolean", "date", "timestamp", "timestamp"}

// parquetColumn is a column of a Parquet file that a table has.
type parquetColumn struct {
	column   int // of the table
	leaf     int // of the file: its chunk in a row group
	physical pq.Type
	form     form
	scale    int   // of a decimal
	perMS    int64 // timestamp: units in a millisecond
	length   int   // bytes of a value of fixed length
	list     bool
	levels   int // greatest definition level: the value is there
	entry    int // list: the least level at which there is an entry
	repeat   int // greatest repetition level: 0, or 1 of a list
}

// maxSchemaDepth bounds the depth of a schema, its root not counted.
const maxSchemaDepth = 16

// parquetSchema finds the columns of t among the elements of a schema. Others
// are counted: as one each, however much is nested in them.
func parquetSchema(elements []pq.SchemaElement, t *table, maxColumns int) (columns []parquetColumn, leaves, unknown int, err error) {
	if len(elements) == 0 {
		return nil, 0, 0, corrupt("the schema is empty")
	}
	s := schemaReader{elements: elements, t: t, seen: make([]bool, len(t.columns))}
	root := &elements[0]
	s.next = 1
	for range children(root) {
		before := len(s.columns)
		if err := s.element(schemaPath{}); err != nil {
			return nil, 0, 0, err
		}
		if len(s.columns) == before {
			s.unknown++
		}
		if s.leaves > maxColumns {
			return nil, 0, 0, flaw{fault{code: code.TooManyColumns, message: "more columns than the limit"}}
		}
	}
	if s.next != len(elements) {
		return nil, 0, 0, corrupt("the schema has elements outside its root")
	}
	if t.theirs != nil {
		seen := make(map[int]bool)
		for i, there := range s.seen {
			seen[i] = there
		}
		if why := t.theirs.missing(seen); why.found() {
			why.code, why.message = code.ParquetType, strings.TrimPrefix(why.message, "header: ")
			return nil, 0, 0, flaw{why}
		}
	}
	for _, need := range t.required {
		if !s.seen[t.index[need]] {
			return nil, 0, 0, flaw{fault{code: code.ParquetType, field: need,
				message: fmt.Sprintf("no column %s; %s files need %s", need, t.name, strings.Join(t.required, ", "))}}
		}
	}
	return s.columns, s.leaves, s.unknown, nil
}

func children(e *pq.SchemaElement) int32 {
	if e.NumChildren.Valid {
		return e.NumChildren.V
	}
	return 0
}

// schemaReader walks a schema in the order of its columns.
type schemaReader struct {
	elements []pq.SchemaElement
	t        *table
	next     int
	leaves   int
	unknown  int
	seen     []bool // by column of t
	columns  []parquetColumn
}

// schemaPath is what stands above an element.
type schemaPath struct {
	name   string // joined by points; of a list, the name of the list
	depth  int
	levels int
	repeat int
	entry  int
	list   bool // within a group that is a list
}

func (s *schemaReader) element(above schemaPath) error {
	if s.next >= len(s.elements) || above.depth >= maxSchemaDepth {
		return corrupt("the schema ends early or is nested too deeply")
	}
	e := &s.elements[s.next]
	s.next++
	here := above
	here.depth++
	switch {
	case above.list: // the names within a list do not count
	case above.name == "":
		here.name = e.Name
	default:
		here.name = above.name + "." + e.Name
	}
	if e.RepetitionType.Valid {
		switch e.RepetitionType.V {
		case pq.Optional:
			here.levels++
		case pq.Repeated:
			here.levels++
			here.repeat++
			here.entry = here.levels
			here.list = true
		}
	}
	if n := children(e); n != 0 {
		if isList(e) {
			here.list = true
		}
		for range n {
			if err := s.element(here); err != nil {
				return err
			}
		}
		return nil
	}
	leaf := s.leaves
	s.leaves++
	column, ok := s.t.index[here.name]
	if !ok {
		return nil
	}
	if s.seen[column] {
		return flaw{fault{code: code.ParquetType, field: here.name, message: "the column stands twice"}}
	}
	s.seen[column] = true
	c := parquetColumn{column: column, leaf: leaf, levels: here.levels, entry: here.entry, repeat: here.repeat, list: here.repeat > 0}
	c.read(e)
	if here.repeat > 1 || c.list && c.form != formText || !admits(s.t, column, c.form, c.list) {
		what := formNames[c.form]
		if c.list {
			what = "a list of " + what
		}
		return flaw{fault{code: code.ParquetType, field: here.name, message: "the column is " + what + ", which it cannot be"}}
	}
	s.columns = append(s.columns, c)
	return nil
}

func isList(e *pq.SchemaElement) bool {
	if _, ok := e.LogicalType.Value.(*pq.ListType); ok {
		return true
	}
	return e.ConvertedType.Valid && e.ConvertedType.V == deprecated.List
}

// read takes the type of a leaf.
func (c *parquetColumn) read(e *pq.SchemaElement) {
	if !e.Type.Valid {
		return
	}
	c.physical = e.Type.V
	if e.TypeLength.Valid {
		c.length = int(e.TypeLength.V)
	}
	switch l := e.LogicalType.Value.(type) {
	case nil:
		c.readConverted(e)
	case *pq.StringType, *pq.EnumType, *pq.JsonType:
		c.as(formText, pq.ByteArray)
	case *pq.UUIDType:
		if c.length == 16 {
			c.as(formUUID, pq.FixedLenByteArray)
		}
	case *pq.DecimalType:
		c.decimal(l.Scale)
	case *pq.DateType:
		c.as(formDate, pq.Int32)
	case *pq.IntType:
		if l.IsSigned {
			c.as(formInt, pq.Int32, pq.Int64)
		} else {
			c.as(formUint, pq.Int32, pq.Int64)
		}
	case *pq.TimestampType:
		if l.Unit.Value != nil {
			c.timestamp(1e6 / l.Unit.Value.Duration().Nanoseconds())
		}
	}
}

// readConverted is read for what older writers put in the place of logical types.
func (c *parquetColumn) readConverted(e *pq.SchemaElement) {
	if !e.ConvertedType.Valid {
		switch c.physical {
		case pq.ByteArray:
			c.form = formText
		case pq.Int32, pq.Int64:
			c.form = formInt
		case pq.Float, pq.Double:
			c.form = formReal
		case pq.Boolean:
			c.form = formTruth
		case pq.Int96:
			c.form, c.length = formInt96, 12
		}
		return
	}
	switch e.ConvertedType.V {
	case deprecated.UTF8, deprecated.Enum, deprecated.Json:
		c.as(formText, pq.ByteArray)
	case deprecated.Decimal:
		if e.Scale.Valid {
			c.decimal(e.Scale.V)
		} else {
			c.decimal(0)
		}
	case deprecated.Date:
		c.as(formDate, pq.Int32)
	case deprecated.TimestampMillis:
		c.timestamp(1)
	case deprecated.TimestampMicros:
		c.timestamp(1000)
	case deprecated.Int8, deprecated.Int16, deprecated.Int32, deprecated.Int64:
		c.as(formInt, pq.Int32, pq.Int64)
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		c.as(formUint, pq.Int32, pq.Int64)
	}
}

// as gives the column a form if it is of one of the physical types.
func (c *parquetColumn) as(f form, physical ...pq.Type) {
	for _, p := range physical {
		if c.physical == p {
			c.form = f
		}
	}
}

// maxScale bounds the scale of decimals, and 16 the bytes of their integers: both
// allow the 38 digits that others can write.
const maxScale = 38

func (c *parquetColumn) decimal(scale int32) {
	if scale < 0 || scale > maxScale || c.physical == pq.FixedLenByteArray && (c.length < 1 || c.length > 16) {
		return
	}
	c.scale = int(scale)
	c.as(formDecimal, pq.Int32, pq.Int64, pq.ByteArray, pq.FixedLenByteArray)
}

// timestamp takes nanoseconds as perMS 1,000,000.
func (c *parquetColumn) timestamp(perMS int64) {
	c.perMS = perMS
	c.as(formTimestamp, pq.Int64)
}
