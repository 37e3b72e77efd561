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
	"github.com/klauspost/compress/zstd"
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
			return event.Each(ctx, p, nil, func(v *event.Event, _ event.Part, _ event.Place) error {
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
	if format == Parquet {
		return t.writeSheet(buffered)
	}
	w, done, err := compressed(buffered, format)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
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

// compressed returns a writer that compresses as the format says, and what ends
// it.
func compressed(w io.Writer, format string) (io.Writer, func() error, error) {
	switch {
	case strings.HasSuffix(format, ".gz"):
		z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
		return z, z.Close, err
	case strings.HasSuffix(format, ".zst"):
		z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
		return z, z.Close, err
	}
	return w, func() error { return nil }, nil
}

func (t table) writeSheet(w io.Writer) error {
	e := &encoder{form: asSheet}
	t.header(e)
	e.sheet.start(w)
	if err := t.rows(e, func() error { return e.sheet.flush(false) }); err != nil {
		return err
	}
	return e.sheet.close()
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
