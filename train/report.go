package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"curio/datasets/eventlog"
	record "curio/experiments/run"
)

// report writes the summary for reading.
func report(w io.Writer, c config, rec *record.Record, q *eventlog.Quarantine) error {
	if err := rec.Write(w); err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(q.Counts())) {
		for _, r := range q.Examples(code) {
			fmt.Fprintf(w, "rejected %s:%d: %s (%s)\n", r.File, r.Line, r.Message, r.Code)
		}
	}
	if c.DryRun {
		_, err := fmt.Fprintln(w, "\nA dry run: nothing was published.")
		return err
	}
	_, err := fmt.Fprintf(w, "\nPublished %s to %s; alias %s points to it.\n", rec.Version, c.Store, c.Alias)
	return err
}
