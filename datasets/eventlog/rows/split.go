package rows

import "bytes"

// Form is how fields are told apart. The zero value is RFC 4180.
type Form struct {
	Separator byte // between fields; a comma if it is zero
	Unquoted  bool // a quote is a character like any other: no field spans lines
}

func (f Form) separator() byte {
	if f.Separator == 0 {
		return ','
	}
	return f.Separator
}

// Splitter cuts records, as Records describes them, out of memory. It must not be
// shared between goroutines.
type Splitter struct {
	separator  byte
	unquoted   bool
	max        int
	maxColumns int
	spans      []span
	fields     [][]byte
}

// span is where a field lies, counted from the start of its record.
type span struct {
	from, to int
	doubled  bool // holds doubled quotes
}

// NewSplitter cuts records of at most max bytes, line ends within them included,
// and at most maxColumns fields.
func NewSplitter(f Form, max, maxColumns int) *Splitter {
	return &Splitter{separator: f.separator(), unquoted: f.Unquoted, max: max, maxColumns: maxColumns}
}

// Next cuts the record at the start of b, which must hold all of it, and returns
// its fields and its length with its line end. Fields are valid until the next
// call; they lie in b, where doubled quotes are overwritten. An empty line has no
// fields. With ErrTooLong and ErrQuote the length is that of the first line
// alone, so that a stray quote cannot swallow the rows behind it. A record that
// spans lines and does not end within max bytes is an ErrQuote.
func (s *Splitter) Next(b []byte) (fields [][]byte, n int, err error) {
	first := lineLength(b)
	line := content(b[:first])
	switch {
	case len(line) == 0:
		return nil, first, nil
	case len(line) > s.max:
		return nil, first, ErrTooLong
	case s.unquoted, bytes.IndexByte(line, '"') < 0:
		fields, err = s.split(line)
		return fields, first, err
	}
	window := b[:min(len(b), s.max+crlf)]
	n, how := s.find(window)
	if how == misquoted || how == unclosed || how == cut && len(window) < len(b) || len(content(b[:n])) > s.max {
		return nil, first, ErrQuote
	}
	if len(s.spans) > s.maxColumns {
		return nil, n, ErrTooManyColumns
	}
	s.fields = s.fields[:0]
	for _, p := range s.spans {
		f := b[p.from:p.to]
		if p.doubled {
			f = undouble(f)
		}
		s.fields = append(s.fields, f)
	}
	return s.fields, n, nil
}

// split cuts a line without quotes.
func (s *Splitter) split(line []byte) ([][]byte, error) {
	s.fields = s.fields[:0]
	for {
		if len(s.fields) == s.maxColumns {
			return nil, ErrTooManyColumns
		}
		i := bytes.IndexByte(line, s.separator)
		if i < 0 {
			s.fields = append(s.fields, line)
			return s.fields, nil
		}
		s.fields = append(s.fields, line[:i])
		line = line[i+1:]
	}
}

// outcome is how a record ends.
type outcome uint8

const (
	ended     outcome = iota // with a line feed
	cut                      // the bytes end before it does, outside of quotes
	unclosed                 // the bytes end within quotes
	misquoted                // it has a quote where none may be
)

// find finds the fields of the record at the start of b and its length with its
// line end. It lists one field more than the limit at most.
func (s *Splitter) find(b []byte) (n int, how outcome) {
	s.spans = s.spans[:0]
	at := 0
	for {
		p := span{from: at, to: at}
		if at < len(b) && b[at] == '"' {
			p.from++
			for at++; ; at += 2 {
				i := bytes.IndexByte(b[at:], '"')
				if i < 0 {
					return len(b), unclosed
				}
				at += i
				if at+1 == len(b) || b[at+1] != '"' {
					break
				}
				p.doubled = true
			}
			p.to = at
			at++
			if at+1 < len(b) && b[at] == '\r' && b[at+1] == '\n' || at+1 == len(b) && b[at] == '\r' {
				at++
			}
		} else {
			for at < len(b) && b[at] != s.separator && b[at] != '\n' {
				if b[at] == '"' {
					return 0, misquoted
				}
				at++
			}
			p.to = at
			if at > p.from && b[at-1] == '\r' && (at == len(b) || b[at] == '\n') {
				p.to--
			}
		}
		if len(s.spans) <= s.maxColumns {
			s.spans = append(s.spans, p)
		}
		switch {
		case at == len(b):
			return at, cut
		case b[at] == '\n':
			return at + 1, ended
		case b[at] != s.separator:
			return 0, misquoted
		}
		at++
	}
}

// undouble turns each pair of quotes into one, in place. What is left behind the
// field is quotes, so that b keeps the line feeds it has.
func undouble(f []byte) []byte {
	to := 0
	for i := 0; i < len(f); i++ {
		f[to] = f[i]
		to++
		if f[i] == '"' {
			i++
		}
	}
	for i := to; i < len(f); i++ {
		f[i] = '"'
	}
	return f[:to]
}

// crlf is the longest end of a line.
const crlf = 2

// lineLength is the length of the line at the start of b with its line feed.
func lineLength(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i + 1
	}
	return len(b)
}

// content is a line or record without its end.
func content(b []byte) []byte { return dropCR(bytes.TrimSuffix(b, []byte{'\n'})) }
