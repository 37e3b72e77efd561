package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"curio/datasets/event"
)

// scan hands the events of a segment to each, in order, and counts the lines that
// are none. What follows the last line end is not looked at. An error of each ends
// it and is returned.
func scan(r io.Reader, each func(*event.Event) error) (bad int, err error) {
	var d decoder
	in := bufio.NewReaderSize(r, maxLine+2)
	for long := false; ; {
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			long = true
			continue
		case err == io.EOF:
			return bad, nil
		case err != nil:
			return bad, err
		}
		e, err := d.event(line[:len(line)-1])
		if err != nil || long {
			bad++
			long = false
			continue
		}
		if err := each(&e); err != nil {
			return bad, err
		}
	}
}

// repair cuts a segment off behind its last event and puts the rest aside. It
// returns the sizes of both; a segment without events is removed.
func repair(path string) (left, torn int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	left, err = end(f, info.Size())
	if err != nil {
		return 0, 0, err
	}
	if torn = info.Size() - left; torn > 0 {
		aside := filepath.Join(filepath.Dir(path), tornPrefix+filepath.Base(path)+"-"+strconv.FormatInt(left, 10))
		if err := putAside(aside, io.NewSectionReader(f, left, torn)); err != nil {
			return 0, 0, err
		}
	}
	if left == 0 {
		err = errors.Join(os.Remove(path), syncFolder(filepath.Dir(path)))
	} else if torn > 0 {
		err = errors.Join(f.Truncate(left), f.Sync())
	}
	return left, torn, err
}

// putAside writes a file and makes it durable.
func putAside(path string, content io.Reader) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	return errors.Join(err, out.Sync(), out.Close(), syncFolder(filepath.Dir(path)))
}

// end returns the offset behind the last line that is an event, looking from the
// end. Lines of zeros or of half of something are what a machine that lost power
// may leave there.
func end(r io.ReaderAt, size int64) (int64, error) {
	var d decoder
	chunk := make([]byte, 2*maxLine)
	for size > 0 {
		from := max(0, size-int64(len(chunk)))
		part := chunk[:size-from]
		if _, err := r.ReadAt(part, from); err != nil && err != io.EOF {
			return 0, err
		}
		for size > from {
			stop := bytes.LastIndexByte(part, '\n')
			start := bytes.LastIndexByte(part[:max(stop, 0)], '\n') + 1
			if stop < 0 || start == 0 && from > 0 && stop > maxLine {
				size = from
				break
			}
			if start == 0 && from > 0 {
				size = from + int64(stop) + 1 // and all of the line the next time
				break
			}
			if _, err := d.event(part[start:stop]); err == nil {
				return from + int64(stop) + 1, nil
			}
			part, size = part[:start], from+int64(start)
		}
	}
	return 0, nil
}
