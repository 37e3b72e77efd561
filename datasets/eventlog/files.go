package eventlog

import (
	"context"
	"io"
	"path"
	"strings"
)

// file is one part of a table.
type file struct {
	entry
	format format
	packed packed
	index  int // among the files of its table
}

// format is how the rows of a file are written.
type format uint8

const (
	unsupported format = iota
	jsonl
	csv
	parquet // random access, never compressed as a whole
)

// packed is how a text file is compressed.
type packed uint8

const (
	notPacked packed = iota
	gzipPacked
	zstdPacked
)

// entry is a file or folder of a place.
type entry struct {
	name string // slash-separated, below the location; that of a folder ends in a slash
	tag  string // of a file: what the store says identifies its content, if anything
	size int64  // of a file

	misnamed bool // the table of a file is written in capitals in its name
}

// place is where the files of a data set are. The name of a folder is empty or
// ends in a slash.
type place interface {
	// list calls found with the files and folders directly in a folder whose
	// own names begin with prefix.
	list(ctx context.Context, dir, prefix string, found func(entry) error) error
	// walk calls found with every file anywhere below a folder.
	walk(ctx context.Context, dir string, found func(entry) error) error
	// open starts reading a file. Reads end with the context's error once ctx
	// is done.
	open(ctx context.Context, f file) (io.ReadCloser, error)
	// openAt opens a file of size bytes for reads at any offset, by several
	// goroutines at once. Its reads end with the context's error once ctx is
	// done.
	openAt(ctx context.Context, f file) (at io.ReaderAt, size int64, done func() error, err error)
}

// formatOf returns what the end of a name says, and the extension of its format.
func formatOf(name string) (f format, ext string, p packed) {
	if rest, ok := strings.CutSuffix(name, ".gz"); ok {
		name, p = rest, gzipPacked
	} else if rest, ok := strings.CutSuffix(name, ".zst"); ok {
		name, p = rest, zstdPacked
	}
	switch ext = path.Ext(name); ext {
	case ".jsonl", ".ndjson":
		f = jsonl
	case ".csv", ".tsv":
		f = csv
	case ".parquet":
		if p == notPacked {
			f = parquet
		}
	}
	return f, ext, p
}
