// Package rows cuts streams into rows within bounds: lines, CSV records, and the
// content of gzip streams that may be bombs. It knows nothing of what the rows
// mean.
package rows

import (
	"bytes"
	"io"
)

// Lines cuts a stream into lines ended by LF or CRLF. A byte order mark at the
// start is dropped.
type Lines struct {
	w      window
	max    int
	number int
	ended  bool
}

// NewLines reads lines of at most max bytes, not counting their end.
func NewLines(r io.Reader, max int) *Lines {
	return &Lines{w: newWindow(r, max), max: max}
}

// Number is the 1-based number of the line that Next returned or refused last.
func (l *Lines) Number() int { return l.number }

// Ended reports whether that line had its line feed; only the last of a stream
// may lack it.
func (l *Lines) Ended() bool { return l.ended }

// Next returns the next line without its end, valid until the next call. It
// returns ErrTooLong for a line past the limit, which is skipped, io.EOF after
// the last line, and any other error of the stream for good; what came of a line
// before that error is dropped.
func (l *Lines) Next() ([]byte, error) {
	limit := l.max + 2 // room for CRLF
	if l.number == 0 {
		l.w.skipBOM(limit)
	}
	seen := 0
	for {
		b := l.w.bytes()
		if i := indexLF(b[seen:]); i >= 0 {
			l.number++
			l.ended = true
			l.w.from += seen + i + 1
			line := dropCR(b[:seen+i])
			if len(line) > l.max {
				return nil, ErrTooLong
			}
			return line, nil
		}
		seen = len(b)
		if l.w.more(limit) {
			continue
		}
		if l.w.err == nil { // the window is full
			l.number++
			l.ended = l.w.skipLine(limit)
			return nil, ErrTooLong
		}
		if l.w.err != io.EOF || seen == 0 {
			if seen > 0 {
				l.number++
			}
			l.ended = true
			return nil, l.w.err
		}
		l.number++
		l.ended = false
		l.w.from = l.w.to
		line := dropCR(b)
		if len(line) > l.max {
			return nil, ErrTooLong
		}
		return line, nil
	}
}

func indexLF(b []byte) int { return bytes.IndexByte(b, '\n') }

func dropCR(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		return b[:n-1]
	}
	return b
}
