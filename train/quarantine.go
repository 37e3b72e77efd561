package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"

	"curio/datasets/event"
	"curio/datasets/eventlog"
)

const (
	// examples is how many rejected rows of each code are shown.
	examples = 3
	// maxQuarantined is how many rejected rows are kept, some tens of megabytes;
	// further ones are counted.
	maxQuarantined = 1_000_000
)

// quarantine keeps the rows that were not accepted until the run is over.
type quarantine struct {
	*eventlog.Quarantine
	kept bytes.Buffer // gzipped JSON lines
}

func newQuarantine() *quarantine {
	q := &quarantine{}
	q.Quarantine = eventlog.NewQuarantine(&q.kept, examples)
	return q
}

func (q *quarantine) add(r event.Reject) {
	q.Add(r)
	if q.Total() == maxQuarantined {
		_ = q.Close() // from here on Add only counts; close returns the error
	}
}

// close returns the rows kept, as gzipped JSON lines.
func (q *quarantine) close() ([]byte, error) {
	if err := q.Close(); err != nil {
		return nil, fmt.Errorf("close quarantine: %w", err)
	}
	return q.kept.Bytes(), nil
}

// counts are the rejected rows by code.
func (q *quarantine) counts() map[string]int64 {
	all := map[string]int64{}
	for code, n := range q.Counts() {
		all[code] = int64(n)
	}
	return all
}

// report writes how many rows were rejected for which reason, with examples.
func (q *quarantine) report(w io.Writer) {
	for _, code := range slices.Sorted(maps.Keys(q.Counts())) {
		fmt.Fprintf(w, "rejected %d rows: %s\n", q.Counts()[code], code)
		for _, r := range q.Examples(code) {
			fmt.Fprintf(w, "  %s:%d: %s\n", r.File, r.Line, r.Message)
		}
	}
}
