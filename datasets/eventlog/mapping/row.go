package mapping

import (
	"strings"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/event/field"
)

// Move says what the value of one of our columns is in a row: the text, if there
// is one, else the list, if there is one, else what the source From holds, if From
// is not negative, else nothing. Texts and lists are valid until the next row.
type Move struct {
	From  int
	First bool // of a list that From holds, only the first entry is meant
	Text  string
	List  []string
}

// Fault is a value of theirs that cannot be converted.
type Fault struct {
	Column int    // of Table.Columns
	Code   string // of package code; empty if there is no fault
	Value  string // as it was written
}

// Translator translates rows of one table. It is for one goroutine.
type Translator struct {
	t     *Table
	moves []Move
	given []bool // of our columns: has a value
	buf   []byte // texts of the row
	lists []string
}

// Translator returns one that keeps the moves of its latest row in memory of its
// own.
func (t *Table) Translator() *Translator {
	return &Translator{t: t, moves: make([]Move, len(t.columns)), given: make([]bool, len(t.columns))}
}

// Row works out the moves of a row, one for each of Table.Columns and valid until
// the next row. value returns the text of a source and whether the row holds one:
// absent, null and empty are not given; a list or another value without a text is
// given with an empty one. A row to skip is one that the mapping drops; it is not
// a fault.
func (r *Translator) Row(value func(source int) (text string, given bool)) (moves []Move, skip bool, fault Fault) {
	r.buf, r.lists = r.buf[:0], r.lists[:0]
	var kind event.Type
	for _, i := range r.t.order {
		c := &r.t.columns[i]
		m, dropped, flaw := r.column(c, kind, value)
		if flaw != "" && fault.Code == "" {
			fault = Fault{Column: i, Code: flaw, Value: m.Text}
		}
		skip = skip || dropped
		r.moves[i] = m
		r.given[i] = m.From >= 0 || m.Text != "" || len(m.List) > 0
		if c.kind == kindType {
			kind = r.typeOf(m, value)
		}
	}
	return r.moves, skip, fault
}

var nothing = Move{From: -1}

// column works out one move. The text of a faulty move is the value at fault.
func (r *Translator) column(c *column, kind event.Type, value func(int) (string, bool)) (m Move, skip bool, flaw string) {
	if c.only != 0 && c.only&(1<<kind) == 0 {
		return nothing, false, ""
	}
	for _, s := range c.sources {
		text, given := value(s)
		if !given {
			continue
		}
		if text == "" {
			return Move{From: s, First: c.split != "" && c.kind != kindList}, false, ""
		}
		m, skip, flaw = r.convert(c, s, text, value)
		if skip || flaw != "" || m.From >= 0 || m.Text != "" || len(m.List) > 0 {
			return m, skip, flaw
		}
	}
	for _, w := range c.when {
		if r.given[w.column] {
			return Move{From: -1, Text: w.text}, false, ""
		}
	}
	return Move{From: -1, Text: c.otherwise}, false, ""
}

// convert turns a text of theirs into a value of ours.
func (r *Translator) convert(c *column, source int, text string, value func(int) (string, bool)) (m Move, skip bool, flaw string) {
	original := text
	if c.split != "" && c.kind == kindList {
		from := len(r.lists)
		for entry := range strings.SplitSeq(text, c.split) {
			if entry = strings.TrimSpace(entry); entry != "" {
				r.lists = append(r.lists, entry)
			}
		}
		return Move{From: -1, List: r.lists[from:len(r.lists):len(r.lists)]}, false, ""
	}
	if c.split != "" {
		text, _, _ = strings.Cut(text, c.split)
		text = strings.TrimSpace(text)
	}
	if out, ok := c.values[text]; ok {
		return Move{From: -1, Text: out.text}, out.drop, ""
	}
	if c.others != nil {
		return Move{From: -1, Text: c.others.text}, c.others.drop, ""
	}
	from := len(r.buf)
	switch {
	case c.layouts != nil:
		r.buf, flaw = appendLayout(r.buf, text, c.layouts, c.zone)
	case c.instant:
		r.buf, flaw = appendInstant(r.buf, text, c.line)
	case c.minor:
		line, known := r.minor(c, value)
		if !known {
			return Move{From: source}, false, "" // the reader says what is wrong with the currency
		}
		r.buf, flaw = line.append(r.buf, text)
	case c.line != line{}:
		r.buf, flaw = c.line.append(r.buf, text)
	case text != original:
		return Move{From: -1, Text: text}, false, ""
	default:
		return Move{From: source}, false, ""
	}
	if flaw != "" {
		return Move{From: -1, Text: original}, false, flaw
	}
	return Move{From: -1, Text: view(r.buf[from:])}, false, ""
}

// minor returns the conversion from minor units of the row's currency, whose
// column was translated before.
func (r *Translator) minor(c *column, value func(int) (string, bool)) (line, bool) {
	m := r.moves[c.currency]
	text := m.Text
	if text == "" && m.From >= 0 {
		text, _ = value(m.From)
	}
	money, flaw := field.Currency(text)
	if flaw != "" {
		return line{}, false
	}
	l := line{times: 1, by: 1}
	for range money.Decimals {
		l.by *= 10
	}
	return l, true
}

// typeOf returns the type a row has, zero for what is none.
func (r *Translator) typeOf(m Move, value func(int) (string, bool)) event.Type {
	text := m.Text
	if text == "" && m.From >= 0 {
		text, _ = value(m.From)
	}
	t, _ := event.ParseType(text)
	return t
}

// view is the text of b, which must not change while it is used.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
