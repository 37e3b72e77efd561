package eventlog

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
)

// folder is a place in a file system.
type folder struct{ fsys fs.FS }

func (d folder) list(ctx context.Context, dir, prefix string, found func(entry) error) error {
	all, err := fs.ReadDir(d.fsys, clean(dir))
	if err != nil {
		return err
	}
	for _, e := range all {
		if !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		info, err := fs.Stat(d.fsys, dir+e.Name()) // follows links
		if err != nil {
			return err
		}
		switch {
		case info.IsDir():
			err = found(entry{name: dir + e.Name() + "/"})
		case info.Mode().IsRegular():
			err = found(entry{name: dir + e.Name(), size: info.Size()})
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// walk follows links to files; those to folders it does not, as they may lead in
// circles.
func (d folder) walk(ctx context.Context, dir string, found func(entry) error) error {
	return fs.WalkDir(d.fsys, clean(dir), func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || e.IsDir() {
			return err
		}
		info, err := fs.Stat(d.fsys, path)
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		return found(entry{name: filepath.ToSlash(path), size: info.Size()})
	})
}

// clean is the name of a folder as package fs has it.
func clean(dir string) string {
	if dir == "" {
		return "."
	}
	return strings.TrimSuffix(dir, "/")
}

func (d folder) open(_ context.Context, f file) (io.ReadCloser, error) { return d.fsys.Open(f.name) }

func (d folder) openAt(_ context.Context, f file) (io.ReaderAt, int64, func() error, error) {
	in, err := d.fsys.Open(f.name)
	if err != nil {
		return nil, 0, nil, err
	}
	info, err := in.Stat()
	if err == nil {
		if at, ok := in.(io.ReaderAt); ok {
			return at, info.Size(), in.Close, nil
		}
		err = errors.ErrUnsupported
	}
	in.Close()
	return nil, 0, nil, err
}
