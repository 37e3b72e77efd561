package intake

import (
	"curio/datasets/event"
	"curio/datasets/event/code"
)

// maxBuffer is the size from which the memory of a group is not kept.
const maxBuffer = 8 << 20

// run writes what is queued until the log is closed. All that comes while a group
// is written is the next group.
func (l *Log) run() {
	defer close(l.done)
	defer l.unlock()
	defer l.out.finish()
	for range l.wake {
		group, last := l.take()
		if len(group) > 0 {
			l.commit(group)
		}
		if last {
			return
		}
	}
}

// take empties the queue and reports whether nothing will follow.
func (l *Log) take() (group []*call, last bool) {
	l.mu.Lock()
	queue := l.queue
	l.queue, l.rows = nil, 0
	last = l.closed
	l.mu.Unlock()
	for _, c := range queue {
		if c.state.CompareAndSwap(waiting, taken) {
			group = append(group, c)
		}
	}
	return group, last
}

// commit writes a group and tells its callers. When the disk fails all of them
// fail, those with nothing but duplicates too: what they repeat may be in this group.
func (l *Log) commit(group []*call) {
	now := l.o.Clock()
	received := event.Time(now.UnixMilli())
	written := l.assemble(group, received)
	var err error
	if written > 0 {
		if err = l.out.write(l.buf, now); err == nil {
			l.count.wrote(written, len(l.buf))
		} else {
			l.count.failures.Add(1)
		}
	}
	if cap(l.buf) > maxBuffer {
		l.buf = nil
	}
	for _, c := range group {
		for i := range c.rows {
			switch r := &c.rows[i]; {
			case !r.fresh:
			case err != nil:
				l.seen.remove(r.name)
			case l.o.Recent != nil:
				l.o.Recent.add(&r.event)
			}
		}
		c.err = err
	}
	l.count.known.Store(int64(l.seen.len()))
	l.count.segmentBytes.Store(l.out.size)
	for _, c := range group {
		close(c.done)
	}
}

// assemble fills buf with the lines of the events that are new and returns their
// number.
func (l *Log) assemble(group []*call, received event.Time) int {
	l.buf = l.buf[:0]
	tail := appendTail(nil, received)
	written := 0
	for _, c := range group {
		for i := range c.rows {
			r := &c.rows[i]
			if before, ok := l.seen.get(r.name); ok {
				conflict := before.conflicts(r.says)
				c.results[r.at].Code = code.Duplicate
				if conflict {
					c.results[r.at].Code = code.DuplicateConflict
				}
				l.count.repeated(conflict)
				continue
			}
			r.fresh = true
			r.event.ReceivedAt = received
			if r.filled {
				r.event.TS = received
			}
			if r.event.TS == received {
				r.says.ts = 0
			}
			l.seen.add(r.name, r.says)
			l.buf = append(l.buf, r.line...)
			if r.filled {
				l.buf = appendTS(l.buf, received)
			}
			l.buf = append(l.buf, tail...)
			written++
		}
	}
	return written
}
