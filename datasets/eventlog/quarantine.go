package eventlog

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"

	"curio/datasets/event"

	"github.com/klauspost/compress/zstd"
)

// Quarantine keeps account of rejected rows: how many by code, a few examples of
// each in memory, and all of them as JSON lines in a stream of zstd. It may be
// shared between goroutines. The same rejects in the same order give the same
// bytes.
type Quarantine struct {
	mu       sync.Mutex // guards all below
	limit    int
	counts   map[string]int
	examples map[string][]event.Reject
	to       io.Writer     // nil when there is no stream, or no longer
	out      *zstd.Encoder // nil before the first reject
	encoder  *json.Encoder
	err      error // the first of the stream
}

// NewQuarantine streams to w, or nowhere if w is nil, and keeps at most examples
// rejects of each code. Close it to finish the stream. Without a reject nothing is
// written.
func NewQuarantine(w io.Writer, examples int) *Quarantine {
	return &Quarantine{to: w, limit: examples, counts: make(map[string]int), examples: make(map[string][]event.Reject)}
}

// start begins the stream.
func (q *Quarantine) start() {
	// One goroutine, so that the bytes do not depend on the machine. The error is
	// of options that do not go together; these do.
	q.out, q.err = zstd.NewWriter(q.to, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	q.encoder = json.NewEncoder(q.out)
	q.encoder.SetEscapeHTML(false)
}

// Add takes one reject; it is what sources are given to report to. When writing
// fails it goes on counting and Close returns the error.
func (q *Quarantine) Add(r event.Reject) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.counts[r.Code]++
	if len(q.examples[r.Code]) < q.limit {
		q.examples[r.Code] = append(q.examples[r.Code], r)
	}
	if q.to != nil && q.out == nil {
		q.start()
	}
	if q.out != nil && q.err == nil {
		q.err = q.encoder.Encode(r)
	}
}

// Counts returns the number of rejects by code.
func (q *Quarantine) Counts() map[string]int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return maps.Clone(q.counts)
}

// Total returns the number of rejects.
func (q *Quarantine) Total() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	total := 0
	for _, n := range q.counts {
		total += n
	}
	return total
}

// Examples returns the first rejects with a code.
func (q *Quarantine) Examples(code string) []event.Reject {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.examples[code])
}

// Close finishes the stream, without closing the writer below it, and returns
// the first error of writing it. Rejects added later are counted only.
func (q *Quarantine) Close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.to = nil
	if q.out == nil {
		return nil
	}
	err := q.err
	if closed := q.out.Close(); err == nil {
		err = closed
	}
	q.out, q.encoder = nil, nil
	if err != nil {
		return fmt.Errorf("write quarantine: %w", err)
	}
	return nil
}
