package blobcache

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"curio/artifacts/store/mapping"
)

// Beside copies of blobs the cache keeps what was made of content: of each digest one
// of a kind. Nothing here can say whether it is what it should be, so it is found only
// in a folder and a file that no other user can write to; whoever reads it looks for
// damage. It counts towards the limit, and goes, as copies do.

// ErrShared is wrapped by the error for a folder, or a file in it, that others than
// this user can write to.
var ErrShared = errors.New("others can write to the cache")

var madeName = regexp.MustCompile(`^[0-9a-f]{64}\.[a-z0-9-]{1,64}$`)

func (c *Cache) madePath(digest, kind string) (string, error) {
	name := digest + "." + kind
	if !madeName.MatchString(name) {
		return "", fmt.Errorf("blob cache: %.160q names nothing that can be made", name)
	}
	return filepath.Join(c.folder, name), nil
}

// FindMade returns what was made of the content with a digest; nil without an error if
// it was not.
func (c *Cache) FindMade(digest, kind string) (*mapping.Mapping, error) {
	path, err := c.madePath(digest, kind)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil
	}
	defer f.Close()
	if err := c.own(f); err != nil {
		return nil, err
	}
	m, err := mapping.Of(f)
	if err != nil {
		return nil, nil
	}
	touch(path)
	return m, nil
}

// AddMade keeps what write writes as what was made, of a kind, of the content with a
// digest. If write fails nothing is kept, and the error is its own.
func (c *Cache) AddMade(digest, kind string, write func(io.Writer) error) error {
	path, err := c.madePath(digest, kind)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(c.folder, tempPrefix+rand.Text()), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("blob cache: %w", err)
	}
	defer os.Remove(f.Name()) // what is left of it: nothing after a rename
	defer f.Close()
	if err := c.own(f); err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("blob cache: %w", err)
	}
	// Without a sync: what a crash damages is found out when it is used.
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("blob cache: %w", err)
	}
	c.evict(filepath.Base(path))
	return nil
}

// DropMade removes what was made.
func (c *Cache) DropMade(digest, kind string) {
	if path, err := c.madePath(digest, kind); err == nil {
		_ = os.Remove(path) // what cannot be removed is found out again
	}
}

// own checks that only this user can have written f.
func (c *Cache) own(f *os.File) error {
	for _, stat := range []func() (os.FileInfo, error){f.Stat, func() (os.FileInfo, error) { return os.Stat(c.folder) }} {
		info, err := stat()
		if err != nil {
			return fmt.Errorf("blob cache: %w", err)
		}
		if shared(info) {
			return fmt.Errorf("blob cache %s: %w: take the right from them (chmod go-w), or choose another folder", c.folder, ErrShared)
		}
	}
	return nil
}
