package eventlog

import (
	"slices"
	"unicode/utf8"

	"curio/datasets/event/code"
	"curio/datasets/event/field"

	"github.com/valyala/fastjson"
)

// jsonRows reads rows that are one JSON object a line.
type jsonRows struct {
	t         *table
	maxLine   int
	maxFields int
	parser    fastjson.Parser
	numbers   []byte // the numbers of the row, as written
	texts     []string
}

func newJSONRows(t *table, o *Options) jsonRows {
	return jsonRows{t: t, maxLine: o.MaxLine, maxFields: o.MaxColumns}
}

// parse fills r, which is clear, with a line of any form.
func (j *jsonRows) parse(line []byte, r *row) fault {
	if len(line) > j.maxLine {
		return fault{code: code.LineTooLong, message: "longer than the limit on a row"}
	}
	plain, ascii := survey(line)
	if !ascii && !utf8.Valid(line) {
		return fault{code: code.NotUTF8, message: "not valid UTF-8"}
	}
	switch deep, commas := extent(line); {
	case deep > maxDepth:
		return fault{code: code.Nesting, message: "nested deeper than the limit"}
	case commas > maxCommas:
		return fault{code: code.TooManyColumns, message: "more fields and entries of lists than the limit"}
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
	if o.Len() > j.maxFields {
		return fault{code: code.TooManyColumns, message: "more fields than the limit"}
	}
	j.numbers = slices.Grow(j.numbers[:0], len(line)) // never moves while the row is in use
	j.texts = j.texts[:0]
	var f fault
	o.Visit(func(name []byte, v *fastjson.Value) {
		if f.found() {
			return
		}
		c, ok := j.t.index[string(name)]
		switch {
		case !ok && v.Type() == fastjson.TypeObject && j.t.theirs.below(string(name)):
		case !ok:
			r.unknown++
		case r.cells[c].kind != absent:
			f = fault{code: code.JSONDuplicateKey, field: j.t.columns[c], message: "the field stands twice"}
		default:
			j.put(r, c, v)
		}
	})
	if j.t.theirs != nil {
		for c, path := range j.t.theirs.paths {
			if found := v.Get(path...); found != nil && path != nil {
				j.put(r, c, found)
			}
		}
	}
	return f
}

var notJSON = fault{code: code.JSONInvalid, message: "not one JSON object"}

// extent is how many brackets are open at once within the first brackets of a
// line, which need not be JSON, and how many commas are not in texts.
func extent(line []byte) (deep, commas int) {
	open := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ',':
			commas++
		case '{', '[':
			open++
			deep = max(deep, open)
		case '}', ']':
			open--
		case '"':
			for i++; i < len(line) && line[i] != '"'; i++ {
				if line[i] == '\\' {
					i++
				}
			}
		}
	}
	return deep, commas
}

func (j *jsonRows) put(r *row, column int, v *fastjson.Value) {
	switch v.Type() {
	case fastjson.TypeNull:
	case fastjson.TypeString:
		c := cell{kind: empty}
		if s := view(v.GetStringBytes()); s != "" {
			c = cell{kind: text, text: s}
		}
		r.set(column, c)
	case fastjson.TypeNumber:
		from := len(j.numbers)
		j.numbers = v.MarshalTo(j.numbers)
		r.set(column, cell{kind: number, text: view(j.numbers[from:])})
	case fastjson.TypeTrue:
		r.set(column, cell{kind: truth, text: "true"})
	case fastjson.TypeFalse:
		r.set(column, cell{kind: truth, text: "false"})
	case fastjson.TypeArray:
		from := len(j.texts)
		for _, e := range v.GetArray() {
			if e.Type() != fastjson.TypeString {
				r.set(column, cell{kind: wrong})
				return
			}
			j.texts = append(j.texts, view(e.GetStringBytes()))
		}
		r.setList(column, j.texts[from:len(j.texts):len(j.texts)])
	default:
		r.set(column, cell{kind: wrong})
	}
}
