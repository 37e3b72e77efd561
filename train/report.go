package main

import (
	"fmt"
	"io"

	"curio/datasets/privacy"
	record "curio/experiments/run"
)

// report writes the summary for reading.
func report(w io.Writer, c config, rec *record.Record, q *quarantine, src *privacy.Source) error {
	if err := rec.Write(w); err != nil {
		return err
	}
	q.report(w)
	if err := erased(w, c.Privacy.Erasures, src); err != nil {
		return err
	}
	if c.DryRun {
		_, err := fmt.Fprintln(w, "\nA dry run: nothing was published.")
		return err
	}
	_, err := fmt.Fprintf(w, "\nPublished %s to %s; alias %s points to it.\n", rec.Version, c.Store, c.Alias)
	return err
}

// erased says what became of a list of users to forget.
func erased(w io.Writer, asked *privacy.Erasures, src *privacy.Source) error {
	if asked == nil {
		return nil
	}
	receipt, err := src.Receipt()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\nErasures: %d users asked for, %d erased with %d events, %d not found.\n",
		receipt.Counts.Asked, receipt.Counts.Erased, receipt.Counts.Events, receipt.Counts.NotFound)
	return err
}
