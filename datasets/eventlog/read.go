package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/eventlog/rows"
)

// each reads a table from its first file to its last and hands each row that has
// a readable form to accept, which returns a fault for a row it does not take or
// an error to end the reading.
func (s *Source) each(ctx context.Context, t *table, reject func(event.Reject), accept func(*row) (fault, error)) error {
	unknown := 0
	for _, f := range s.files[t.name] {
		n, err := s.eachOf(ctx, t, f, reject, accept)
		unknown += n
		if err != nil {
			return err
		}
	}
	s.note(t.name+"_unknown_fields", unknown)
	return nil
}

func (s *Source) eachOf(ctx context.Context, t *table, f file, reject func(event.Reject), accept func(*row) (fault, error)) (unknown int, err error) {
	if f.format == unsupported {
		reject(event.Reject{File: f.name, Code: code.FileUnsupported,
			Message: "not read: the name must end in .jsonl, .ndjson or .csv, with or without .gz"})
		return 0, nil
	}
	body, err := s.place.open(ctx, f)
	if err != nil {
		return 0, fmt.Errorf("open %s: %w", f.name, err)
	}
	defer body.Close()
	in := io.Reader(body)
	if f.gzip {
		in = rows.Gunzip(body, rows.Limits{Bytes: s.o.MaxBytes, Ratio: s.o.MaxRatio})
	}
	rd, flaw, err := s.reader(t, f, in)
	if err == nil && flaw.found() {
		reject(event.Reject{File: f.name, Line: rd.line(), Code: flaw.code, Field: flaw.field,
			Message: flaw.message + "; the file is not read"})
		return 0, nil
	}
	r := row{cells: make([]cell, len(t.columns))}
	for n := 0; err == nil; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return unknown, ctx.Err()
		}
		var flaw fault
		if flaw, err = rd.next(&r); err != nil {
			break
		}
		unknown += r.unknown
		if !flaw.found() {
			var stop error
			if flaw, stop = accept(&r); stop != nil {
				return unknown, stop
			}
		}
		if flaw.found() {
			if cutShort(flaw) && !rd.ended() {
				flaw = fault{code: code.TruncatedFile, message: "the file ends in the middle of a row"}
			}
			reject(t.refuse(f.name, rd.line(), flaw, &r))
		}
	}
	return unknown, ending(ctx, f.name, rd, err, reject)
}

func (s *Source) reader(t *table, f file, in io.Reader) (reader, fault, error) {
	if f.format == jsonl {
		return newJSONRows(t, in, s.o), fault{}, nil
	}
	return newCSVRows(t, in, s.o)
}

// cutShort reports whether a row that ends with its file may have the fault for
// that reason: it is one of form.
func cutShort(f fault) bool {
	return f.field == "" && (f.code == code.JSONInvalid || f.code == code.CSVColumns || f.code == code.CSVQuote)
}

// ending reports a damaged stream as a reject and returns any other error.
func ending(ctx context.Context, name string, rd reader, err error, reject func(event.Reject)) error {
	r := event.Reject{File: name, Line: rd.line(), Message: "the rest of the file is not read: "}
	switch {
	case err == io.EOF:
		return nil
	case errors.Is(err, rows.ErrTruncated):
		r.Code = code.TruncatedFile
	case errors.Is(err, rows.ErrCorrupt):
		r.Code = code.GzipCorrupt
	case errors.Is(err, rows.ErrBomb):
		r.Code = code.DecompressionBomb
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return fmt.Errorf("read %s: %w", name, err)
	}
	r.Message += err.Error()
	reject(r)
	return nil
}
