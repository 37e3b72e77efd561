package fsstore

import (
	"context"
	"crypto/rand"
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
			os.Remove(path)
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
	now, err := fresh.Stat()
	if err != nil {
		return
	}
	entries, err := os.ReadDir(w.folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && strings.HasPrefix(e.Name(), tempPrefix) &&
			now.ModTime().Sub(info.ModTime()) > abandoned {
			os.Remove(filepath.Join(w.folder, e.Name()))
		}
	}
}
