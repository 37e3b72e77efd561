package public

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/eventlog/rows"
)

const (
	maxRow  = 1 << 20 // bytes of a row of a table
	maxList = 1 << 22 // bytes of a row that lists all items of a user: some 500,000 of them
	maxID   = 256     // bytes of an id
	maxText = 4096    // bytes of any other text
)

// at is a place in a file that rejects are reported for.
type at struct {
	file   string
	line   int
	reject func(event.Reject)
}

// refuse reports the row. The value must not be a user's id.
func (a *at) refuse(code, field, value, message string) {
	a.reject(event.Reject{File: a.file, Line: a.line, Code: code, Field: field, Value: shown(value), Message: message})
}

// shown cuts a value to what a reject may hold.
func shown(value string) string {
	const most = 64
	if len(value) > most {
		value = value[:most]
	}
	return strings.ToValidUTF8(strings.Clone(value), string(utf8.RuneError))
}

// lines calls row with each line of a file that is not blank, and reports those
// longer than max. The line is valid during the call. An error of row ends the
// reading and is returned as it is.
func (f folder) lines(ctx context.Context, name string, max int, reject func(event.Reject), row func(line []byte, where *at) error) error {
	in, err := f.Open(name)
	if err != nil {
		return fmt.Errorf("read data set in %s: %w", f.name, err)
	}
	defer in.Close()
	l := rows.NewLines(in, max)
	where := at{file: name, reject: reject}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := l.Next()
		where.line = l.Number()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, rows.ErrTooLong):
			where.refuse(code.LineTooLong, "", "", fmt.Sprintf("longer than %d bytes", max))
			continue
		case err != nil:
			return fmt.Errorf("read %s in %s: %w", name, f.name, err)
		}
		if blank(line) {
			continue
		}
		if err := row(line, &where); err != nil {
			return err
		}
	}
}

func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}
