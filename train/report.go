package main

import (
	"fmt"
	"io"

	record "curio/experiments/run"
)

// report writes the summary for reading.
func report(w io.Writer, c config, rec *record.Record, q *quarantine) error {
	if err := rec.Write(w); err != nil {
		return err
	}
	q.report(w)
	if c.DryRun {
		_, err := fmt.Fprintln(w, "\nA dry run: nothing was published.")
		return err
	}
	_, err := fmt.Fprintf(w, "\nPublished %s to %s; alias %s points to it.\n", rec.Version, c.Store, c.Alias)
	return err
}
