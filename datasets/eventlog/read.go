package eventlog

import (
	"context"
	"sync"
	"sync/atomic"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/eventlog/rows"

	"golang.org/x/sync/errgroup"
)

// numbered is a unit and its place among the units of a table.
type numbered struct {
	n int
	unit
}

// read reads a table in units by several workers, after open has prepared each
// of them. Goroutines of their own open and cut as many files as there are
// workers, in order, ahead of the units that are read.
//
// In memory there are at most two units of each open file, and 3*workers+2 that
// wait, are read, or have rejects that are not yet delivered.
func (s *Source) read(ctx context.Context, t *table, workers int, reject func(event.Reject), open func(*worker)) error {
	workers = max(workers, 1)
	if reject == nil {
		reject = discard
	}
	g, ctx := errgroup.WithContext(ctx)
	r := &reading{s: s, t: t, order: newOrder(reject), queue: make(chan numbered, workers),
		room: make(chan struct{}, 3*workers+2), free: newBuffers(max(s.o.block+rows.Slack, rows.MinBuffer(s.o.MaxLine)))}
	all := make([]*worker, workers)
	for i := range all {
		w := &worker{ctx: ctx, s: s, t: t, row: newRow(t), text: s.newTextReader(t), theirs: s.translation(t), order: r.order}
		open(w)
		all[i] = w
		g.Go(func() error { return r.work(w) })
	}
	g.Go(func() error {
		defer close(r.queue)
		return r.dispatch(ctx, workers)
	})
	err := g.Wait()
	for u := range r.queue {
		u.drop()
	}
	unknown, skipped, held := 0, 0, uint32(0)
	for _, w := range all {
		unknown += w.row.unknown
		if w.theirs != nil {
			unknown += w.theirs.row.unknown
			skipped += w.theirs.skipped
			held |= w.theirs.held
		}
	}
	if err == nil {
		s.note(t.name+"_unknown_fields", unknown)
		s.note(t.name+"_dropped_by_mapping", skipped)
		s.note(t.name+"_in_skipped_row_groups", int(r.passed.Load()))
		idle := 0
		if m := s.o.mapped(t); m != nil && held != 0 {
			idle = m.Idle(held)
		}
		s.note(t.name+"_columns_never_found", idle)
	}
	return err
}

// reading is one pass over a table.
type reading struct {
	s     *Source
	t     *table
	order *order
	queue chan numbered
	room  chan struct{} // has an entry for each unit that is numbered and not finished
	free  *buffers

	passed atomic.Int64 // rows of row groups before Options.From
}

// work reads units until there are none.
func (r *reading) work(w *worker) error {
	for u := range r.queue {
		w.n = u.n
		err := w.stopped()
		if err == nil {
			err = u.run(w)
		}
		u.drop()
		if err != nil {
			return err
		}
		for range r.order.finish(w.n, w.rejects) {
			<-r.room
		}
		w.rejects = w.rejects[:0]
	}
	return nil
}

// dispatch numbers the units of all files and queues them.
func (r *reading) dispatch(ctx context.Context, ahead int) error {
	files := r.s.files[r.t.name]
	var opened []*stream
	var running sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		for _, o := range opened {
			for u := range o.units {
				u.drop()
			}
		}
		running.Wait()
	}()
	for n := 0; len(files) > 0 || len(opened) > 0; {
		for len(files) > 0 && len(opened) < ahead {
			o := &stream{units: make(chan unit, 1)}
			f := files[0]
			running.Go(func() { o.run(ctx, r, f) })
			files, opened = files[1:], append(opened, o)
		}
		o := opened[0]
		for u := range o.units {
			select {
			case r.room <- struct{}{}:
			case <-ctx.Done():
				u.drop()
				return ctx.Err()
			}
			select {
			case r.queue <- numbered{n, u}:
				n++
			case <-ctx.Done():
				u.drop()
				return ctx.Err()
			}
		}
		if o.err != nil {
			return o.err
		}
		opened = opened[1:]
	}
	return ctx.Err()
}

// stream is the units of one file, as they are cut.
type stream struct {
	units chan unit
	err   error // once units is closed
}

func (o *stream) run(ctx context.Context, r *reading, f file) {
	defer close(o.units)
	emit := func(u unit) error {
		select {
		case o.units <- u:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	switch f.format {
	case parquet:
		o.err = r.s.parquetUnits(ctx, f, r.t, &r.passed, emit)
	case jsonl, csv:
		o.err = r.s.textUnits(ctx, f, r.t, r.free, emit)
	default:
		message := "not read: the name must end in one of " + extensions
		if f.misnamed {
			message = "not read: the names of tables are written in small letters"
		}
		o.err = emit(refusal{File: f.name, Code: code.FileUnsupported, Message: message})
	}
}
