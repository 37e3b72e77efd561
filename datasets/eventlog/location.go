package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Open finds the files of the data set at location: a folder, one file of events,
// or a pattern with *, ? and [] for files and folders. It is a local path,
// file://PATH or s3://BUCKET/KEY. The error wraps fs.ErrNotExist when the
// location or its events are missing, fs.ErrPermission when access is denied and
// ErrUnreachable when the bucket's server does not answer.
func Open(ctx context.Context, location string, o Options) (*Source, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("open data set %s: %w", location, err)
	}
	o = o.withDefaults()
	p, want, err := locate(ctx, location, o)
	if err != nil {
		return nil, fmt.Errorf("open data set %s: %w", location, err)
	}
	return open(ctx, location, p, want, o)
}

// locate finds the place of a location, and what of it is meant.
func locate(ctx context.Context, location string, o Options) (place, selection, error) {
	if key, ok := strings.CutPrefix(location, "s3://"); ok {
		return locateKey(ctx, key, o)
	}
	path := filepath.Clean(strings.TrimPrefix(location, "file://"))
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir() && isPartition(filepath.Base(path)+"/"):
		return folder{os.DirFS(filepath.Dir(path))}, selection{glob: []string{filepath.Base(path)}}, nil
	case err == nil && info.IsDir():
		return folder{os.DirFS(path)}, selection{}, nil
	case err == nil:
		name := filepath.Base(path)
		if f, _, _ := formatOf(name); f == unsupported && o.Mapping == nil {
			return nil, selection{}, fmt.Errorf("%s is a file, and not one of %s; or give a folder that holds %s", name, extensions, o.wanted())
		}
		return folder{os.DirFS(filepath.Dir(path))}, selection{file: name}, nil
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, special):
		root, pattern := cutPattern(filepath.ToSlash(path))
		if _, err := os.Stat(root); err != nil {
			return nil, selection{}, fmt.Errorf("the pattern begins in a folder that cannot be read: %w", err)
		}
		return folder{os.DirFS(root)}, selection{glob: pattern}, nil
	}
	return nil, selection{}, fmt.Errorf("looked for %s in it: %w", o.wanted(), err)
}

// locateKey does it for BUCKET/KEY.
func locateKey(ctx context.Context, location string, o Options) (place, selection, error) {
	name, key, _ := strings.Cut(location, "/")
	if strings.ContainsAny(key, special) {
		root, pattern := cutPattern("/" + key)
		b, err := newBucket(name, root, o)
		return b, selection{glob: pattern}, err
	}
	key = strings.TrimRight(key, "/")
	dir, own := "", key
	if i := strings.LastIndexByte(key, '/'); i >= 0 {
		dir, own = key[:i], key[i+1:]
	}
	if isPartition(own + "/") {
		b, err := newBucket(name, dir, o)
		return b, selection{glob: []string{own}}, err
	}
	if f, _, _ := formatOf(own); f != unsupported {
		b, err := newBucket(name, dir, o)
		if err != nil {
			return nil, selection{}, err
		}
		found := false // else it is a folder that is named like a file
		err = b.list(ctx, "", own, func(e entry) error { found = found || e.name == own; return nil })
		if err != nil || found {
			return b, selection{file: own}, err
		}
	}
	b, err := newBucket(name, key, o)
	return b, selection{}, err
}

// cutPattern splits a path before the first part that is a pattern.
func cutPattern(path string) (root string, pattern []string) {
	i := strings.LastIndexByte(path[:strings.IndexAny(path, special)], '/')
	switch {
	case i < 0:
		root = "."
	case i == 0:
		root = "/"
	default:
		root = path[:i]
	}
	return root, strings.Split(strings.Trim(path[i+1:], "/"), "/")
}

const (
	extensions = ".jsonl, .ndjson, .csv and .tsv, each also with .gz or .zst, and .parquet"
	canonical  = "events.jsonl, events.ndjson, events.csv or events.tsv, each also with .gz or .zst, events.parquet, events-*.*, " +
		"a folder events/, partitions dt=*/ and users.*, items.*, partners.*, trends.* alike"
)

// wanted says which files hold events.
func (o *Options) wanted() string {
	if o.Mapping != nil {
		if m := o.Mapping.Table("events"); m != nil && len(m.Patterns) > 0 {
			return fmt.Sprintf("%s, which mapping %s names as files of events", strings.Join(m.Patterns, ", "), o.Mapping.Name)
		}
	}
	return canonical
}

func open(ctx context.Context, location string, p place, want selection, o Options) (*Source, error) {
	found := search{place: p, o: &o}
	if err := found.find(ctx, want); err != nil {
		return nil, fmt.Errorf("list data set %s: %w", location, err)
	}
	switch n := len(found.files["events"]); {
	case n == 0 && found.early > 0:
		return nil, fmt.Errorf("data set %s: all %d files of events are of days before those that are read: %w", location, found.early, fs.ErrNotExist)
	case n == 0 && want.glob != nil:
		return nil, fmt.Errorf("data set %s: the pattern matches %d files and none of events: looked for files, and for folders with %s: %w",
			location, found.seen, o.wanted(), fs.ErrNotExist)
	case n == 0:
		return nil, fmt.Errorf("data set %s has no events: looked for %s: %w", location, o.wanted(), fs.ErrNotExist)
	}
	s := &Source{place: p, files: found.files, o: o, notes: make(map[string]int)}
	s.note("files_ignored", found.alien)
	s.note("files_before_from", found.early)
	return s, nil
}
