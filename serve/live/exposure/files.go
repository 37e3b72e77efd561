package exposure

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

var fileName = regexp.MustCompile(`^exposures-(\d{10})\.jsonl$`)

// files are the files of a log, numbered in the order they were begun.
type files struct {
	folder   string
	maxBytes int64
	next     int
	file     *os.File // nil between files
	size     int64
}

func (f *files) open(folder string, maxBytes int64) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f.folder, f.maxBytes = folder, maxBytes
	names, err := list(folder)
	if err == nil && len(names) > 0 {
		f.next, err = strconv.Atoi(fileName.FindStringSubmatch(names[len(names)-1])[1])
	}
	f.next++
	return err
}

// list returns the names of the files of a log, the oldest first.
func list(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if fileName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil // os.ReadDir sorts
}

// write appends whole lines. After an error the file is left: how much of them it has
// is not known.
func (f *files) write(lines []byte) error {
	if f.file == nil {
		if err := f.begin(); err != nil {
			return err
		}
	}
	n, err := f.file.Write(lines)
	f.size += int64(n)
	if err != nil || f.size >= f.maxBytes {
		err = errors.Join(err, f.close())
	}
	return err
}

// begin makes the next file, which another program on the same folder may have made.
func (f *files) begin() error {
	for {
		path := filepath.Join(f.folder, fmt.Sprintf("exposures-%010d.jsonl", f.next))
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
		if errors.Is(err, os.ErrExist) {
			f.next++
			continue
		}
		if err != nil {
			return err
		}
		f.file, f.size, f.next = file, 0, f.next+1
		return nil
	}
}

func (f *files) close() error {
	if f.file == nil {
		return nil
	}
	file := f.file
	f.file = nil
	return file.Close()
}

// ErrLine is wrapped by the error for a line that is no record.
var ErrLine = errors.New("exposure log has a line that is no record")

// Read yields the records in a folder, file by file in the order they were begun. The
// last line of a file that was cut off is left out. After an error of the file system
// the sequence ends; one that wraps ErrLine stands for a line, and it goes on.
func Read(folder string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		names, err := list(folder)
		if err != nil {
			yield(Record{}, fmt.Errorf("read exposure log: %w", err))
			return
		}
		for _, name := range names {
			if !readFile(filepath.Join(folder, name), yield) {
				return
			}
		}
	}
}

func readFile(path string, yield func(Record, error) bool) bool {
	f, err := os.Open(path)
	if err != nil {
		yield(Record{}, fmt.Errorf("read exposure log: %w", err))
		return false
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, MaxRecord)
	for n := 1; ; n++ {
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			return true // what is left was cut off
		case errors.Is(err, bufio.ErrBufferFull):
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = in.ReadSlice('\n')
			}
			if !yield(Record{}, fmt.Errorf("%w: %s line %d is longer than %d bytes", ErrLine, path, n, MaxRecord)) {
				return false
			}
			continue
		case err != nil:
			yield(Record{}, fmt.Errorf("read exposure log: %w", err))
			return false
		}
		var r Record
		if err := json.Unmarshal(line, &r); err != nil {
			err = fmt.Errorf("%w: %s line %d: %w", ErrLine, path, n, err)
			if !yield(Record{}, err) {
				return false
			}
			continue
		}
		if !yield(r, nil) {
			return false
		}
	}
}
