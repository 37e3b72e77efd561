package eventlog

import (
	"context"

	"curio/datasets/event"
)

// unit is a piece of a file that one worker reads on its own: a block of text or
// a row group of a Parquet file. The units of a table are numbered in the order
// in which their rows stand; what they reject is delivered in that order.
type unit interface {
	// run takes the rows of the unit in order. It gives each to w.take, or, for
	// events that are ready in w.e, to w.give, or refuses it by w.refuse, and
	// passes on the errors of these three, which end the reading of the table.
	// It looks at w.stopped at least every 1,024 rows.
	run(w *worker) error
	// drop frees what the unit holds. It is called once for every unit that was
	// emitted without an error, after run or instead of it, from any goroutine.
	drop()
}

// worker is what one goroutine has to read units with. Its fields but n and
// rejects are for the units to use; nothing in it is shared with other workers.
type worker struct {
	ctx    context.Context
	s      *Source
	t      *table
	row    row         // scratch, with a cell for each column of t; units add to row.unknown
	e      event.Event // scratch
	sink   event.Sink  // of events; nil when another table is read
	text   textReader
	theirs *translation // nil without a mapping

	accept  func(r *row, at event.Place) (fault, error) // what take hands rows to
	order   *order
	n       int            // number of the unit
	rejects []event.Reject // of the unit, not yet delivered
}

// maxHeld is how many rejects of one unit wait in memory for those of the units
// before it.
const maxHeld = 4096

// stopped returns why reading is to end, or nil.
func (w *worker) stopped() error { return w.ctx.Err() }

// take hands w.row, the row at a 1-based line of f, to the table that is read,
// and refuses it if it has a fault.
func (w *worker) take(f *file, line int) error {
	flaw, err := w.accept(&w.row, event.PlaceOf(f.index, line))
	if err != nil || !flaw.found() {
		return err
	}
	return w.refuse(f, line, flaw)
}

// into returns the row that is to be filled from a file: w.row, or one with a
// cell for each source of the mapping of the table.
func (w *worker) into() *row {
	if w.theirs != nil {
		return &w.theirs.row
	}
	return &w.row
}

// takeFilled takes a row that was filled into into(), after mapping it.
func (w *worker) takeFilled(f *file, line int) error {
	if w.theirs != nil {
		skip, flaw := w.theirs.apply(&w.row)
		if skip {
			return nil
		}
		if flaw.found() {
			return w.refuse(f, line, flaw)
		}
	}
	return w.take(f, line)
}

// give hands w.e, the event at a 1-based line (or row) of f, to the sink. The
// event has passed all checks of package event; its texts need to stay valid
// during the call only.
func (w *worker) give(f *file, line int) error {
	return w.sink(&w.e, event.Train, event.PlaceOf(f.index, line))
}

// refuse reports a row that is not accepted. It keeps values of private columns
// out of the report by looking at w.row, whose cells of t.private must hold
// what the row has there, also when the rest of w.row is not in use.
func (w *worker) refuse(f *file, line int, flaw fault) error {
	return w.reject(w.t.refuse(f.name, line, flaw, &w.row))
}

// reject reports that a row, or a whole file, is not accepted. It may wait for
// earlier units.
func (w *worker) reject(r event.Reject) error {
	w.rejects = append(w.rejects, r)
	if len(w.rejects) < maxHeld {
		return nil
	}
	return w.flush()
}

// flush delivers the rejects of the unit so far, when its turn has come.
func (w *worker) flush() error {
	if err := w.order.await(w.ctx, w.n); err != nil {
		return err
	}
	w.order.deliver(w.rejects)
	w.rejects = w.rejects[:0]
	return nil
}

// refusal is a unit without rows: a file, or a part of one, that is not read.
type refusal event.Reject

func (r refusal) run(w *worker) error { return w.reject(event.Reject(r)) }
func (r refusal) drop()               {}
