// Package rows cuts streams into rows within bounds: lines, CSV records, blocks
// of either, and the content of compressed streams that may be bombs. It knows
// nothing of what the rows mean.
package rows

import (
	"bytes"
	"errors"
	"io"
)

// Errors about one row. The reader has moved past it and may be asked for the
// next one.
var (
	ErrTooLong        = errors.New("row is longer than the limit")
	ErrTooManyColumns = errors.New("row has more columns than the limit")
	ErrQuote          = errors.New("row has quotes that RFC 4180 does not allow, or one that is not closed within the limit")
)

// firstBuffer is how many bytes are read at once, if rows need no more.
const firstBuffer = 64 << 10

// Lines cuts a stream into lines ended by LF or CRLF. A byte order mark at the
// start is dropped.
type Lines struct {
	cutter *Cutter
	max    int
	buf    []byte // none before it is needed
	block  Block  // what is left of it
	number int
}

// NewLines reads lines of at most max bytes, not counting their end.
func NewLines(r io.Reader, max int) *Lines {
	return &Lines{cutter: LineCutter(r, max), max: max}
}

// Number is the 1-based number of the line that Next returned or refused last.
func (l *Lines) Number() int { return l.number }

// Next returns the next line without its end, valid until the next call. It
// returns ErrTooLong for a line past the limit, which is skipped, io.EOF after
// the last line, and any other error of the stream for good; what came of a line
// before that error is dropped.
func (l *Lines) Next() ([]byte, error) {
	if len(l.block.Data) == 0 {
		var err error
		l.block, err = l.cutter.block(&l.buf, firstBuffer+MinBuffer(l.max))
		if err != nil {
			l.number = l.block.Line
			return nil, err
		}
	}
	line := l.block.Data[:lineLength(l.block.Data)]
	l.number = l.block.Line
	l.block.Advance(len(line))
	if line = content(line); len(line) > l.max {
		return nil, ErrTooLong
	}
	return line, nil
}

func indexLF(b []byte) int { return bytes.IndexByte(b, '\n') }

func dropCR(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		return b[:n-1]
	}
	return b
}
