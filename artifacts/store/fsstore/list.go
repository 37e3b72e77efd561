package fsstore

import (
	"cmp"
	"context"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"curio/artifacts/store"
)

// List implements store.Store. Files whose names are no keys, such as those an
// operating system leaves behind, are not listed, nor is what lies behind a
// symbolic link.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) {
		if err := store.CheckPrefix(prefix); err != nil {
			yield(store.Info{}, s.explain("list", prefix, err))
			return
		}
		w := walk{ctx: ctx, root: s.root, prefix: prefix, yield: yield}
		folder := prefix[:strings.LastIndexByte(prefix, '/')+1]
		if _, err := w.folder(folder); err != nil {
			yield(store.Info{}, s.explain("list", prefix, err))
		}
	}
}

type walk struct {
	ctx    context.Context
	root   string
	prefix string
	yield  func(store.Info, error) bool
}

// folder yields what lies below key, which is empty or ends with a slash. more
// is false when the consumer has had enough.
func (w *walk) folder(key string) (more bool, err error) {
	entries, err := os.ReadDir(filepath.Join(w.root, filepath.FromSlash(key)))
	if absent(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	// A folder's keys all continue with a slash, which sorts after "-" and ".".
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(sortName(a), sortName(b)) })
	for _, e := range entries {
		if err := w.ctx.Err(); err != nil {
			return false, err
		}
		child := key + e.Name()
		if store.CheckKey(child) != nil {
			continue
		}
		if e.IsDir() {
			child += "/"
			if strings.HasPrefix(child, w.prefix) || strings.HasPrefix(w.prefix, child) {
				if more, err := w.folder(child); err != nil || !more {
					return more, err
				}
			}
			continue
		}
		if !e.Type().IsRegular() || !strings.HasPrefix(child, w.prefix) {
			continue
		}
		info, err := e.Info()
		if absent(err) {
			continue
		}
		if err != nil {
			return false, err
		}
		if !w.yield(store.Info{Key: child, Size: info.Size(), Modified: info.ModTime()}, nil) {
			return false, nil
		}
	}
	return true, nil
}

func sortName(e fs.DirEntry) string {
	if e.IsDir() {
		return e.Name() + "/"
	}
	return e.Name()
}
