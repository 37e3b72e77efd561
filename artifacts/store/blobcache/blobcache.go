// Package blobcache keeps local copies of blobs, so that what is loaded again is
// not fetched again and lies in mapped files rather than on the heap. A copy is
// named by the SHA-256 of its content; what it holds is checked when it is made
// and again by whoever finds it, so that a damaged one does no harm. Several
// processes may share a folder.
package blobcache

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	sha "curio/artifacts/store/digest"
	"curio/artifacts/store/mapping"
)

// ErrDigest is wrapped by the error for content that is not what its digest says.
var ErrDigest = errors.New("content does not have its digest")

const (
	tempPrefix = "tmp-"
	abandoned  = 24 * time.Hour // the age from which a temporary file is nobody's
)

var digestName = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Cache is a cache in a folder. It is safe for concurrent use.
type Cache struct {
	folder string
	limit  int64
}

// New returns the cache in folder, which is made if need be, for this user alone:
// blobs may hold personal data. When an addition makes it larger than limit, in
// bytes, those used longest ago go.
func New(folder string, limit int64) (*Cache, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("open blob cache: %w", err)
	}
	return &Cache{folder: folder, limit: limit}, nil
}

func (c *Cache) path(digest string) (string, error) {
	if !digestName.MatchString(digest) {
		return "", fmt.Errorf("blob cache: %.80q is no digest", digest)
	}
	return filepath.Join(c.folder, digest), nil
}

// Find returns the copy of a blob of size bytes, nil if there is none. The content
// is not checked: one that turns out to be damaged is to be dropped.
func (c *Cache) Find(digest string, size int64) *mapping.Mapping {
	path, err := c.path(digest)
	if err != nil {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	if stat, err := f.Stat(); err != nil || !stat.Mode().IsRegular() || stat.Size() != size {
		return nil
	}
	m, err := mapping.Of(f)
	if err != nil {
		return nil
	}
	touch(path)
	return m
}

// touch notes that a file was used. If this fails it goes earlier.
func touch(path string) {
	now := time.Now()
	_ = os.Chtimes(path, now, now)
}

// Drop removes the copy of a blob.
func (c *Cache) Drop(digest string) {
	if path, err := c.path(digest); err == nil {
		_ = os.Remove(path) // what cannot be removed is found out again
	}
}

// Add makes a copy of the size bytes that body has and returns it, checked. The
// error wraps ErrDigest if they are not what digest says, and then no copy is made;
// it is that of body if reading failed. Others are about the folder: the blob can be
// had without it.
func (c *Cache) Add(ctx context.Context, digest string, size int64, body io.Reader) (*mapping.Mapping, error) {
	path, err := c.path(digest)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(c.folder, tempPrefix+rand.Text()), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("blob cache: %w", err)
	}
	defer os.Remove(f.Name()) // what is left of it: nothing after a rename
	defer f.Close()
	n, sum, err := sha.Copy(ctx, f, body)
	switch {
	case err != nil:
		return nil, fmt.Errorf("blob cache: %w", err)
	case n != size || hex.EncodeToString(sum[:]) != digest:
		return nil, fmt.Errorf("blob cache: %w: %d bytes with SHA-256 %x, want %d with %s", ErrDigest, n, sum, size, digest)
	}
	m, err := mapping.Of(f)
	if err != nil {
		return nil, fmt.Errorf("blob cache: %w", err)
	}
	// Without a sync: a copy that a crash damages is found out when it is used.
	if err := os.Rename(f.Name(), path); err != nil {
		m.Close()
		return nil, fmt.Errorf("blob cache: %w", err)
	}
	c.evict(digest)
	return m, nil
}

// evict removes temporary files that nobody will finish, and copies and what was made
// until the rest is within the limit, but not the file named keep, which is the newest.
// What it cannot do, the next one may.
func (c *Cache) evict(keep string) {
	entries, err := os.ReadDir(c.folder)
	if err != nil {
		return
	}
	var (
		copies []fs.FileInfo
		total  int64
		now    = time.Now()
	)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if strings.HasPrefix(e.Name(), tempPrefix) && now.Sub(info.ModTime()) > abandoned {
			_ = os.Remove(filepath.Join(c.folder, e.Name()))
		}
		if digestName.MatchString(e.Name()) || madeName.MatchString(e.Name()) {
			copies = append(copies, info)
			total += info.Size()
		}
	}
	slices.SortFunc(copies, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	for _, info := range copies {
		if total <= c.limit {
			return
		}
		if info.Name() != keep && os.Remove(filepath.Join(c.folder, info.Name())) == nil {
			total -= info.Size()
		}
	}
}
