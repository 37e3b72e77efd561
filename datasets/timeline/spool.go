package timeline

import "sync"

const (
	// bufferSize is the bytes of one partition that a goroutine collects before it
	// hands them on: half a MiB for all its partitions of two spools.
	bufferSize = 1 << 10
	// chunkSize is the bytes of one partition that go to disk together. Up to so
	// many of each partition are always in memory.
	chunkSize = 64 << 10
)

// spool holds records by partition, in memory or on disk. The order of a
// partition's chunks says nothing.
type spool struct {
	spill *spill
	parts [partitions]part
}

type part struct {
	mu     sync.Mutex // guards below while writers are at work
	open   []byte     // a chunk that is not full
	chunks [][]byte   // in memory
	spans  []span     // on disk
}

// span is a chunk on disk.
type span struct {
	at   int64
	size int
}

// spooler collects the records of one goroutine.
type spooler struct {
	to      *spool
	buffers [partitions][]byte
}

// buffer is what the goroutine has collected for a partition; one record is
// appended to it and given to keep.
func (w *spooler) buffer(p int) []byte { return w.buffers[p] }

// keep takes the buffer of a partition back, longer by a record.
func (w *spooler) keep(p int, b []byte) error {
	w.buffers[p] = b
	if len(b) < bufferSize {
		return nil
	}
	w.buffers[p] = b[:0]
	return w.to.put(p, b)
}

// flush hands on what is left.
func (w *spooler) flush() error {
	for p, b := range w.buffers {
		if err := w.to.put(p, b); err != nil {
			return err
		}
	}
	w.buffers = [partitions][]byte{}
	return nil
}

// put adds whole records to a partition.
func (s *spool) put(p int, records []byte) error {
	part := &s.parts[p]
	part.mu.Lock()
	defer part.mu.Unlock()
	if len(part.open) > 0 && len(part.open)+len(records) > s.spill.chunk {
		if s.spill.take(cap(part.open)) {
			part.chunks, part.open = append(part.chunks, part.open), make([]byte, 0, s.spill.chunk)
		} else {
			at, err := s.spill.write(part.open)
			if err != nil {
				return err
			}
			part.spans, part.open = append(part.spans, span{at, len(part.open)}), part.open[:0]
		}
	}
	part.open = append(part.open, records...)
	return nil
}

// chunks returns a partition. What was on disk is read into room, which is
// returned grown.
func (s *spool) chunks(p int, room []byte) (all [][]byte, _ []byte, err error) {
	part := &s.parts[p]
	total := 0
	for _, x := range part.spans {
		total += x.size
	}
	if cap(room) < total {
		room = make([]byte, total+total/8)
	}
	room = room[:cap(room)]
	all = append(all, part.chunks...)
	if len(part.open) > 0 {
		all = append(all, part.open)
	}
	rest := room
	for _, x := range part.spans {
		if err := s.spill.read(rest[:x.size], x.at); err != nil {
			return nil, room, err
		}
		all = append(all, rest[:x.size:x.size])
		rest = rest[x.size:]
	}
	return all, room, nil
}

// drop forgets a partition; its memory may be used for others.
func (s *spool) drop(p int) {
	part := &s.parts[p]
	for _, c := range part.chunks {
		s.spill.left.Add(int64(cap(c)))
	}
	part.open, part.chunks, part.spans = nil, nil, nil
}
