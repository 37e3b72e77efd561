package bench

import (
	"bytes"
	"errors"
	"io"
	"strconv"
)

// answerReader reads answers of HTTP/1.1 that say their length, one at a time.
type answerReader struct {
	status int
	body   []byte // until the next read
	buf    []byte
}

// maxAnswer is the longest answer that is read, with its head, in bytes.
const maxAnswer = 4 << 20

var (
	errAnswer = errors.New("this is no answer of HTTP/1.1 that says its length")
	headEnd   = []byte("\r\n\r\n")
	lengthIs  = []byte("\r\nContent-Length: ")
)

// read reads one answer, after which the other side says nothing until it is asked.
func (a *answerReader) read(r io.Reader) error {
	if a.buf == nil {
		a.buf = make([]byte, 16<<10)
	}
	whole := 0 // bytes of the answer, once they are known
	for n := 0; whole == 0 || n < whole; {
		if n == len(a.buf) {
			a.buf = append(a.buf, make([]byte, len(a.buf))...)
		}
		got, err := r.Read(a.buf[n:])
		if got == 0 && err != nil {
			return err
		}
		n += got
		if whole == 0 {
			if whole, err = a.head(a.buf[:n]); err != nil {
				return err
			}
		}
		if n > whole && whole > 0 || n > maxAnswer {
			return errAnswer
		}
	}
	return nil
}

// head takes apart what was read so far. It returns the length of the answer, 0 while
// its head is not there.
func (a *answerReader) head(got []byte) (int, error) {
	end := bytes.Index(got, headEnd)
	if end < 0 {
		return 0, nil
	}
	end += len(headEnd)
	head := got[:end]
	if len(head) < 13 || string(head[:9]) != "HTTP/1.1 " {
		return 0, errAnswer
	}
	var err error
	if a.status, err = strconv.Atoi(string(head[9:12])); err != nil {
		return 0, errAnswer
	}
	at := bytes.Index(head, lengthIs)
	if at < 0 {
		return 0, errAnswer
	}
	text := head[at+len(lengthIs):]
	size, err := strconv.Atoi(string(text[:bytes.IndexByte(text, '\r')]))
	if err != nil || size < 0 || size > maxAnswer {
		return 0, errAnswer
	}
	for cap(a.buf) < end+size {
		a.buf = append(a.buf, make([]byte, len(a.buf))...)
	}
	a.buf = a.buf[:cap(a.buf)]
	a.body = a.buf[end : end+size]
	return end + size, nil
}
