package intake

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The name of a segment is its number in twelve digits, a dash, the second it was
// begun in, and the extension.
const (
	numberLen   = 12
	startLayout = "20060102T150405Z"
	extension   = ".jsonl"
)

func segmentName(number int64, start time.Time) string {
	return fmt.Sprintf("%0*d-%s%s", numberLen, number, start.UTC().Format(startLayout), extension)
}

// parseSegment is the inverse of segmentName; packed or renamed ones have a number
// only.
func parseSegment(name string) (number int64, start time.Time, ok bool) {
	if len(name) <= numberLen || name[numberLen] != '-' || strings.Trim(name[:numberLen], "0123456789") != "" {
		return 0, start, false
	}
	number, _ = strconv.ParseInt(name[:numberLen], 10, 64)
	text, ok := strings.CutSuffix(name[numberLen+1:], extension)
	if ok {
		var err error
		start, err = time.Parse(startLayout, text)
		ok = err == nil
	}
	return number, start, ok
}

// file is what a segment needs of its file.
type file interface {
	WriteAt(b []byte, at int64) (int, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

// segments writes to the newest segment of a folder.
type segments struct {
	folder string
	bytes  int64
	age    time.Duration
	create func(path string) (file, error) // durable once it returns
	there  func(f file, path string) bool  // whether f is still the file at path

	number  int64 // of the next one
	open    file  // nil when the next events begin one
	name    string
	size    int64 // of what is known to be on disk
	started time.Time
}

func newSegments(folder string, o Options) *segments {
	return &segments{folder: folder, bytes: o.SegmentBytes, age: o.SegmentAge, create: createFile, there: sameFile}
}

// createFile makes a file, its name durable. It leaves none behind when it fails.
func createFile(path string) (file, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		f.Close()
		os.Remove(path)
		return nil, err
	}
	return f, nil
}

func sameFile(f file, path string) bool {
	opened, ok := f.(*os.File)
	if !ok {
		return true
	}
	a, err := opened.Stat()
	if err != nil {
		return false
	}
	b, err := os.Lstat(path)
	return err == nil && os.SameFile(a, b)
}

// errGone says that somebody moved or deleted the file that was written to.
var errGone = errors.New("the segment is not in its folder any more")

// write puts whole lines on disk. When it returns an error none of them is in a
// segment, as far as that could be made sure of. The error wraps ErrFull or
// ErrWrite.
func (s *segments) write(lines []byte, now time.Time) error {
	err := s.tryWrite(lines, now)
	if err != nil && !full(err) {
		err = s.tryWrite(lines, now) // to a new one
	}
	switch {
	case err == nil:
		return nil
	case full(err):
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("%w: %w", ErrWrite, err)
}

func (s *segments) tryWrite(lines []byte, now time.Time) error {
	if s.open != nil && (s.size+int64(len(lines)) > s.bytes || now.Sub(s.started) >= s.age || now.Before(s.started)) {
		s.finish()
	}
	if s.open == nil {
		if err := s.begin(now); err != nil {
			return err
		}
	}
	if _, err := s.open.WriteAt(lines, s.size); err != nil {
		if !s.cutBack() || !full(err) || s.size == 0 {
			s.finish()
		}
		return err
	}
	err := s.open.Sync()
	if err == nil && !s.there(s.open, s.path()) {
		err = errGone
	}
	if err != nil {
		s.cutBack()
		s.finish()
		return err
	}
	s.size += int64(len(lines))
	return nil
}

func (s *segments) path() string { return filepath.Join(s.folder, s.name) }

func (s *segments) begin(now time.Time) error {
	name := segmentName(s.number, now)
	s.number++ // whatever comes of it: the name of a failed one is not tried again
	f, err := s.create(filepath.Join(s.folder, name))
	if err != nil {
		return err
	}
	s.open, s.name, s.size, s.started = f, name, 0, now
	return nil
}

// cutBack drops what follows the lines that are known to be on disk and reports
// whether that is durable.
func (s *segments) cutBack() bool {
	return s.open.Truncate(s.size) == nil && s.open.Sync() == nil
}

// finish leaves a segment as it is; one without events goes.
func (s *segments) finish() {
	if s.open == nil {
		return
	}
	s.open.Close() // everything is synced
	if s.size == 0 {
		os.Remove(s.path())
	}
	s.open = nil
}

// found is a segment of an earlier run.
type found struct {
	path  string
	start time.Time
}

// listSegments returns the segments of a folder in order and the number of the next one.
func listSegments(folder string) (all []found, next int64, err error) {
	entries, err := os.ReadDir(folder) // in order of names
	if err != nil {
		return nil, 0, err
	}
	next = 1
	for _, e := range entries {
		number, start, ok := parseSegment(e.Name())
		next = max(next, number+1)
		if ok && e.Type() == fs.FileMode(0) {
			all = append(all, found{filepath.Join(folder, e.Name()), start})
		}
	}
	return all, next, nil
}
