package public

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// atomic is one RecBole file: tab-separated rows behind a header of name:type.
type atomic struct {
	dir  folder
	file string
}

// record gives the cells of a row by the name of their column.
type record struct {
	columns map[string]int
	cells   []string
}

// get returns a cell, empty if there is no such column. It is valid until the
// next row.
func (r *record) get(column string) string {
	if i, ok := r.columns[column]; ok {
		return r.cells[i]
	}
	return ""
}

// first returns the first of the columns that the file has.
func (r *record) first(columns ...string) string {
	for _, c := range columns {
		if _, ok := r.columns[c]; ok {
			return c
		}
	}
	return ""
}

const maxColumns = 1000

// rows calls row with each row that has as many cells as the header, and reports
// the others. A header that cannot be read, or lacks a column of need, is an
// error.
func (a atomic) rows(ctx context.Context, reject func(event.Reject), need []string, row func(r *record, where *at) error) error {
	var r record
	return a.dir.lines(ctx, a.file, maxRow, reject, func(line []byte, where *at) error {
		text := unsafe.String(unsafe.SliceData(line), len(line))
		if r.columns == nil {
			var err error
			if r.columns, err = header(text, need); err != nil {
				return fmt.Errorf("%s in %s: %w", a.file, a.dir.name, err)
			}
			return nil
		}
		if !utf8.ValidString(text) {
			where.refuse(code.NotUTF8, "", "", "not valid UTF-8")
			return nil
		}
		r.cells = r.cells[:0]
		for len(r.cells) <= len(r.columns) {
			cell, rest, more := strings.Cut(text, "\t")
			r.cells = append(r.cells, cell)
			if text = rest; !more {
				break
			}
		}
		if len(r.cells) != len(r.columns) {
			where.refuse(code.CSVColumns, "", "", fmt.Sprintf("not the %d columns of the header", len(r.columns)))
			return nil
		}
		return row(&r, where)
	})
}

// header finds the place of each column.
func header(text string, need []string) (map[string]int, error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("the header is not valid UTF-8")
	}
	cells := strings.Split(text, "\t")
	if len(cells) > maxColumns {
		return nil, fmt.Errorf("the header has %d columns, more than %d", len(cells), maxColumns)
	}
	columns := make(map[string]int)
	for i, cell := range cells {
		name, kind, ok := strings.Cut(cell, ":")
		if !ok || !slices.Contains([]string{"token", "token_seq", "float", "float_seq"}, kind) {
			return nil, fmt.Errorf("header cell %q: want name:type with type token, token_seq, float or float_seq", shown(cell))
		}
		if _, twice := columns[name]; twice {
			return nil, fmt.Errorf("the header names %q twice", shown(name))
		}
		columns[strings.Clone(name)] = i
	}
	for _, n := range need {
		if _, ok := columns[n]; !ok {
			return nil, fmt.Errorf("the header has no column %s", n)
		}
	}
	return columns, nil
}
