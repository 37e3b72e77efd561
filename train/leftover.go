package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"curio/artifacts/registry"
	"curio/datasets/privacy"
)

// leftovers are the files that a run stores beside its record. Until then they are
// on disk, without a name where the system allows it, and encrypted if there is an
// encrypter.
type leftovers struct {
	dir       string
	encrypter *privacy.Encrypter
	files     []leftover
}

type leftover struct {
	name string
	file *os.File
}

// sealed writes one leftover.
type sealed struct {
	io.Writer
	closers []func() error // of the layers, outermost first
}

func (s *sealed) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// create starts a leftover. It is kept once it was closed without an error.
func (l *leftovers) create(name string) (io.WriteCloser, error) {
	file, err := os.CreateTemp(l.dir, "curio-run-*")
	if err != nil {
		return nil, fmt.Errorf("make room for %s (another --temp-dir may have some): %w", name, err)
	}
	_ = os.Remove(file.Name()) // where open files cannot be removed, close does it
	buffer := bufio.NewWriterSize(file, 64<<10)
	s := &sealed{Writer: buffer, closers: []func() error{buffer.Flush}}
	if l.encrypter != nil {
		w, err := l.encrypter.Seal(buffer)
		if err != nil {
			file.Close()
			return nil, fmt.Errorf("encrypt %s: %w", name, err)
		}
		s.Writer, s.closers = w, []func() error{w.Close, buffer.Flush}
		name += privacy.SealedExtension
	}
	s.closers = append(s.closers, func() error {
		l.files = append(l.files, leftover{name, file})
		return nil
	})
	return s, nil
}

// keep writes a leftover in one go.
func (l *leftovers) keep(name string, write func(io.Writer) error) error {
	w, err := l.create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(write(w), w.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// store puts every leftover beside the record of a run.
func (l *leftovers) store(ctx context.Context, r *registry.Registry, run string) error {
	for _, f := range l.files {
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

// close forgets all leftovers.
func (l *leftovers) close() {
	for _, f := range l.files {
		f.file.Close()
		_ = os.Remove(f.file.Name()) // gone already where open files can be removed
	}
	l.files = nil
}
