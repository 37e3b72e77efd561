package intake

import "sync/atomic"

// Stats counts what happened to a log since it was opened.
type Stats struct {
	Written    int64 // events
	Bytes      int64 // of them
	Groups     int64 // writes they shared
	Duplicates int64 // events that were acknowledged without being written
	Conflicts  int64 // events under the id of another
	Refused    int64 // events that no reader of data sets would take
	Busy       int64 // calls that found the queue full
	Failures   int64 // groups that could not be written

	Waiting int   // events in the queue
	Known   int64 // ids
	Segment int64 // bytes of the newest segment

	// What was found when the log was opened.
	Segments int   // of earlier runs
	Replayed int64 // events that were read again
	Bad      int64 // lines among them that are no events
	Torn     int64 // bytes that were cut off and put aside
}

type counters struct {
	written, bytes, groups, duplicates, conflicts, refused, busy, failures atomic.Int64
	known, segmentBytes                                                    atomic.Int64
	start                                                                  Stats // of what was found, fixed
}

func (c *counters) wrote(events, bytes int) {
	c.written.Add(int64(events))
	c.bytes.Add(int64(bytes))
	c.groups.Add(1)
}

func (c *counters) repeated(conflict bool) {
	if conflict {
		c.conflicts.Add(1)
	} else {
		c.duplicates.Add(1)
	}
}

// Stats returns the counts as of now.
func (l *Log) Stats() Stats {
	s := l.count.start
	s.Written, s.Bytes, s.Groups = l.count.written.Load(), l.count.bytes.Load(), l.count.groups.Load()
	s.Duplicates, s.Conflicts, s.Refused = l.count.duplicates.Load(), l.count.conflicts.Load(), l.count.refused.Load()
	s.Busy, s.Failures = l.count.busy.Load(), l.count.failures.Load()
	s.Known, s.Segment = l.count.known.Load(), l.count.segmentBytes.Load()
	l.mu.Lock()
	defer l.mu.Unlock()
	s.Waiting = l.rows
	return s
}
