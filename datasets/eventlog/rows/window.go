package rows

import (
	"errors"
	"io"
)

// Errors about one row. The reader has moved past it and may be asked for the
// next one.
var (
	ErrTooLong        = errors.New("row is longer than the limit")
	ErrTooManyColumns = errors.New("row has more columns than the limit")
	ErrQuote          = errors.New("row has quotes that RFC 4180 does not allow")
)

const firstBuffer = 64 << 10

// window is the part of a stream that is in memory: buf[from:to].
type window struct {
	src  io.Reader
	buf  []byte
	from int
	to   int
	err  error // why src gives no more, io.EOF at its end
}

func newWindow(src io.Reader, max int) window {
	return window{src: src, buf: make([]byte, min(firstBuffer, max+2))}
}

func (w *window) bytes() []byte { return w.buf[w.from:w.to] }

// more reads on, keeping what is in the window, and reports whether any byte
// came. The window grows to limit bytes at most and then reports false with
// w.err unset.
func (w *window) more(limit int) bool {
	if w.err != nil {
		return false
	}
	if w.to == len(w.buf) {
		switch {
		case w.from > 0:
			copy(w.buf, w.buf[w.from:w.to])
			w.to -= w.from
			w.from = 0
		case len(w.buf) < limit:
			grown := make([]byte, min(2*len(w.buf), limit))
			copy(grown, w.buf[:w.to])
			w.buf = grown
		default:
			return false
		}
	}
	for range 100 {
		n, err := w.src.Read(w.buf[w.to:])
		w.to += n
		w.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	w.err = io.ErrNoProgress
	return false
}

// skipBOM drops a UTF-8 byte order mark at the start of the stream.
func (w *window) skipBOM(limit int) {
	for w.to-w.from < 3 && w.more(limit) {
	}
	if b := w.bytes(); len(b) >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF {
		w.from += 3
	}
}

// skipLine drops everything up to the next line feed and that too, in constant
// memory. It reports whether there was one.
func (w *window) skipLine(limit int) bool {
	for {
		if i := indexLF(w.bytes()); i >= 0 {
			w.from += i + 1
			return true
		}
		w.from = w.to
		if !w.more(limit) {
			return false
		}
	}
}
