package rows

import (
	"bytes"
	"io"
)

// Records cuts a stream into comma-separated records by RFC 4180: fields may be
// quoted and then hold commas, line ends and doubled quotes; a quote anywhere
// else is an error. Records end with LF or CRLF, empty lines are skipped, and a
// byte order mark at the start is dropped.
type Records struct {
	w          window
	max        int
	maxColumns int
	number     int // line the record begins on
	next       int // line the next record begins on
	ended      bool
	spans      []span
	fields     [][]byte
}

// span is where a field lies, counted from the start of the window.
type span struct {
	from, to int
	doubled  bool // holds doubled quotes
}

// NewRecords reads records of at most max bytes, line ends within them included,
// and at most maxColumns fields.
func NewRecords(r io.Reader, max, maxColumns int) *Records {
	return &Records{w: newWindow(r, max), max: max, maxColumns: maxColumns, next: 1}
}

// Number is the 1-based line on which the record that Next returned or refused
// last begins.
func (c *Records) Number() int { return c.number }

// Ended reports whether that record had its line feed.
func (c *Records) Ended() bool { return c.ended }

// Next returns the fields of the next record, valid until the next call. It
// returns ErrTooLong, ErrTooManyColumns or ErrQuote for a record it refuses;
// only the first line of that record is skipped, so that a stray quote cannot
// swallow the rows behind it. It returns io.EOF after the last record and any
// other error of the stream for good.
func (c *Records) Next() ([][]byte, error) {
	limit := c.max + 2
	if c.next == 1 && c.number == 0 {
		c.w.skipBOM(limit)
	}
	for {
		c.number = c.next
		end, feed, err := c.line(limit)
		if err != nil {
			return nil, err
		}
		line := dropCR(c.w.bytes()[:end])
		if len(line) == 0 {
			c.skip(end, feed)
			continue
		}
		if len(line) > c.max {
			c.skip(end, feed)
			return nil, ErrTooLong
		}
		if bytes.IndexByte(line, '"') < 0 {
			c.skip(end, feed)
			return c.split(line)
		}
		return c.quoted(limit)
	}
}

// line finds the end of the physical line at the start of the window: its length
// without the line feed, and 1 if it has one.
func (c *Records) line(limit int) (end, feed int, err error) {
	seen := 0
	for {
		b := c.w.bytes()
		if i := indexLF(b[seen:]); i >= 0 {
			return seen + i, 1, nil
		}
		seen = len(b)
		if c.w.more(limit) {
			continue
		}
		switch {
		case c.w.err == nil:
			c.ended = c.w.skipLine(limit)
			c.next++
			return 0, 0, ErrTooLong
		case c.w.err == io.EOF && seen > 0:
			return seen, 0, nil
		default:
			c.ended = true
			return 0, 0, c.w.err
		}
	}
}

// skip moves past a line of n bytes with or without a line feed.
func (c *Records) skip(n, feed int) {
	c.w.from += n + feed
	c.next++
	c.ended = feed == 1
}

// split cuts a line without quotes.
func (c *Records) split(line []byte) ([][]byte, error) {
	c.fields = c.fields[:0]
	for {
		if len(c.fields) == c.maxColumns {
			return nil, ErrTooManyColumns
		}
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			c.fields = append(c.fields, line)
			return c.fields, nil
		}
		c.fields = append(c.fields, line[:i])
		line = line[i+1:]
	}
}
