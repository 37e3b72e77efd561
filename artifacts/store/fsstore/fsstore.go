// Package fsstore keeps artifacts in a folder of the local file system: each
// object is the file its key names. It holds its promises against crashes and
// against other processes that use the same folder through it:
//
//   - A body is written to a temporary file, synced, and then moved to its name
//     by one rename(2) or link(2), after which the folder is synced. A crash
//     leaves the old object or the new one, and at worst a temporary file, which
//     a later Put removes.
//   - Every change is made while holding one advisory lock on the folder, so
//     that comparing and renaming are one step for all processes.
//
// The folder may be copied, backed up and served as it is. Its one hidden
// folder, .store, holds the lock and the temporary files.
package fsstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"curio/artifacts/store"
	"curio/artifacts/store/mapping"
)

const (
	hidden   = ".store" // no key begins with a dot
	lockName = "lock"
)

// Store is a store.Store in a folder.
type Store struct {
	root string
	turn chan struct{} // holds the one turn to change the folder among the goroutines here
	temp sweeper
}

var _ store.Store = (*Store)(nil)

// New returns the store in the folder root, which the first Put makes. It
// touches nothing, and fails only if root is something else than a folder.
func New(root string) (*Store, error) {
	if root == "" {
		return nil, errors.New("open folder store: the path is empty")
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("open folder store: %w", err)
	}
	if info, err := os.Stat(root); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("open folder store: %s is not a folder", root)
	}
	s := &Store{root: root, turn: make(chan struct{}, 1)}
	s.temp.folder = filepath.Join(root, hidden)
	s.turn <- struct{}{}
	return s, nil
}

// Root returns the absolute path of the folder.
func (s *Store) Root() string { return s.root }

// path returns the file of key.
func (s *Store) path(key string) (string, error) {
	if err := store.CheckKey(key); err != nil {
		return "", err
	}
	local := filepath.FromSlash(key)
	if !filepath.IsLocal(local) { // device names of Windows, which CheckKey does not know
		return "", fmt.Errorf("%w: %q names no file on this system", store.ErrInvalidKey, key)
	}
	return filepath.Join(s.root, local), nil
}

// Open implements store.Store.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, store.Info, error) {
	f, info, content, err := s.open(ctx, key)
	if err != nil {
		return nil, store.Info{}, s.explain("open", key, err)
	}
	if content != nil {
		f.Close()
		return &reader{ctx: ctx, Reader: bytes.NewReader(content)}, info, nil
	}
	return &reader{ctx: ctx, Reader: f, file: f}, info, nil
}

// Stat implements store.Store.
func (s *Store) Stat(ctx context.Context, key string) (store.Info, error) {
	f, info, _, err := s.open(ctx, key)
	if err != nil {
		return store.Info{}, s.explain("stat", key, err)
	}
	f.Close()
	return info, nil
}

// open opens the file of key and describes it. content is all of it when the
// tag needed reading it, else nil.
func (s *Store) open(ctx context.Context, key string) (f *os.File, info store.Info, content []byte, err error) {
	path, err := s.path(key)
	if err != nil {
		return nil, info, nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, info, nil, err
	}
	f, err = os.Open(path)
	if absent(err) {
		return nil, info, nil, store.ErrNotFound
	}
	if err != nil {
		return nil, info, nil, err
	}
	stat, err := f.Stat()
	if err == nil && !stat.Mode().IsRegular() {
		err = store.ErrNotFound
	}
	var tag string
	if err == nil {
		tag, content, err = tagOf(f, stat)
	}
	if err != nil {
		f.Close()
		return nil, info, nil, err
	}
	return f, store.Info{Key: key, Size: stat.Size(), Tag: tag, Modified: stat.ModTime()}, content, nil
}

// Delete implements store.Store. It also removes the folders this leaves empty.
func (s *Store) Delete(ctx context.Context, key string) error {
	path, err := s.path(key)
	if err != nil {
		return s.explain("delete", key, err)
	}
	if _, err := os.Lstat(path); absent(err) {
		return ctx.Err() // nothing to lock for, and perhaps no folder to lock in
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return s.explain("delete", key, err)
	}
	defer unlock()
	if info, err := os.Lstat(path); err == nil && info.IsDir() {
		return nil
	}
	if err := os.Remove(path); err != nil && !absent(err) {
		return s.explain("delete", key, err)
	}
	folder := filepath.Dir(path)
	for folder != s.root && os.Remove(folder) == nil {
		folder = filepath.Dir(folder)
	}
	return s.explain("delete", key, syncFolder(folder))
}

// Clean implements store.Cleaner: it removes temporary files. A Put does so too,
// with those that are a day old.
func (s *Store) Clean(ctx context.Context, age time.Duration) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, s.explain("clean", "", err)
	}
	now := time.Now()
	if f, err := os.CreateTemp(s.temp.folder, tempPrefix); err == nil {
		// The clock of a file server may differ from ours.
		if stat, err := f.Stat(); err == nil {
			now = stat.ModTime()
		}
		f.Close()
		os.Remove(f.Name())
	}
	removed, err := s.temp.remove(now.Add(-age))
	return removed, s.explain("clean", "", err)
}

// reader ends with its context.
type reader struct {
	io.Reader
	ctx  context.Context
	file *os.File // nil when the content is in memory
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// Map implements store.Mapper. What is in memory already is not mapped.
func (r *reader) Map() (*mapping.Mapping, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	if r.file == nil {
		return nil, errors.ErrUnsupported
	}
	return mapping.Of(r.file)
}

func (r *reader) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
