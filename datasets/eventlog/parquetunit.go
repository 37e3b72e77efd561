package eventlog

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"curio/datasets/event"
)

// parquetUnit is some of the rows of a row group.
type parquetUnit struct {
	f     *parquetFile
	group int
	first int64 // row of the group, from 0
	last  int64 // and one more
	gone  atomic.Bool
}

// batch is how many rows are read at once, at most.
const batch = 256

// parquetScan reads the rows of a unit.
type parquetScan struct {
	u      *parquetUnit
	w      *worker
	pages  []parquetPages  // by column
	lists  []*parquetLists // by column; nil unless it holds lists
	row    int64           // of the group, the next to read
	budget parquetBudget

	events   [batch]event.Event
	look     [batch]bool // rows to be read cell by cell
	currency *parquetPages
}

func (u *parquetUnit) drop() {
	if !u.gone.Swap(true) {
		u.f.release()
	}
}

// run reads the unit. What the library or the code here does not survive in a
// damaged file becomes a reject: the one place where a panic is caught.
func (u *parquetUnit) run(w *worker) (err error) {
	s := scans.Get().(*parquetScan)
	s.u, s.w, s.row, s.currency = u, w, u.first, nil
	s.budget = parquetBudget{limit: max(freeBytes, w.s.o.MaxRatio*u.f.groups[u.group].size())}
	defer func() {
		if p := recover(); p != nil {
			err = s.end(corrupt("%v", p)) // and s is not used again
			return
		}
		err = s.end(err)
		s.forget()
		scans.Put(s)
	}()
	return s.run()
}

// scans keeps the buffers of units that were read for those that come.
var scans = sync.Pool{New: func() any { return new(parquetScan) }}

// forget lets go of all that is not a buffer.
func (s *parquetScan) forget() {
	s.u, s.w = nil, nil
	clear(s.lists)
	for i := range s.pages {
		p := &s.pages[i]
		p.at, p.o, p.c = nil, nil, nil
		if p.in != nil {
			p.in.Reset(nil)
		}
	}
}

// end turns an error about the content of the file into a reject of the rows that
// were not read.
func (s *parquetScan) end(err error) error {
	var f flaw
	if !errors.As(err, &f) {
		return err
	}
	from, to := s.line(), s.u.f.groups[s.u.group].first+s.u.last
	return s.w.reject(event.Reject{File: s.u.f.file.name, Line: int(min(from, math.MaxInt)), Code: f.code, Field: f.field,
		Message: fmt.Sprintf("rows %d to %d are not read: %s", from, to, f.message)})
}

// line is the 1-based number of the next row in the file.
func (s *parquetScan) line() int64 { return s.u.f.groups[s.u.group].first + s.row + 1 }

func (s *parquetScan) run() error {
	f, g := s.u.f, &s.u.f.groups[s.u.group]
	ready := f.t == eventTable && s.w.sink != nil
	s.pages = again(s.pages, len(f.columns))
	s.lists = again(s.lists, len(f.columns))
	for i := range f.columns {
		c := &f.columns[i]
		var o *Options
		if ready {
			o = &s.w.s.o
		}
		p := &s.pages[i]
		p.start(c, &g.chunks[i], f.at, g.rows, &s.budget, o)
		if c.list {
			var err error
			if s.lists[i], err = p.lists(); err != nil {
				return err
			}
		}
		if ready && c.column == eventCurrency {
			s.currency = p
		}
	}
	for s.row < s.u.last {
		if err := s.w.stopped(); err != nil {
			return err
		}
		n := int(min(batch, s.u.last-s.row))
		for i := range s.pages {
			p := &s.pages[i]
			if p.c.list {
				continue
			}
			for p.rows == 0 {
				if err := p.next(s.row); err != nil {
					return err
				}
			}
			n = min(n, p.rows)
		}
		for i := range s.pages {
			if p := &s.pages[i]; !p.c.list {
				if err := p.take(n); err != nil {
					return err
				}
			}
		}
		if err := s.rows(n, ready); err != nil {
			return err
		}
	}
	s.w.row.unknown += f.unknown * int(s.u.last-s.u.first)
	return nil
}

// again returns n elements, those of b first.
func again[T any](b []T, n int) []T {
	if n <= cap(b) {
		return b[:n]
	}
	return append(b[:cap(b)], make([]T, n-cap(b))...)
}

