package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"curio/datasets/event/code"
	"curio/datasets/eventlog/rows"
)

// header says what the columns of a CSV file are. It does not change once read.
type header struct {
	columns []int // by place in a row; -1 for none of ours
	unknown int   // how many are -1

	separator byte
	quote     byte // the separator again if quotes mean nothing
}

// newHeader reads the names of the columns of a file. A fault is a header that no
// row can be read by.
func newHeader(t *table, form rows.Form, names [][]byte) (*header, fault) {
	h := &header{separator: form.Separator, quote: '"'}
	if form.Unquoted {
		h.quote = h.separator
	}
	typed := t.theirs != nil && t.theirs.Text.Typed
	seen := make(map[int]bool)
	for _, n := range names {
		if !utf8.Valid(n) {
			return nil, fault{code: code.CSVHeader, message: "header: not valid UTF-8"}
		}
		if i := bytes.IndexByte(n, '\r'); i >= 0 && !bytes.HasPrefix(n[i+1:], []byte{'\n'}) {
			return nil, fault{code: code.CSVHeader, message: "header: a carriage return within a name; lines must end in LF or CRLF"}
		}
		name := strings.TrimSpace(string(n))
		if i := strings.LastIndexByte(name, ':'); typed && i >= 0 {
			name = name[:i]
		}
		col, ok := t.index[name]
		switch {
		case !ok:
			col = -1
			h.unknown++
		case seen[col]:
			return nil, fault{code: code.CSVHeader, field: t.columns[col], message: "header: the column stands twice"}
		default:
			seen[col] = true
		}
		h.columns = append(h.columns, col)
	}
	flaw := t.missing(seen)
	if flaw.found() {
		flaw.message += t.found(names, form.Separator)
	}
	return h, flaw
}

// Bytes of a header that a reject shows.
const maxHeader = 120

// found says what stands in a header that lacks a column. The names are shown if
// one of them, whatever its case, is of the table: else it may be a row, of a file
// that has no header.
func (t *table) found(names [][]byte, separator byte) string {
	line := string(bytes.Join(names, []byte{separator}))
	if len(names) == 1 && strings.ContainsAny(line, ";\t|") {
		separator = line[strings.IndexAny(line, ";\t|")]
	} else {
		separator = 0
	}
	known := slices.ContainsFunc(strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",;\t|: \"", r) }), func(word string) bool {
		return slices.ContainsFunc(t.columns, func(c string) bool { return strings.EqualFold(c, word) })
	})
	switch {
	case !known:
		return fmt.Sprintf("; none of its %d columns is, is it a header?", len(names))
	case separator != 0:
		return fmt.Sprintf("; it is the one name %q: give a mapping with separator: %q", short(line), string(separator))
	}
	return fmt.Sprintf("; there are %q", short(line))
}

// short cuts a text to what a reject shows of a header.
func short(line string) string {
	if len(line) <= maxHeader {
		return line
	}
	return strings.ToValidUTF8(line[:maxHeader], "") + "..."
}

// fill puts the fields of a record into r, which is clear.
func (h *header) fill(fields [][]byte, r *row) fault {
	if len(fields) != len(h.columns) {
		return fault{code: code.CSVColumns,
			message: fmt.Sprintf("%d columns where the header has %d", len(fields), len(h.columns))}
	}
	r.unknown += h.unknown
	for i, field := range fields {
		if !utf8.Valid(field) {
			return fault{code: code.NotUTF8, message: "not valid UTF-8"}
		}
		if col := h.columns[i]; col >= 0 {
			c := cell{kind: empty}
			if len(field) > 0 {
				c = cell{kind: text, text: view(field)}
			}
			r.set(col, c)
		}
	}
	return fault{}
}

// quick puts the record at offset at of b into r if it is a line without quotes
// that no limit and no fault is about. It returns the offset behind the line's
// feed, or -1 if the record needs rows.Splitter and fill, which would give the
// same; r is unspecified then. The line must have a line feed, and at least seven
// bytes of b behind it.
func (h *header) quick(b []byte, at, maxLine int, r *row) int {
	var dirty, all uint64 // of the field, of the record
	from := at            // where the field begins
	place := 0            // of the field in the record
	separator, quote := h.separator, h.quote
	for i := at; ; i += 8 {
		x := word(b, i)
		d := unclean(x)
		all |= d
		stop := (is(x, separator) | is(x, quote) | control(x)) & highs
		for ; stop != 0; stop &= stop - 1 {
			n := index(stop)
			last := false
			end := i + n
			switch c := b[end]; {
			case c == separator:
			case c == '\n':
				last = true
				if end > from && b[end-1] == '\r' {
					end--
				}
			case c == quote:
				return -1
			case c == '\r' && b[end+1] == '\n':
				continue
			case c < ' ':
				dirty = 1
				continue
			default: // passed the test wrongly
				continue
			}
			if place == len(h.columns) {
				return -1
			}
			if column := h.columns[place]; column >= 0 {
				if end > from {
					clean := dirty|d&below(n) == 0
					r.cells[column] = cell{kind: text, clean: clean, text: view(b[from:end])}
					r.given |= 1 << column
				} else {
					r.cells[column].kind = empty
				}
			}
			place++
			if last {
				if place != len(h.columns) || end == at || end-at > maxLine || all != 0 && !utf8.Valid(b[at:end]) {
					return -1
				}
				r.unknown += h.unknown
				return i + n + 1
			}
			dirty = 0
			d &^= below(n)
			from = end + 1
		}
		dirty |= d
	}
}

// formFault turns the errors of package rows about one row into faults.
func formFault(err error) fault {
	switch {
	case err == nil:
		return fault{}
	case errors.Is(err, rows.ErrTooLong):
		return fault{code: code.LineTooLong, message: "longer than the limit on a row"}
	case errors.Is(err, rows.ErrTooManyColumns):
		return fault{code: code.TooManyColumns, message: "more columns than the limit"}
	case errors.Is(err, rows.ErrQuote):
		return fault{code: code.CSVQuote, message: "quotes that RFC 4180 does not allow, or one that is never closed"}
	}
	return fault{}
}
