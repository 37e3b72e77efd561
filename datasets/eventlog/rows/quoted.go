package rows

import (
	"bytes"
	"io"
)

// quoted reads the record at the start of the window, which holds quotes and may
// span lines. Fields are found first and unescaped only when the record is whole,
// so that a refused record leaves the bytes behind its first line as they were.
func (c *Records) quoted(limit int) ([][]byte, error) {
	c.spans = c.spans[:0]
	at := 0
	for last := false; !last; {
		if len(c.spans) == c.maxColumns {
			return nil, c.refuse(ErrTooManyColumns)
		}
		var err error
		if at, last, err = c.field(at, limit); err != nil {
			return nil, c.refuse(err)
		}
	}
	if len(dropCR(bytes.TrimSuffix(c.w.bytes()[:at], []byte{'\n'}))) > c.max {
		return nil, c.refuse(ErrTooLong)
	}
	return c.finish(at), nil
}

// field finds the field that begins at offset at of the window. It returns the
// offset behind its separator and whether the record ends there.
func (c *Records) field(at, limit int) (next int, last bool, err error) {
	if c.peek(at, limit) != '"' {
		return c.bare(at, limit)
	}
	s := span{from: at + 1}
	for at++; ; at++ {
		if at, err = c.seekQuote(at, limit); err != nil {
			return 0, false, err
		}
		if c.peek(at+1, limit) != '"' {
			break
		}
		s.doubled = true
		at++
	}
	s.to = at
	c.spans = append(c.spans, s)
	at++
	switch c.peek(at, limit) {
	case ',':
		return at + 1, false, nil
	case '\n':
		return at + 1, true, nil
	case endOfStream:
		return at, true, nil
	case stopped:
		return 0, false, c.why()
	case '\r':
		switch c.peek(at+1, limit) {
		case '\n':
			return at + 2, true, nil
		case endOfStream:
			return at + 1, true, nil
		case stopped:
			return 0, false, c.why()
		}
	}
	return 0, false, ErrQuote
}

// seekQuote returns the offset of the next quote at or behind at. A quoted field
// that the stream or the limit on the record ends before it closes is an
// ErrQuote.
func (c *Records) seekQuote(at, limit int) (int, error) {
	for {
		if i := bytes.IndexByte(c.w.bytes()[at:], '"'); i >= 0 {
			return at + i, nil
		}
		at = len(c.w.bytes())
		if c.w.more(limit) {
			continue
		}
		if c.w.err != nil && c.w.err != io.EOF {
			return 0, c.w.err
		}
		return 0, ErrQuote
	}
}

// bare finds an unquoted field.
func (c *Records) bare(at, limit int) (next int, last bool, err error) {
	for from := at; ; at++ {
		switch c.peek(at, limit) {
		case '"':
			return 0, false, ErrQuote
		case stopped:
			return 0, false, c.why()
		case ',':
			c.spans = append(c.spans, span{from: from, to: at})
			return at + 1, false, nil
		case '\n', endOfStream:
			field := dropCR(c.w.bytes()[from:at])
			c.spans = append(c.spans, span{from: from, to: from + len(field)})
			return min(at+1, len(c.w.bytes())), true, nil
		}
	}
}

// What peek returns instead of a byte.
const (
	endOfStream = -1
	stopped     = -2 // the window is full or the stream failed: see why
)

// peek returns the byte at offset at of the window, reading on if need be.
func (c *Records) peek(at, limit int) int {
	for at >= len(c.w.bytes()) {
		if !c.w.more(limit) {
			if c.w.err == io.EOF {
				return endOfStream
			}
			return stopped
		}
	}
	return int(c.w.buf[c.w.from+at])
}

func (c *Records) why() error {
	if c.w.err != nil {
		return c.w.err
	}
	return ErrTooLong
}

// refuse moves past the first line of the record only, unless the stream failed.
func (c *Records) refuse(err error) error {
	if err == ErrTooLong || err == ErrTooManyColumns || err == ErrQuote {
		c.ended = c.w.skipLine(c.max + 2)
		c.next++
	}
	return err
}

// finish moves past the record of n bytes and returns its fields, unescaped in
// place.
func (c *Records) finish(n int) [][]byte {
	b := c.w.bytes()[:n]
	c.next += bytes.Count(b, []byte{'\n'})
	c.ended = n > 0 && b[n-1] == '\n'
	if !c.ended {
		c.next++
	}
	c.w.from += n
	c.fields = c.fields[:0]
	for _, s := range c.spans {
		f := b[s.from:s.to]
		if s.doubled {
			f = undouble(f)
		}
		c.fields = append(c.fields, f)
	}
	return c.fields
}

// undouble turns each pair of quotes into one, in place.
func undouble(f []byte) []byte {
	to := 0
	for i := 0; i < len(f); i++ {
		f[to] = f[i]
		to++
		if f[i] == '"' {
			i++
		}
	}
	return f[:to]
}
