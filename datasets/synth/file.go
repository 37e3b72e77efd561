package synth

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"curio/datasets/event"

	"github.com/klauspost/compress/gzip"
)

// table is one table on its way to a file.
type table struct {
	name   string
	header func(*encoder)                     // encodes any row
	rows   func(*encoder, func() error) error // encodes every row, and calls the function after each
}

func tableOf[T any](name string, list []T, encode func(*encoder, *T)) table {
	return table{
		name:   name,
		header: func(e *encoder) { encode(e, new(T)) },
		rows: func(e *encoder, flush func() error) error {
			for i := range list {
				encode(e, &list[i])
				if err := flush(); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (p *Platform) eventTable(ctx context.Context) table {
	return table{
		name:   "events",
		header: func(e *encoder) { e.event(new(event.Event)) },
		rows: func(e *encoder, flush func() error) error {
			return p.Events(ctx, nil, func(v *event.Event, _ event.Part) error {
				e.event(v)
				return flush()
			})
		},
	}
}

// write encodes the whole table, compressed if the format says so.
func (t table) write(to io.Writer, format string) (err error) {
	buffered := bufio.NewWriterSize(to, 1<<18)
	defer func() { err = errors.Join(err, buffered.Flush()) }()
	var w io.Writer = buffered
	if strings.HasSuffix(format, ".gz") {
		z, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, z.Close()) }()
		w = z
	}
	e := &encoder{form: asJSON}
	flush := func() error {
		_, err := w.Write(e.buf)
		e.buf = e.buf[:0]
		return err
	}
	if strings.HasPrefix(format, CSV) {
		e.form = asHeader
		t.header(e)
		if err := flush(); err != nil {
			return err
		}
		e.form = asCSV
	}
	return t.rows(e, flush)
}

// replace puts a new file in the place of path once fill has written all of it.
func replace(path string, fill func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".synth-*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(fill(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
