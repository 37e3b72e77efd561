// Package mapping shows the content of a file as memory, which the system fills
// in as it is looked at and may take back when it is short of it.
package mapping

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"sync"
)

// Mapping is the content of a file as it was when it was mapped, for a file that
// nobody changes in place. One that is truncated leaves memory that cannot be
// looked at: that ends the process, or panics where debug.SetPanicOnFault is on.
type Mapping struct {
	data    []byte
	release func([]byte) error
	cleanup runtime.Cleanup // of Release
	once    sync.Once
	err     error
}

// Of maps all of f, which may be closed afterwards. On systems that cannot, it
// reads the content into memory instead.
func Of(f *os.File) (*Mapping, error) {
	stat, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("map a file: %w", err)
	}
	if stat.Size() > math.MaxInt {
		return nil, fmt.Errorf("map a file: %d bytes are more than this system can address", stat.Size())
	}
	m := &Mapping{}
	if stat.Size() == 0 { // which no system maps
		return m, nil
	}
	if m.data, m.release, err = mapFile(f, int(stat.Size())); err != nil {
		return nil, fmt.Errorf("map a file: %w", err)
	}
	return m, nil
}

// Bytes returns the content. It cannot be written to, and must not be looked at
// after Close.
func (m *Mapping) Bytes() []byte { return m.data }

// Release closes m when nobody holds it any more, in a time of the garbage collector's
// choosing. Whoever keeps a part of Bytes keeps m.
func (m *Mapping) Release() {
	if m.release == nil {
		return
	}
	type memory struct {
		data    []byte
		release func([]byte) error
	}
	m.cleanup = runtime.AddCleanup(m, func(x memory) { _ = x.release(x.data) }, memory{m.data, m.release})
}

// Close gives the memory back. Without it the memory stays until the process ends:
// nothing can know who still looks at it.
func (m *Mapping) Close() error {
	m.once.Do(func() {
		m.cleanup.Stop()
		if m.release != nil {
			m.err = m.release(m.data)
		}
		m.data = nil
	})
	return m.err
}
