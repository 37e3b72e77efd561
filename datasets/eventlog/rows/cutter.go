package rows

import (
	"bytes"
	"io"
)

// Cutter cuts a stream into blocks of whole rows, which are what Lines or
// Records would read: their readers can work side by side. It drops a byte order
// mark at the start.
type Cutter struct {
	src     io.Reader
	records bool // rows are CSV records, which may span lines
	max     int  // bytes of a row
	find    *Splitter
	line    int    // 1-based, the first of the next block
	carry   []byte // read and not yet in a block
	long    bool   // within a line that is too long
	err     error  // why src gives no more
	started bool
}

// Block is some rows of a stream.
type Block struct {
	Data []byte // ends with a line feed, but at the end of the stream
	Line int    // the 1-based line it begins with
}

// Slack is how many bytes a buffer for a block has behind the longest block, so
// that readers can load words at its end.
const Slack = 8

// LineCutter cuts between lines, of at most max bytes without their end.
func LineCutter(r io.Reader, max int) *Cutter { return &Cutter{src: r, max: max, line: 1} }

// RecordCutter cuts between records of at most max bytes.
func RecordCutter(r io.Reader, f Form, max int) *Cutter {
	return &Cutter{src: r, max: max, line: 1, records: !f.Unquoted, find: NewSplitter(f, max, 0)}
}

// MinBuffer is the smallest buffer for rows of at most max bytes.
func MinBuffer(max int) int { return max + crlf + Slack }

// Next puts the next block into buf. It returns io.ErrShortBuffer if buf has less
// than MinBuffer bytes and holds no row, to be called again with more; ErrTooLong
// and the line, without data, for a line longer than the buffer, which
// is skipped in constant memory; io.EOF at the end; and any other error of the
// stream for good, with the line at which it broke off. The row before such an
// error is dropped unless it is whole.
func (c *Cutter) Next(buf []byte) (Block, error) {
	buf = buf[:len(buf)-Slack]
	n := copy(buf, c.carry)
	c.carry = c.carry[:0]
	n += c.fill(buf[n:])
	if !c.started {
		c.started = true
		if bytes.HasPrefix(buf[:n], []byte("\xEF\xBB\xBF")) {
			n = copy(buf, buf[3:n])
			n += c.fill(buf[n:])
		}
	}
	if c.long {
		n = c.skip(buf, n)
	}
	end := n
	if c.err != io.EOF {
		end = c.boundary(buf[:n])
	}
	b := Block{Data: buf[:end], Line: c.line}
	switch {
	case end > 0:
		c.carry = append(c.carry, buf[end:n]...)
		c.line += bytes.Count(b.Data, []byte{'\n'})
		return b, nil
	case c.err == nil && len(buf) < c.max+crlf:
		c.carry = append(c.carry, buf[:n]...)
		return b, io.ErrShortBuffer
	case c.err == nil:
		c.long = true
		return b, ErrTooLong
	case n == 0 && b.Line > 1 && !c.long:
		b.Line-- // nothing stood behind the last line
	}
	c.carry = append(c.carry, buf[:n]...) // for the line of the next call
	return b, c.err
}

// fill reads until p is full or the stream ends.
func (c *Cutter) fill(p []byte) (n int) {
	for empty := 0; n < len(p) && c.err == nil; empty++ {
		m, err := c.src.Read(p[n:])
		n += m
		c.err = err
		if m > 0 {
			empty = 0
		} else if empty == 100 {
			c.err = io.ErrNoProgress
		}
	}
	return n
}

// skip drops what is left of a line that is too long and returns how many bytes
// are in buf then.
func (c *Cutter) skip(buf []byte, n int) int {
	for {
		if i := indexLF(buf[:n]); i >= 0 {
			c.long = false
			c.line++
			n = copy(buf, buf[i+1:n])
			return n + c.fill(buf[n:])
		}
		if n = c.fill(buf); n == 0 {
			return 0
		}
	}
}

// boundary returns the end of the last whole row of b.
func (c *Cutter) boundary(b []byte) int {
	at := 0
	for c.records {
		quote := bytes.IndexByte(b[at:], '"')
		if quote < 0 {
			break
		}
		at += bytes.LastIndexByte(b[at:at+quote], '\n') + 1
		next, whole := c.record(b[at:])
		if !whole {
			return at
		}
		at += next
	}
	return at + bytes.LastIndexByte(b[at:], '\n') + 1
}

// record returns the length of what Splitter.Next takes off the start of b, or
// false if that depends on what follows b.
func (c *Cutter) record(b []byte) (n int, whole bool) {
	lf := indexLF(b)
	if lf < 0 {
		return 0, false
	}
	if len(dropCR(b[:lf])) > c.max {
		return lf + 1, true
	}
	window := b[:min(len(b), c.max+crlf)]
	n, how := c.find.find(window)
	switch {
	case how == ended && len(content(b[:n])) <= c.max:
		return n, true
	case (how == cut || how == unclosed) && len(window) < c.max+crlf:
		return 0, false
	}
	return lf + 1, true
}

// block is Next with a buffer that grows up to most bytes while it is too small.
func (c *Cutter) block(buf *[]byte, most int) (Block, error) {
	for {
		if len(*buf) == 0 {
			*buf = make([]byte, min(firstBuffer, most))
		}
		b, err := c.Next(*buf)
		if err != io.ErrShortBuffer {
			return b, err
		}
		*buf = make([]byte, min(2*len(*buf), most))
	}
}

// Advance drops the first n bytes, which are whole lines, of a block.
func (b *Block) Advance(n int) {
	b.Line += bytes.Count(b.Data[:n], []byte{'\n'})
	b.Data = b.Data[n:]
}
