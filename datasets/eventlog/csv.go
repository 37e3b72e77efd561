package eventlog

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"curio/datasets/event/code"
	"curio/datasets/eventlog/rows"
)

// csvRows reads comma-separated rows behind a header.
type csvRows struct {
	t       *table
	records *rows.Records
	columns []int // by place in a row; -1 for none of ours
	unknown int   // how many are -1
}

// newCSVRows reads the header. A fault is a header that no row can be read by;
// an empty file has none, and no rows.
func newCSVRows(t *table, in io.Reader, o Options) (*csvRows, fault, error) {
	c := &csvRows{t: t, records: rows.NewRecords(in, o.MaxLine, o.MaxColumns)}
	names, err := c.records.Next()
	if f := formFault(err); f.found() {
		return c, fault{code: code.CSVHeader, message: "header: " + f.message}, nil
	}
	if err != nil && err != io.EOF {
		return c, fault{}, err
	}
	if err == io.EOF {
		return c, fault{}, nil
	}
	seen := make(map[int]bool)
	for _, n := range names {
		if !utf8.Valid(n) {
			return c, fault{code: code.CSVHeader, message: "header: not valid UTF-8"}, nil
		}
		col, ok := t.index[strings.TrimSpace(string(n))]
		switch {
		case !ok:
			col = -1
			c.unknown++
		case seen[col]:
			return c, fault{code: code.CSVHeader, field: t.columns[col], message: "header: the column stands twice"}, nil
		default:
			seen[col] = true
		}
		c.columns = append(c.columns, col)
	}
	for _, need := range t.required {
		if !seen[t.index[need]] {
			return c, fault{code: code.CSVHeader, field: need,
				message: fmt.Sprintf("header: no column %s; %s files need %s", need, t.name, strings.Join(t.required, ", "))}, nil
		}
	}
	return c, fault{}, nil
}

func (c *csvRows) line() int   { return c.records.Number() }
func (c *csvRows) ended() bool { return c.records.Ended() }

func (c *csvRows) next(r *row) (fault, error) {
	r.clear()
	fields, err := c.records.Next()
	if f := formFault(err); f.found() {
		return f, nil
	}
	if err != nil {
		return fault{}, err
	}
	if len(fields) != len(c.columns) {
		return fault{code: code.CSVColumns,
			message: fmt.Sprintf("%d columns where the header has %d", len(fields), len(c.columns))}, nil
	}
	r.unknown = c.unknown
	for i, field := range fields {
		if !ascii(field) && !utf8.Valid(field) {
			return fault{code: code.NotUTF8, message: "not valid UTF-8"}, nil
		}
		switch col := c.columns[i]; {
		case col < 0:
		case len(field) == 0:
			r.cells[col] = cell{kind: empty}
		default:
			r.cells[col] = cell{kind: text, text: view(field)}
		}
	}
	return fault{}, nil
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
