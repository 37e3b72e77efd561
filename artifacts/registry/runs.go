package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

const runRecord = "run.json"

// PutRun stores the record of a run, a JSON value. It can be repeated, but not
// changed: the error for another record under the same id wraps
// store.ErrConflict. Files of the run are stored before it, so that a run that
// is listed is whole.
func (r *Registry) PutRun(ctx context.Context, id string, record []byte) error {
	err := checkRun("run", id)
	switch {
	case err != nil:
	case len(record) > MaxRecord:
		err = fmt.Errorf("%d bytes, more than %d", len(record), MaxRecord)
	case !json.Valid(record):
		err = errors.New("the record is no JSON")
	default:
		err = r.create(ctx, runFolder+id+"/"+runRecord, bytes.NewReader(record), int64(len(record)))
	}
	if err != nil {
		return fmt.Errorf("store run %q: %w", id, err)
	}
	return nil
}

// Run returns the record of a run. The error wraps store.ErrNotFound if there is
// none.
func (r *Registry) Run(ctx context.Context, id string) ([]byte, error) {
	return r.runFile(ctx, id, runRecord, MaxRecord)
}

// Runs returns the ids of all runs with a record, in their order.
func (r *Registry) Runs(ctx context.Context) ([]string, error) {
	ids, err := r.names(ctx, runFolder, "/"+runRecord, func(name string) bool { return checkRun("run", name) == nil })
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	return ids, nil
}

// PutRunFile stores size bytes, all of body from its start, as a file beside the
// record of a run, with the rules of PutRun.
func (r *Registry) PutRunFile(ctx context.Context, id, name string, body io.ReadSeeker, size int64) error {
	err := errors.Join(checkRun("run", id), checkRun("file", name))
	switch {
	case err != nil:
	case name == runRecord:
		err = fmt.Errorf("%w: that is the record", ErrName)
	default:
		err = r.create(ctx, runFolder+id+"/"+name, body, size)
	}
	if err != nil {
		return fmt.Errorf("store file %q of run %q: %w", name, id, err)
	}
	return nil
}

// RunFile returns a file of a run of up to MaxRunFile bytes. The error wraps
// store.ErrNotFound if there is none.
func (r *Registry) RunFile(ctx context.Context, id, name string) ([]byte, error) {
	return r.runFile(ctx, id, name, MaxRunFile)
}

func (r *Registry) runFile(ctx context.Context, id, name string, limit int64) ([]byte, error) {
	err := errors.Join(checkRun("run", id), checkRun("file", name))
	var data []byte
	if err == nil {
		data, _, err = r.get(ctx, runFolder+id+"/"+name, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("read file %q of run %q: %w", name, id, err)
	}
	return data, nil
}

// RunFiles returns the names of the files of a run but its record, in their
// order.
func (r *Registry) RunFiles(ctx context.Context, id string) ([]string, error) {
	if err := checkRun("run", id); err != nil {
		return nil, fmt.Errorf("list files of a run: %w", err)
	}
	files, err := r.names(ctx, runFolder+id+"/", "", func(name string) bool {
		return name != runRecord && !strings.Contains(name, "/")
	})
	if err != nil {
		return nil, fmt.Errorf("list files of run %q: %w", id, err)
	}
	return files, nil
}
