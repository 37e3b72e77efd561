package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"

	"curio/artifacts/registry"
	"curio/datasets/privacy/seal"
	"curio/datasets/scratch"
)

// leftovers are the files that a run stores beside its record. Until then they are
// scratch files, encrypted if there is an encrypter.
type leftovers struct {
	dir       string
	encrypter *seal.Sealer
	files     []*leftover
}

// leftover is one of them, and what writes it.
type leftover struct {
	io.Writer
	name   string
	file   *os.File
	layers []func() error // that end what is between Writer and file, outermost first
	whole  bool           // everything was written
}

// create starts a leftover, which is stored if Close returns no error.
func (l *leftovers) create(name string) (*leftover, error) {
	file, err := scratch.File(cmp.Or(l.dir, os.TempDir()))
	if err != nil {
		return nil, fmt.Errorf("make room for %s (another --temp-dir may have some): %w", name, err)
	}
	buffer := bufio.NewWriterSize(file, 64<<10)
	f := &leftover{Writer: buffer, name: name, file: file, layers: []func() error{buffer.Flush}}
	l.files = append(l.files, f)
	if l.encrypter != nil {
		w, err := l.encrypter.Seal(buffer)
		if err != nil {
			return nil, fmt.Errorf("encrypt %s: %w", name, err)
		}
		f.Writer, f.name = w, name+seal.Extension
		f.layers = []func() error{w.Close, buffer.Flush}
	}
	return f, nil
}

// Close ends the writing.
func (f *leftover) Close() error {
	for _, end := range f.layers {
		if err := end(); err != nil {
			return err
		}
	}
	f.whole = true
	return nil
}

// keep writes a leftover in one go.
func (l *leftovers) keep(name string, write func(io.Writer) error) error {
	f, err := l.create(name)
	if err == nil {
		err = write(f)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// store puts every leftover that is whole beside the record of a run.
func (l *leftovers) store(ctx context.Context, r *registry.Registry, run string) error {
	for _, f := range l.files {
		if !f.whole {
			continue
		}
		size, err := f.file.Seek(0, io.SeekEnd)
		if err != nil {
			return err
		}
		if _, err := f.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if err := r.PutRunFile(ctx, run, f.name, f.file, size); err != nil {
			return err
		}
	}
	return nil
}

// close gives back the disk space of all leftovers.
func (l *leftovers) close() {
	for _, f := range l.files {
		_ = scratch.Close(f.file) // nobody reads it any more
	}
	l.files = nil
}

// lazy is a leftover that is made when there is something to write.
type lazy struct {
	leftovers *leftovers
	name      string
	made      *leftover
}

func (w *lazy) Write(b []byte) (int, error) {
	if w.made == nil {
		var err error
		if w.made, err = w.leftovers.create(w.name); err != nil {
			return 0, err
		}
	}
	return w.made.Write(b)
}

func (w *lazy) Close() error {
	if w.made == nil {
		return nil
	}
	made := w.made
	w.made = nil
	return made.Close()
}
