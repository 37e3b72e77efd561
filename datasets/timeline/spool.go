package timeline

import "sync"

// chunkSize is the bytes of one partition that a worker collects before it hands
// them on. With all partitions it is 8 MiB a worker.
const chunkSize = 32 << 10

// spool holds records by partition, in memory or on disk. The order of a
// partition's chunks says nothing.
type spool struct {
	spill *spill
	parts [partitions]struct {
		mu     sync.Mutex // guards below while writers are at work
		chunks [][]byte
		spans  []span
	}
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

// buffer is what the goroutine has collected for a partition; record after record
// is appended to it and given to keep.
func (w *spooler) buffer(p int) []byte { return w.buffers[p] }

// keep takes the buffer of a partition back, longer by whole records.
func (w *spooler) keep(p int, b []byte) error {
	if len(b) < chunkSize {
		w.buffers[p] = b
		return nil
	}
	kept, err := w.to.put(p, b)
	if kept || err != nil {
		b = make([]byte, 0, chunkSize+chunkSize/8)
	}
	w.buffers[p] = b[:0]
	return err
}

// flush hands on what is left.
func (w *spooler) flush() error {
	for p, b := range w.buffers {
		if len(b) == 0 {
			continue
		}
		if _, err := w.to.put(p, b); err != nil {
			return err
		}
		w.buffers[p] = nil
	}
	return nil
}

// put stores a chunk and reports whether it kept b itself.
func (s *spool) put(p int, b []byte) (kept bool, err error) {
	part := &s.parts[p]
	if s.spill.take(cap(b)) {
		part.mu.Lock()
		defer part.mu.Unlock()
		part.chunks = append(part.chunks, b)
		return true, nil
	}
	at, err := s.spill.write(b)
	if err != nil {
		return false, err
	}
	part.mu.Lock()
	defer part.mu.Unlock()
	part.spans = append(part.spans, span{at, len(b)})
	return false, nil
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
	part.chunks, part.spans = nil, nil
}
