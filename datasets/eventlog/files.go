package eventlog

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// file is one part of a table.
type file struct {
	name   string // slash-separated, below the location
	format format
	gzip   bool
	tag    string // what the store says identifies this content, if anything
}

// format is how the rows of a file are written.
type format uint8

const (
	unsupported format = iota
	jsonl
	csv
)

// place is where the files of a data set are.
type place interface {
	// list calls found with the name and tag of each file at the top of the
	// place and anywhere below the folders named for tables.
	list(ctx context.Context, found func(name, tag string) error) error
	// open starts reading a file. Reads end with the context's error once ctx
	// is done.
	open(ctx context.Context, f file) (io.ReadCloser, error)
}

// find lists the files of each table in order of their names, and counts those
// that belong to none. Names and folders that begin with a dot or an underscore
// are passed over, as writers use them for what is not finished.
func find(ctx context.Context, p place) (files map[string][]file, strangers int, err error) {
	files = make(map[string][]file)
	n := 0
	err = p.list(ctx, func(name, tag string) error {
		if n++; n > maxFiles {
			return fmt.Errorf("more than %d files: point at a smaller folder or join the files", maxFiles)
		}
		for part := range strings.SplitSeq(name, "/") {
			if part == "" || part[0] == '.' || part[0] == '_' {
				return nil
			}
		}
		table := tableOf(name)
		if table == "" {
			strangers++
			return nil
		}
		f := file{name: name, tag: tag}
		f.format, f.gzip = formatOf(name)
		files[table] = append(files[table], f)
		return nil
	})
	for _, list := range files {
		slices.SortFunc(list, func(a, b file) int { return strings.Compare(a.name, b.name) })
	}
	return files, strangers, err
}

// tableOf returns the table a file belongs to: events for events.jsonl,
// events-0001.csv.gz, events_may.csv, and anything below events/.
func tableOf(name string) string {
	for _, t := range tableNames {
		if rest, ok := strings.CutPrefix(name, t); ok && rest != "" && strings.IndexByte("/.-_", rest[0]) >= 0 {
			if rest[0] == '/' || !strings.Contains(rest, "/") {
				return t
			}
		}
	}
	return ""
}

func formatOf(name string) (f format, zipped bool) {
	name, zipped = strings.CutSuffix(name, ".gz")
	switch {
	case strings.HasSuffix(name, ".jsonl"), strings.HasSuffix(name, ".ndjson"):
		return jsonl, zipped
	case strings.HasSuffix(name, ".csv"):
		return csv, zipped
	}
	return unsupported, zipped
}

// folder is a place in a file system.
type folder struct{ fsys fs.FS }

func (d folder) list(ctx context.Context, found func(name, tag string) error) error {
	top, err := fs.ReadDir(d.fsys, ".")
	if err != nil {
		return err
	}
	for _, e := range top {
		info, err := fs.Stat(d.fsys, e.Name()) // follows links
		if err != nil {
			return err
		}
		switch {
		case info.IsDir() && slices.Contains(tableNames, e.Name()):
			err = d.below(ctx, e.Name(), found)
		case info.Mode().IsRegular():
			err = found(e.Name(), "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// below finds the regular files in a folder and those under it, and links to
// files; links to folders are not followed, as they may lead in circles.
func (d folder) below(ctx context.Context, name string, found func(name, tag string) error) error {
	return fs.WalkDir(d.fsys, name, func(path string, e fs.DirEntry, err error) error {
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
		return found(filepath.ToSlash(path), "")
	})
}

func (d folder) open(_ context.Context, f file) (io.ReadCloser, error) { return d.fsys.Open(f.name) }
