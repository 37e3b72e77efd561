package guard

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// ErrReadable is wrapped by the error for a file with secrets that its mode opens
// to too many.
var ErrReadable = errors.New("others can read or change the file")

// Status says how reading a file goes.
type Status struct {
	File     string    // the first, of more than one
	LoadedAt time.Time // of what is in use
	Count    int       // keys or certificates in use
	Err      error     // why the file as it is now is not in use; nil when it is
}

// Reloader is what Follow keeps up to date: *Keys or *TLS.
type Reloader interface{ Reload() error }

// Follow reloads at every tick until ctx is done. What goes wrong is told to whom
// the Reloader reports.
func Follow(ctx context.Context, tick <-chan time.Time, all ...Reloader) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		for _, r := range all {
			_ = r.Reload() // is in its Status
		}
	}
}

// file is one file of a held.
type file struct {
	path   string
	secret bool  // others must not read it
	limit  int64 // bytes
}

// held is what some files say, kept as it was while they are broken.
type held[T any] struct {
	files  []file
	parse  func(data [][]byte, old *T) (value *T, count int, err error)
	clock  func() time.Time
	report func(Status) // nil for nobody

	current atomic.Pointer[T]

	mu     sync.Mutex // guards the rest
	digest [sha256.Size]byte
	status Status
}

// Reload reads the files, whose content alone says whether they changed: neither
// times nor sizes do for sure.
func (h *held[T]) Reload() error {
	h.mu.Lock()
	before, digest := h.status, h.digest
	err := h.reload()
	if err != nil {
		h.status.File = h.files[0].path
	}
	h.status.Err = err
	now, news := h.status, digest != h.digest || text(before.Err) != text(err)
	h.mu.Unlock()
	if news && h.report != nil {
		h.report(now)
	}
	return err
}

func (h *held[T]) reload() error {
	data := make([][]byte, len(h.files))
	hash := sha256.New()
	for i, f := range h.files {
		var err error
		if data[i], err = f.read(); err != nil {
			return err
		}
		hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(data[i]))))
		hash.Write(data[i])
	}
	old := h.current.Load()
	digest := [sha256.Size]byte(hash.Sum(nil))
	if old != nil && digest == h.digest {
		return nil
	}
	value, count, err := h.parse(data, old)
	if err != nil {
		return fmt.Errorf("%s: %w", h.files[0].path, err)
	}
	h.current.Store(value)
	h.digest = digest
	h.status = Status{File: h.files[0].path, LoadedAt: h.clock(), Count: count}
	return nil
}

// Status says how reading the files went.
func (h *held[T]) Status() Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.status
}

func (f file) read() ([]byte, error) {
	// A pipe would wait for a writer when it is opened.
	if info, err := os.Stat(f.path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: it is no regular file", f.path)
	}
	r, err := os.Open(f.path)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if f.secret && tooOpen(info.Mode()) {
		return nil, fmt.Errorf("%s: %w: its mode is %04o, want 0600 or 0640", f.path, ErrReadable, info.Mode().Perm())
	}
	data, err := io.ReadAll(io.LimitReader(r, f.limit+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if int64(len(data)) > f.limit {
		return nil, fmt.Errorf("%s: it is longer than %d bytes", f.path, f.limit)
	}
	return data, nil
}

// tooOpen reports whether a mode lets others in at all, or the group do more than
// read. Windows has no such modes.
func tooOpen(m os.FileMode) bool { return m&0o037 != 0 && runtime.GOOS != "windows" }

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
