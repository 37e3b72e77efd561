package fsstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"curio/artifacts/store"
)

const (
	tempPrefix = "tmp-"
	copyChunk  = 1 << 20
	// A temporary file this much older than a new one belongs to a process that
	// was killed: no upload to a local folder takes that long.
	abandoned = 24 * time.Hour
)

// sweeper writes temporary files and removes those that nobody will finish.
type sweeper struct {
	folder string
	once   sync.Once
}

// write stores size bytes of body in a new, synced file and returns its path.
// When it fails, nothing is left.
func (w *sweeper) write(ctx context.Context, body io.Reader, size int64) (path string, err error) {
	if err := makeFolders(w.folder); err != nil {
		return "", err
	}
	path = filepath.Join(w.folder, tempPrefix+rand.Text())
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name()) // path is what is returned: nothing
		}
	}()
	w.once.Do(func() { w.sweep(f) })
	n, err := copyBody(ctx, f, body)
	if err != nil {
		return "", err
	}
	if n != size {
		return "", fmt.Errorf("%w: it has %d bytes, announced were %d", store.ErrSize, n, size)
	}
	if err := f.Sync(); err != nil {
		return "", err
	}
	return path, f.Close()
}

// copyBody is io.Copy in chunks, between which ctx can end it.
func copyBody(ctx context.Context, dst io.Writer, src io.Reader) (n int64, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		m, err := io.CopyN(dst, src, copyChunk)
		n += m
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// sweep removes abandoned temporary files. It compares times of the file system
// alone, against that of a file just made. What it cannot remove does not
// matter.
func (w *sweeper) sweep(fresh *os.File) {
	if now, err := fresh.Stat(); err == nil {
		_, _ = w.remove(now.ModTime().Add(-abandoned))
	}
}

// remove removes the temporary files that were last written to before a time of the
// file system.
func (w *sweeper) remove(before time.Time) (removed int, err error) {
	entries, err := os.ReadDir(w.folder)
	if absent(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var faults []error
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), tempPrefix) || !info.ModTime().Before(before) {
			continue
		}
		switch err := os.Remove(filepath.Join(w.folder, e.Name())); {
		case err == nil:
			removed++
		case !absent(err):
			faults = append(faults, err)
		}
	}
	return removed, errors.Join(faults...)
}
