package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"curio/datasets/event"
	"curio/datasets/eventlog"
)

// examples is how many rejected rows of each code are shown.
const examples = 3

// quarantine keeps the rows that were not accepted.
type quarantine struct {
	*eventlog.Quarantine
	out io.WriteCloser // nil until there is a row to keep
}

// newQuarantine keeps rejected rows as a leftover, if there are any.
func newQuarantine(l *leftovers) *quarantine {
	q := &quarantine{}
	q.Quarantine = eventlog.NewQuarantine(&lazy{q, l}, examples)
	return q
}

// lazy makes the file of the quarantine when the first byte is written.
type lazy struct {
	quarantine *quarantine
	leftovers  *leftovers
}

func (w *lazy) Write(b []byte) (int, error) {
	if w.quarantine.out == nil {
		out, err := w.leftovers.create("quarantine.jsonl.zst")
		if err != nil {
			return 0, err
		}
		w.quarantine.out = out
	}
	return w.quarantine.out.Write(b)
}

// close ends the keeping of rows.
func (q *quarantine) close() error {
	err := q.Close()
	if q.out != nil {
		if closed := q.out.Close(); err == nil {
			err = closed
		}
		q.out = nil
	}
	if err != nil {
		return fmt.Errorf("close quarantine: %w", err)
	}
	return nil
}

// counts are the rejected rows by code.
func (q *quarantine) counts() map[string]int64 {
	all := map[string]int64{}
	for code, n := range q.Counts() {
		all[code] = int64(n)
	}
	return all
}

// all returns the examples of every code, in order of the codes.
func (q *quarantine) all() []event.Reject {
	var all []event.Reject
	for _, code := range slices.Sorted(maps.Keys(q.Counts())) {
		all = append(all, q.Examples(code)...)
	}
	return all
}

// report writes how many rows were rejected for which reason, with examples, the
// most frequent first.
func (q *quarantine) report(w io.Writer) {
	counts := q.Counts()
	codes := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	for _, code := range codes {
		fmt.Fprintf(w, "rejected %d rows: %s\n", counts[code], code)
		for _, r := range q.Examples(code) {
			fmt.Fprintf(w, "  %s:%d: %s\n", r.File, r.Line, r.Message)
		}
	}
}
