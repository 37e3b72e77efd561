package rows

import "io"

// Records cuts a stream into comma-separated records by RFC 4180: fields may be
// quoted and then hold commas, line ends and doubled quotes; a quote anywhere
// else is an error. Records end with LF or CRLF, empty lines are skipped, and a
// byte order mark at the start is dropped.
type Records struct {
	cutter   *Cutter
	splitter *Splitter
	buf      []byte // none before it is needed
	block    Block  // what is left of it
	number   int    // line the record begins on
	max      int
}

// NewRecords reads records of at most max bytes, line ends within them included,
// and at most maxColumns fields.
func NewRecords(r io.Reader, max, maxColumns int) *Records {
	return &Records{
		cutter: RecordCutter(r, Form{}, max), splitter: NewSplitter(Form{}, max, maxColumns), max: max,
	}
}

// Number is the 1-based line on which the record that Next returned or refused
// last begins.
func (c *Records) Number() int { return c.number }

// Next returns the fields of the next record, valid until the next call. It
// returns ErrTooLong, ErrTooManyColumns or ErrQuote for a record it refuses; of
// one with a misplaced quote only the first line is skipped. It returns io.EOF
// after the last record and any other error of the stream for good.
func (c *Records) Next() ([][]byte, error) {
	for {
		if len(c.block.Data) == 0 {
			var err error
			c.block, err = c.cutter.block(&c.buf, firstBuffer+MinBuffer(c.max))
			if err != nil {
				c.number = c.block.Line
				return nil, err
			}
		}
		fields, n, err := c.splitter.Next(c.block.Data)
		c.number = c.block.Line
		c.block.Advance(n)
		if fields != nil || err != nil {
			return fields, err
		}
	}
}