// rows hands over the next n rows.
func (s *parquetScan) rows(n int, ready bool) error {
	if ready {
		clear(s.events[:n])
		clear(s.look[:n])
		for i := range s.pages {
			s.put(&s.pages[i], n)
		}
	}
	for i := range n {
		if ready && !s.look[i] && complete(&s.events[i]) {
			s.w.e = s.events[i]
			if err := s.w.give(&s.u.f.file, int(s.line())); err != nil {
				return err
			}
		} else if err := s.cells(i); err != nil {
			return err
		}
		s.row++
	}
	return nil
}

// complete reports whether an event has what its type needs.
func complete(e *event.Event) bool {
	switch e.Type {
	case event.Search:
		return e.UserID != "" && e.TS != 0
	case event.Progress:
		if e.Has&event.HasProgress == 0 {
			return false
		}
	case event.Rating:
		if e.Has&event.HasRating == 0 {
			return false
		}
	}
	return e.Type != 0 && e.UserID != "" && e.ItemID != "" && e.TS != 0
}

// cells hands over row i of the batch cell by cell.
func (s *parquetScan) cells(i int) error {
	r := s.w.into()
	r.clear()
	for k := range s.pages {
		p := &s.pages[k]
		if p.c.list {
			s.lists[k].row(r, p.c.column, s.row)
			continue
		}
		if at := p.where[i]; at >= 0 {
			r.set(p.c.column, p.values.cell(p.c, int(at)))
		}
	}
	return s.w.takeFilled(&s.u.f.file, int(s.line()))
}

// put fills the next n events with the values of a column.
func (s *parquetScan) put(p *parquetPages, n int) {
	where, events, b := p.where[:n], s.events[:n], p.values
	if len(b.look) > 0 {
		for i, k := range where {
			if k >= 0 && b.look[k] {
				s.look[i] = true
			}
		}
	}
	switch p.c.column {
	case eventID:
		for i, k := range where {
			if k >= 0 {
				events[i].ID = b.texts[k]
			}
		}
	case eventTS:
		for i, k := range where {
			if k >= 0 {
				events[i].TS = event.Time(b.numbers[k])
			}
		}
	case eventUser:
		for i, k := range where {
			if k >= 0 {
				events[i].UserID = b.texts[k]
			}
		}
	case eventItem:
		for i, k := range where {
			if k >= 0 {
				events[i].ItemID = b.texts[k]
			}
		}
	case eventType:
		for i, k := range where {
			if k >= 0 {
				events[i].Type = event.Type(b.numbers[k])
			}
		}
	case eventSeconds:
		for i, k := range where {
			if k >= 0 {
				events[i].Watched, events[i].Has = b.numbers[k], events[i].Has|event.HasWatched
			}
		}
	case eventProgress:
		for i, k := range where {
			if k >= 0 {
				events[i].Progress, events[i].Has = int32(b.numbers[k]), events[i].Has|event.HasProgress
			}
		}
	case eventRating:
		for i, k := range where {
			if k >= 0 {
				events[i].Rating, events[i].Has = int32(b.numbers[k]), events[i].Has|event.HasRating
			}
		}
	case eventAmount:
		s.putAmount(p, n)
	case eventCurrency:
		for i, k := range where {
			if k >= 0 {
				events[i].Currency = b.money[k].Code
			}
		}
	case eventPlan:
		for i, k := range where {
			if k >= 0 {
				events[i].Plan = b.texts[k]
			}
		}
	case eventChannel:
		for i, k := range where {
			if k >= 0 {
				events[i].Channel = b.texts[k]
			}
		}
	case eventReceived:
		for i, k := range where {
			if k >= 0 {
				events[i].ReceivedAt = event.Time(b.numbers[k])
			}
		}
	}
}

// putAmount is put for amounts, whose minor units depend on the currency of the
// row.
func (s *parquetScan) putAmount(p *parquetPages, n int) {
	for i, k := range p.where[:n] {
		if k < 0 {
			continue
		}
		var v int64
		ok := false
		if cur := s.currency; cur != nil {
			if m := cur.where[i]; m >= 0 {
				v, ok = p.values.amount(p.c, int(k), cur.values.money[m])
			}
		}
		if !ok {
			s.look[i] = true
			continue
		}
		s.events[i].Amount, s.events[i].Has = v, s.events[i].Has|event.HasAmount
	}
}
