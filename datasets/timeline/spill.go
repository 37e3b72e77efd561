package timeline

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"curio/datasets/scratch"
)

// ErrTemp is wrapped by errors of the temporary file: they are not about the data.
var ErrTemp = errors.New("temporary file cannot be used")

// spill is the memory and the one temporary file that all spools share.
type spill struct {
	dir   string
	chunk int          // bytes of one partition that are written together
	left  atomic.Int64 // bytes of memory that may still be taken

	once sync.Once
	file *os.File // made by once
	err  error    // of making it
	size atomic.Int64
}

func newSpill(o Options) *spill {
	s := &spill{dir: o.Dir, chunk: o.chunk}
	s.left.Store(max(o.Memory, 0))
	return s
}

// take reports whether n bytes may be kept in memory.
func (s *spill) take(n int) bool {
	if s.left.Add(-int64(n)) >= 0 {
		return true
	}
	s.left.Add(int64(n))
	return false
}

// write stores b and returns its offset.
func (s *spill) write(b []byte) (int64, error) {
	s.once.Do(func() {
		s.file, s.err = scratch.File(s.dir)
	})
	if s.err != nil {
		return 0, s.explain(s.err)
	}
	at := s.size.Add(int64(len(b))) - int64(len(b))
	if _, err := s.file.WriteAt(b, at); err != nil {
		return 0, s.explain(err)
	}
	return at, nil
}

func (s *spill) explain(err error) error {
	return fmt.Errorf("%w in %s (another folder may have room): %w", ErrTemp, s.dir, err)
}

func (s *spill) read(b []byte, at int64) error {
	if _, err := s.file.ReadAt(b, at); err != nil {
		return s.explain(err)
	}
	return nil
}

func (s *spill) written() int64 { return s.size.Load() }

func (s *spill) close() error {
	if s.file == nil {
		return nil
	}
	err := scratch.Close(s.file)
	s.file, s.err = nil, os.ErrClosed
	return err
}
