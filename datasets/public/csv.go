package public

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/eventlog/rows"
)

// commas is one CSV file behind a header, gzip if its name says so.
type commas struct {
	dir  folder
	file string
}

// What a gzip file may hold: the published ones are below 1 GiB, and 15 times
// their compressed size.
var gzipLimits = rows.Limits{Bytes: 16 << 30, Ratio: 200}

// either returns the first of the names, plain or with .gz behind it, that the
// folder has, or nothing.
func (f folder) either(names ...string) string {
	for _, n := range names {
		for _, n := range []string{n, n + ".gz"} {
			if f.has(n) {
				return n
			}
		}
	}
	return ""
}

// rows calls row with each row that is fit, and reports the others. A header
// that cannot be read, or lacks a column of need, is an error, as is a damaged
// gzip stream. The cells are valid during the call.
func (c commas) rows(ctx context.Context, reject func(event.Reject), need []string, row func(r *record, where *at) error) error {
	in, err := c.dir.Open(c.file)
	if err != nil {
		return fmt.Errorf("read data set in %s: %w", c.dir.name, err)
	}
	defer in.Close()
	var content io.Reader = in
	if strings.HasSuffix(c.file, ".gz") {
		z := rows.Gunzip(in, gzipLimits)
		defer z.Close()
		content = z
	}
	records := rows.NewRecords(content, maxRow, maxColumns)
	where := at{file: c.file, reject: reject}
	var r record
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		cells, err := records.Next()
		where.line = records.Number()
		fault, message := formOf(cells, err, len(r.columns))
		switch {
		case err == io.EOF:
			return nil
		case err != nil && fault == "":
			return fmt.Errorf("read %s in %s: %w", c.file, c.dir.name, err)
		case r.columns == nil && fault != "":
			return fmt.Errorf("%s in %s: header: %s", c.file, c.dir.name, message)
		case fault != "":
			where.refuse(fault, "", "", message)
			continue
		}
		r.cells = r.cells[:0]
		for _, cell := range cells {
			r.cells = append(r.cells, unsafe.String(unsafe.SliceData(cell), len(cell)))
		}
		if r.columns == nil {
			if r.columns, err = columnsOf(r.cells, need); err != nil {
				return fmt.Errorf("%s in %s: %w", c.file, c.dir.name, err)
			}
			continue
		}
		if err := row(&r, &where); err != nil {
			return err
		}
	}
}

// formOf says what is wrong with the form of a row, if anything. No number of
// columns is wrong for a header, which has columns still at 0.
func formOf(cells [][]byte, err error, columns int) (fault, message string) {
	switch {
	case errors.Is(err, rows.ErrTooLong):
		return code.LineTooLong, fmt.Sprintf("longer than %d bytes", maxRow)
	case errors.Is(err, rows.ErrTooManyColumns):
		return code.TooManyColumns, fmt.Sprintf("more than %d columns", maxColumns)
	case errors.Is(err, rows.ErrQuote):
		return code.CSVQuote, "quotes that RFC 4180 does not allow, or one that is never closed"
	case err != nil:
		return "", ""
	case columns > 0 && len(cells) != columns:
		return code.CSVColumns, fmt.Sprintf("%d columns where the header has %d", len(cells), columns)
	}
	for _, cell := range cells {
		if !utf8.Valid(cell) {
			return code.NotUTF8, "not valid UTF-8"
		}
	}
	return "", ""
}

// columnsOf finds the place of each column that a header names.
func columnsOf(names, need []string) (map[string]int, error) {
	columns := make(map[string]int)
	for i, name := range names {
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
