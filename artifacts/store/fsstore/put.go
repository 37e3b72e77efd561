package fsstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"curio/artifacts/store"
	"curio/artifacts/store/filelock"
)

// Put implements store.Store.
func (s *Store) Put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (store.Info, error) {
	info, err := s.put(ctx, key, body, size, when)
	return info, s.explain("put", key, err)
}

func (s *Store) put(ctx context.Context, key string, body io.ReadSeeker, size int64, when store.Condition) (info store.Info, err error) {
	path, err := s.path(key)
	if err != nil {
		return info, err
	}
	if err := store.Rewind(body, size); err != nil {
		return info, err
	}
	tmp, err := s.temp.write(ctx, body, size)
	if err != nil {
		return info, err
	}
	defer os.Remove(tmp) // what is left of it: nothing after a rename

	unlock, err := s.lock(ctx)
	if err != nil {
		return info, err
	}
	defer unlock()
	if err := ctx.Err(); err != nil {
		return info, err
	}
	if err := makeFolders(filepath.Dir(path)); err != nil {
		return info, err
	}
	if err := commit(tmp, path, when); err != nil {
		return info, err
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return info, err
	}
	f, err := os.Open(path)
	if err != nil {
		return info, err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return info, err
	}
	tag, _, err := tagOf(f, stat)
	return store.Info{Key: key, Size: stat.Size(), Tag: tag, Modified: stat.ModTime()}, err
}

// commit gives the file tmp the name path if when holds. The caller holds the
// lock. tmp may stay.
func commit(tmp, path string, when store.Condition) error {
	old, err := os.Lstat(path)
	if err != nil && !absent(err) {
		return err
	}
	exists := err == nil
	if exists && old.IsDir() {
		return fmt.Errorf("%w: there are objects below it", store.ErrInvalidKey)
	}
	if want, ok := when.Tag(); ok {
		if err := matches(path, want); err != nil {
			return err
		}
	}
	if when == store.Absent {
		// link(2) fails where something is, even if the lock did not hold off
		// another writer, as on some network file systems.
		err := os.Link(tmp, path)
		if err == nil {
			return nil
		}
		if exists || errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%w: there is an object already", store.ErrConflict)
		}
		// A file system without links: under the lock, renaming does the same.
	}
	if exists {
		if err := distinguish(tmp, old); err != nil {
			return err
		}
	}
	return os.Rename(tmp, path)
}

// matches returns nil if the file at path has the tag want.
func matches(path, want string) error {
	f, err := os.Open(path)
	if absent(err) {
		return fmt.Errorf("%w: there is no object", store.ErrConflict)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	tag, _, err := tagOf(f, stat)
	if err != nil {
		return err
	}
	if tag != want {
		return fmt.Errorf("%w: the object has changed: its tag is %s, not %s", store.ErrConflict, tag, want)
	}
	return nil
}

// distinguish makes sure that the tag of a large file differs from that of the
// one it replaces, however coarse the clock of the file system is.
func distinguish(tmp string, old fs.FileInfo) error {
	stat, err := os.Stat(tmp)
	if err != nil {
		return err
	}
	if stat.Size() <= digestLimit || stat.Size() != old.Size() || stat.ModTime().After(old.ModTime()) {
		return nil
	}
	later := old.ModTime().Add(time.Microsecond)
	return os.Chtimes(tmp, later, later)
}

// lock waits for the folder: for the other goroutines here first, then for
// other processes.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	select {
	case <-s.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	release, err := filelock.Lock(ctx, filepath.Join(s.root, hidden, lockName))
	if err != nil {
		s.turn <- struct{}{}
		return nil, err
	}
	return func() {
		release()
		s.turn <- struct{}{}
	}, nil
}
