package timeline

import (
	"context"
	"sync/atomic"

	"curio/datasets/event"
	"curio/datasets/eventlog/rowhash"

	"github.com/zeebo/xxh3"
)

// Gather reads all events of src. Of events with one id, or without one and equal
// in every field, and on the same part, the first by place is kept and the others
// are rejected: as duplicates, or with code.DuplicateConflict where they have the
// id of an event that says something else. reject hears of them after the rejects
// of src, in an order that depends on the events alone. progress hears of the
// number of events read so far now and then, from one goroutine at a time; it may
// be nil. The Timelines are to be closed.
func Gather(ctx context.Context, src event.Source, o Options, reject func(event.Reject), progress func(events int)) (*Timelines, error) {
	o = o.withDefaults()
	if reject == nil {
		reject = func(event.Reject) {}
	}
	s := newSpill(o)
	t := &Timelines{o: o, files: src.Files(), spill: s, items: items{index: map[string]int32{}}, events: &spool{spill: s}, repeated: &spool{spill: s}}
	names := &spool{spill: s}
	if err := t.gather(ctx, src, names, reject, progress); err != nil {
		_ = s.close()
		return nil, err
	}
	if err := t.settle(ctx, names, reject); err != nil {
		_ = s.close()
		return nil, err
	}
	return t, nil
}

func (t *Timelines) gather(ctx context.Context, src event.Source, names *spool, reject func(event.Reject), progress func(int)) error {
	var gatherers []*gatherer // open is called from one goroutine at a time
	var total atomic.Int64
	told := make(chan struct{}, 1)
	err := src.Events(ctx, t.o.Workers, reject, func() event.Sink {
		g := &gatherer{items: numbering{items: &t.items, index: map[string]int32{}}, events: spooler{to: t.events}, names: spooler{to: names}}
		g.count = func(n int) {
			sum := total.Add(int64(n))
			if progress == nil {
				return
			}
			select {
			case told <- struct{}{}:
				progress(int(sum))
				<-told
			default:
			}
		}
		gatherers = append(gatherers, g)
		return g.add
	})
	if err != nil {
		return err
	}
	for _, g := range gatherers {
		g.count(g.n)
		if err := g.events.flush(); err != nil {
			return wrap(err)
		}
		if err := g.names.flush(); err != nil {
			return wrap(err)
		}
	}
	t.accepted = total.Load()
	return nil
}

// gatherer is what one goroutine writes to.
type gatherer struct {
	items  numbering
	events spooler
	names  spooler
	n      int
	count  func(n int)
}

func (g *gatherer) add(e *event.Event, part event.Part, at event.Place) error {
	item, sum := int32(-1), rowhash.Sum{}
	if e.ItemID != "" {
		item, sum = g.items.of(e.ItemID)
	}
	p := int(xxh3.HashString(e.UserID) % partitions)
	b := g.events.buffer(p)
	from := len(b)
	b, err := appendRecord(b, e, item, part, at)
	if err != nil {
		return wrap(err)
	}
	n := named{at: at, part: uint8(p)}
	if e.ID == "" {
		n.name = content(b[from:], sum)
	} else {
		n.name = xxh3.HashString128(e.ID)
		n.name.Lo += uint64(part) + 1 // what stands on two sides of a split is two events
		n.says = happened(b[from:], sum).Lo
	}
	err = g.events.keep(p, b)
	if err == nil {
		q := int(n.name.Hi % partitions)
		err = g.names.keep(q, appendNamed(g.names.buffer(q), n))
	}
	if err != nil {
		return wrap(err)
	}
	if g.n++; g.n == 8192 {
		g.count(g.n)
		g.n = 0
	}
	return nil
}
