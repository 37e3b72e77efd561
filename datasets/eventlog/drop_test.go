package eventlog

import (
	"context"
	"errors"
	"io/fs"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"curio/datasets/event"
)

// counting is a file system that knows how many files are open.
type counting struct {
	fstest.MapFS
	open atomic.Int64
}

func (c *counting) Open(name string) (fs.File, error) {
	f, err := c.MapFS.Open(name)
	if err != nil {
		return nil, err
	}
	c.open.Add(1)
	return countedFile{f, c}, nil
}

type countedFile struct {
	fs.File
	c *counting
}

func (f countedFile) ReadAt(p []byte, off int64) (int, error) {
	return f.File.(interface {
		ReadAt([]byte, int64) (int, error)
	}).ReadAt(p, off)
}

func (f countedFile) Close() error {
	f.c.open.Add(-1)
	return f.File.Close()
}

// Units that are left over when reading ends, for whatever reason, give back what
// they hold.
func TestEveryFileIsClosed(t *testing.T) {
	files := fsOf(map[string]string{"events-0.jsonl": jsonEvents})
	for _, name := range []string{"events-1.parquet", "events-2.parquet", "events-3.parquet", "events-4.parquet", "events-5.parquet"} {
		files[name] = &fstest.MapFile{Data: parquetOf(t, eventColumns())}
	}
	enough := errors.New("enough")
	for after := range 12 {
		c := &counting{MapFS: files}
		n := 0
		err := event.Each(context.Background(), mustOpen(t, c, Options{}), nil, func(*event.Event, event.Part, event.Place) error {
			if n++; n > after {
				return enough
			}
			return nil
		})
		if err != nil && err != enough || c.open.Load() != 0 {
			t.Errorf("stopped after %d events: %v, %d files are open", after, err, c.open.Load())
		}
	}
}
