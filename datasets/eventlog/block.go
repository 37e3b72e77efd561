package eventlog

import (
	"bytes"

	"curio/datasets/event/code"
	"curio/datasets/eventlog/rows"
)

// block is a unit of whole rows of a text file.
type block struct {
	rows.Block
	p   *textFile
	buf *[]byte // what Data lies in
}

func (b *block) drop() { b.p.free.put(b.buf) }

// run tries for each row the quick way that most rows allow.
func (b *block) run(w *worker) error {
	r := w.into()
	whole := bytes.LastIndexByte(b.Data, '\n') + 1
	for n, at := 0, 0; at < len(b.Data); n++ {
		if n%512 == 0 && w.stopped() != nil {
			return w.stopped()
		}
		if at < whole {
			r.clear()
			if next := b.quick(w, at, r); next >= 0 {
				if err := w.takeFilled(&b.p.f, b.Line); err != nil {
					return err
				}
				at = next
				b.Line++
				continue
			}
		}
		r.clear()
		length, flaw, given := b.parse(w, b.Data[at:], r)
		var err error
		switch {
		case !given:
		case !flaw.found():
			err = w.takeFilled(&b.p.f, b.Line)
		case cutShort(flaw) && at+length == len(b.Data) && b.Data[len(b.Data)-1] != '\n':
			err = w.refuse(&b.p.f, b.Line, fault{code: code.TruncatedRow, message: "the file ends in the middle of the row"})
		default:
			err = w.refuse(&b.p.f, b.Line, flaw)
		}
		if err != nil {
			return err
		}
		b.Line += bytes.Count(b.Data[at:at+length], []byte{'\n'})
		at += length
	}
	return nil
}

func (b *block) quick(w *worker, at int, r *row) int {
	all := b.Data[:len(b.Data)+rows.Slack]
	if h := b.p.header; h != nil {
		return h.quick(all, at, b.p.s.o.MaxLine, r)
	}
	return w.text.json.quick(all, at, r)
}

// parse reads the row at the start of data, whatever form it has, and returns
// its length and whether there is a row at all in it.
func (b *block) parse(w *worker, data []byte, r *row) (length int, flaw fault, given bool) {
	if h := b.p.header; h != nil {
		fields, n, err := w.text.splitter(b.p.form, &b.p.s.o).Next(data)
		if err != nil {
			return n, formFault(err), true
		}
		if fields == nil {
			return n, fault{}, false
		}
		return n, h.fill(fields, r), true
	}
	length = len(data)
	line := data
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		length, line = i+1, data[:i]
	}
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if blank(line) {
		return length, fault{}, false
	}
	return length, w.text.json.parse(line, r), true
}

// cutShort reports whether a row that ends with its file may have the fault for
// that reason: it is one of form.
func cutShort(f fault) bool {
	return f.field == "" && (f.code == code.JSONInvalid || f.code == code.CSVColumns || f.code == code.CSVQuote)
}
