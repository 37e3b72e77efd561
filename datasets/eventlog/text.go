package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/eventlog/rows"
)

// blockSize is how much of a text file a unit takes: some milliseconds of work.
const blockSize = 1 << 20

// buffers are blocks that are not in use.
type buffers struct{ pool sync.Pool }

func newBuffers(size int) *buffers {
	return &buffers{sync.Pool{New: func() any { b := make([]byte, size); return &b }}}
}

func (b *buffers) get() *[]byte    { return b.pool.Get().(*[]byte) }
func (b *buffers) put(buf *[]byte) { b.pool.Put(buf) }

// textUnits emits the blocks of a JSONL or CSV file.
func (s *Source) textUnits(ctx context.Context, f file, t *table, free *buffers, emit func(unit) error) error {
	body, err := s.place.open(ctx, f)
	if err != nil {
		return fmt.Errorf("open %s: %w", f.name, err)
	}
	defer body.Close()
	in := io.Reader(body)
	if f.packed != notPacked {
		open := rows.Gunzip
		if f.packed == zstdPacked {
			open = rows.Unzstd
		}
		z := open(body, rows.Limits{Bytes: s.o.MaxBytes, Ratio: s.o.MaxRatio})
		defer z.Close()
		in = z
	}
	p := textFile{s: s, f: f, t: s.in(t, f), free: free, emit: emit}
	p.cutter = rows.LineCutter(in, s.o.MaxLine)
	if f.format == csv {
		p.form = p.t.form(f.name)
		p.cutter = rows.RecordCutter(in, p.form, s.o.MaxLine)
		if p.t.theirs != nil && len(p.t.theirs.Text.Names) > 0 {
			var names [][]byte
			for _, n := range p.t.theirs.Text.Names {
				names = append(names, []byte(n))
			}
			p.header, _ = newHeader(p.t, p.form, names) // the mapping has checked them
		}
	}
	for err == nil {
		err = p.block()
	}
	if errors.Is(err, errUnread) {
		return nil
	}
	return err
}

// textFile is a file on its way into blocks.
type textFile struct {
	s      *Source
	f      file
	t      *table // as the file has it
	form   rows.Form
	cutter *rows.Cutter
	free   *buffers
	emit   func(unit) error
	header *header // of a CSV file; nil before it was read
}

// errUnread says that the rest of a file is not read, which was reported.
var errUnread = errors.New("the rest is not read")

// block emits the next block of the file. It returns errUnread behind the last.
func (p *textFile) block() error {
	buf := p.free.get()
	b, err := p.cutter.Next(*buf)
	if err != nil {
		p.free.put(buf)
		return p.flaw(b.Line, err)
	}
	if b.Line == 1 && (bytes.HasPrefix(b.Data, []byte("\xFF\xFE")) || bytes.HasPrefix(b.Data, []byte("\xFE\xFF"))) {
		p.free.put(buf)
		return p.unread(event.Reject{Code: code.FileUnsupported, Message: "not read: the text is UTF-16 or UTF-32; write it as UTF-8"})
	}
	if p.f.format == csv && p.header == nil {
		flaw := p.readHeader(&b)
		if p.header == nil {
			p.free.put(buf)
			if flaw.found() {
				return p.unread(event.Reject{Line: b.Line, Code: flaw.code, Field: flaw.field,
					Message: flaw.message + "; the file is not read"})
			}
			return nil
		}
	}
	return p.emit(&block{p: p, buf: buf, Block: b})
}

// readHeader takes the header off the first block that has one.
func (p *textFile) readHeader(b *rows.Block) fault {
	records := rows.NewSplitter(p.form, p.s.o.MaxLine, p.s.o.MaxColumns)
	for len(b.Data) > 0 {
		names, n, err := records.Next(b.Data)
		if f := formFault(err); f.found() {
			return fault{code: code.CSVHeader, message: "header: " + f.message}
		}
		if names == nil {
			b.Advance(n)
			continue
		}
		h, f := newHeader(p.t, p.form, names)
		if !f.found() {
			p.header = h
			b.Advance(n)
		}
		return f
	}
	return fault{}
}

// flaw reports why there is no block, and returns what ends the reading of the
// file, if anything does.
func (p *textFile) flaw(line int, err error) error {
	r := event.Reject{Line: line, Message: "the rest of the file is not read: " + err.Error()}
	switch {
	case err == io.EOF:
		return errUnread
	case errors.Is(err, rows.ErrTooLong) && p.f.format == csv && p.header == nil:
		r.Code, r.Message = code.CSVHeader, "header: longer than the limit on a row; the file is not read"
	case errors.Is(err, rows.ErrTooLong):
		f := formFault(err)
		return p.emit(refusal{File: p.f.name, Line: line, Code: f.code, Message: f.message})
	case errors.Is(err, rows.ErrTruncated):
		r.Code = code.TruncatedFile
	case errors.Is(err, rows.ErrCorrupt):
		r.Code = code.GzipCorrupt
		if p.f.packed == zstdPacked {
			r.Code = code.ZstdCorrupt
		}
	case errors.Is(err, rows.ErrBomb):
		r.Code = code.DecompressionBomb
	default:
		return fmt.Errorf("read %s: %w", p.f.name, err)
	}
	return p.unread(r)
}

// unread reports that the rest of the file is not read.
func (p *textFile) unread(r event.Reject) error {
	r.File = p.f.name
	if err := p.emit(refusal(r)); err != nil {
		return err
	}
	return errUnread
}
