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
	out lazy
}

// newQuarantine keeps rejected rows as a leftover, if there are any. In a run that
// stores nothing it counts them.
func newQuarantine(l *leftovers, stores bool) *quarantine {
	q := &quarantine{out: lazy{leftovers: l, name: "quarantine.jsonl.zst"}}
	if stores {
		q.Quarantine = eventlog.NewQuarantine(&q.out, examples)
	} else {
		q.Quarantine = eventlog.NewQuarantine(nil, examples)
	}
	return q
}

// close ends the keeping of rows.
func (q *quarantine) close() error {
	err := q.Close()
	if err == nil {
		err = q.out.Close()
	}
	if err != nil {
		return fmt.Errorf("keep rejected rows: %w", err)
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
