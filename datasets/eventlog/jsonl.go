package eventlog

import (
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"curio/datasets/event/code"
	"curio/datasets/event/field"
	"curio/datasets/eventlog/rows"

	"github.com/valyala/fastjson"
)

// reader gives the rows of one file.
type reader interface {
	// next fills r with the next row. A fault is a row that has no readable
	// form; an error is io.EOF or what ends the reading of the file.
	next(r *row) (fault, error)
	// line is the 1-based line of the row next was at last.
	line() int
	// ended reports whether that row had its line end.
	ended() bool
}

// jsonRows reads one JSON object a line.
type jsonRows struct {
	t       *table
	lines   *rows.Lines
	max     int // fields of an object
	parser  fastjson.Parser
	keys    []key  // of rows before, by place: rows of one writer have their fields in one order
	numbers []byte // the numbers of the row, as written
	lists   []string
}

// key is a field's name and column.
type key struct {
	name   string
	column int
}

func newJSONRows(t *table, in io.Reader, o Options) *jsonRows {
	return &jsonRows{t: t, lines: rows.NewLines(in, o.MaxLine), max: o.MaxColumns}
}

func (j *jsonRows) line() int   { return j.lines.Number() }
func (j *jsonRows) ended() bool { return j.lines.Ended() }

func (j *jsonRows) next(r *row) (fault, error) {
	r.clear()
	for {
		line, err := j.lines.Next()
		if errors.Is(err, rows.ErrTooLong) {
			return fault{code: code.LineTooLong, message: "longer than the limit on a row"}, nil
		}
		if err != nil {
			return fault{}, err
		}
		if !blank(line) {
			return j.parse(line, r), nil
		}
	}
}

func (j *jsonRows) parse(line []byte, r *row) fault {
	plain, ascii := survey(line)
	if !ascii && !utf8.Valid(line) {
		return fault{code: code.NotUTF8, message: "not valid UTF-8"}
	}
	// The parser takes escapes that stand for nothing as they are written.
	if !plain {
		if fastjson.ValidateBytes(line) != nil {
			return notJSON
		}
		if field.HalfSurrogate(line) {
			return fault{code: code.NotUTF8, message: "an escape is half of a surrogate pair"}
		}
	}
	v, err := j.parser.ParseBytes(line)
	if err != nil || v.Type() != fastjson.TypeObject {
		return notJSON
	}
	o := v.GetObject()
	if o.Len() > j.max {
		return fault{code: code.TooManyColumns, message: "more fields than the limit"}
	}
	j.numbers = slices.Grow(j.numbers[:0], len(line)) // never moves while the row is in use
	j.lists = j.lists[:0]
	var f fault
	at := 0
	o.Visit(func(name []byte, v *fastjson.Value) {
		if f.found() {
			return
		}
		c := j.column(at, name)
		at++
		switch {
		case c < 0:
			r.unknown++
		case r.cells[c].kind != absent:
			f = fault{code: code.JSONDuplicateKey, field: j.t.columns[c], message: "the field stands twice"}
		default:
			r.cells[c] = j.cell(v)
		}
	})
	return f
}

var notJSON = fault{code: code.JSONInvalid, message: "not one JSON object"}

// column finds the column of field number at.
func (j *jsonRows) column(at int, name []byte) int {
	if at < len(j.keys) && j.keys[at].name == string(name) {
		return j.keys[at].column
	}
	c, ok := j.t.index[string(name)]
	if !ok {
		return -1
	}
	for at >= len(j.keys) {
		j.keys = append(j.keys, key{column: -1})
	}
	j.keys[at] = key{j.t.columns[c], c}
	return c
}

func (j *jsonRows) cell(v *fastjson.Value) cell {
	switch v.Type() {
	case fastjson.TypeNull:
		return cell{}
	case fastjson.TypeString:
		s := view(v.GetStringBytes())
		if s == "" {
			return cell{kind: empty}
		}
		return cell{kind: text, text: s}
	case fastjson.TypeNumber:
		from := len(j.numbers)
		j.numbers = v.MarshalTo(j.numbers)
		return cell{kind: number, text: view(j.numbers[from:])}
	case fastjson.TypeTrue:
		return cell{kind: truth, text: "true"}
	case fastjson.TypeFalse:
		return cell{kind: truth, text: "false"}
	case fastjson.TypeArray:
		from := len(j.lists)
		for _, e := range v.GetArray() {
			if e.Type() != fastjson.TypeString {
				return cell{kind: wrong}
			}
			j.lists = append(j.lists, view(e.GetStringBytes()))
		}
		return cell{kind: list, list: j.lists[from:len(j.lists):len(j.lists)]}
	}
	return cell{kind: wrong}
}
