package exposure

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// Options says where records go. The zero value of a number means its default.
type Options struct {
	Folder   string // is made, for this user alone, if need be
	MaxBytes int64  // of one file; default 64 MiB. A file may be one record larger
	Queue    int    // records that wait to be written; default 4096
	// Every bounds the time from a record to the system having it; default 1 s.
	Every time.Duration
	// Name turns the id of a user or session into what is written: see Names.
	Name func(id string) string
	Log  *slog.Logger
}

// Log is the log. Add and Stats may be called from any goroutine.
type Log struct {
	o     Options
	queue chan entry
	files files

	written, dropped, failed atomic.Uint64
}

// entry is a record whose user is still an id: the name is made by the writer.
type entry struct {
	record Record
	id     string
}

// Open returns the log in a folder, which Run writes. It never goes on in a file that is
// there: its last line may have been cut off.
func Open(o Options) (*Log, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 64 << 20
	}
	if o.Queue <= 0 {
		o.Queue = 4096
	}
	if o.Every <= 0 {
		o.Every = time.Second
	}
	if o.Name == nil {
		return nil, errors.New("open exposure log: there is nothing to make pseudonyms with")
	}
	l := &Log{o: o, queue: make(chan entry, o.Queue)}
	if err := l.files.open(o.Folder, o.MaxBytes); err != nil {
		return nil, fmt.Errorf("open exposure log: %w", err)
	}
	return l, nil
}

// Add writes a record of the user or session of this id, some time later: r.User is not
// read. It never waits, and r's slices must not change after.
func (l *Log) Add(id string, r Record) {
	select {
	case l.queue <- entry{r, id}:
	default:
		l.dropped.Add(1)
	}
}

// Stats says what became of the records so far.
type Stats struct {
	Written uint64
	Dropped uint64 // the queue was full
	Failed  uint64 // they could not be written
}

// Stats returns what became of the records so far.
func (l *Log) Stats() Stats {
	return Stats{l.written.Load(), l.dropped.Load(), l.failed.Load()}
}

// Run writes until ctx is done, and then what waits; records that are added later are
// not written. It closes the file. Errors of writing are logged once until writing
// works again.
func (l *Log) Run(ctx context.Context) {
	flush := time.NewTicker(l.o.Every)
	defer flush.Stop()
	w := writer{log: l}
	for {
		select {
		case e := <-l.queue:
			w.add(&e)
		case <-flush.C:
			w.flush()
		case <-ctx.Done():
			for {
				select {
				case e := <-l.queue:
					w.add(&e)
					continue
				default:
				}
				w.flush()
				w.note(l.files.close())
				return
			}
		}
	}
}

// writer gathers lines between writes.
type writer struct {
	log     *Log
	lines   []byte
	records uint64
	broken  bool // the last write failed
}

const gather = 64 << 10 // bytes that are written at once

func (w *writer) add(e *entry) {
	e.record.User = w.log.o.Name(e.id)
	var err error
	if w.lines, err = e.record.encode(w.lines); err != nil {
		w.log.failed.Add(1)
		return
	}
	if w.records++; len(w.lines) >= gather {
		w.flush()
	}
}

func (w *writer) flush() {
	if w.records == 0 {
		return
	}
	err := w.log.files.write(w.lines)
	if err == nil {
		w.log.written.Add(w.records)
	} else {
		w.log.failed.Add(w.records)
	}
	w.lines, w.records = w.lines[:0], 0
	w.note(err)
}

func (w *writer) note(err error) {
	if err != nil && !w.broken {
		w.log.o.Log.Error("exposures cannot be written", "error", err)
	}
	w.broken = err != nil
}
