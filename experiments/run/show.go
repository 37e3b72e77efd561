package run

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Write prints the whole record for reading.
func (r *Record) Write(w io.Writer) error {
	if err := tabled(w, func(t io.Writer) {
		fmt.Fprintf(t, "run\t%s\n", r.RunID)
		fmt.Fprintf(t, "created\t%s\n", r.CreatedAt.UTC().Format(time.RFC3339))
		fmt.Fprintf(t, "status\t%s\n", r.Status)
		if r.Reason != "" {
			fmt.Fprintf(t, "reason\t%s\n", r.Reason)
		}
		fmt.Fprintf(t, "version\t%s\n", orDash(r.Version))
		d := r.Dataset
		fmt.Fprintf(t, "dataset\t%s: %d events of %d users and %d items\n", orDash(d.Name), d.Events, d.Users, d.Items)
		fmt.Fprintf(t, "digest\t%s\n", orDash(d.Digest))
		fmt.Fprintf(t, "rejected\t%d\n", d.Rejected)
		if len(r.Rejects) > 0 {
			fmt.Fprintf(t, "reasons\t%s\n", byCode(r.Rejects))
		}
		if len(r.Notes) > 0 {
			fmt.Fprintf(t, "notes\t%s\n", byCode(r.Notes))
		}
		r.Segments.lines(t)
		if n := len(r.Curve); n > 0 {
			fmt.Fprintf(t, "loss\t%.4f in epoch %d, %.4f in epoch %d\n",
				r.Curve[0].Loss, r.Curve[0].Epoch, r.Curve[n-1].Loss, r.Curve[n-1].Epoch)
		}
		if r.Calibration != nil {
			r.Calibration.line(t)
		}
		if h := r.Rehearsal; h != nil && h.Epochs > 0 {
			fmt.Fprintf(t, "rehearsal\t%d epochs and NDCG@20 %.4f for %d users, the best of %d combinations\n",
				h.Epochs, h.NDCG, h.Users, len(h.Tried))
		}
		fmt.Fprintf(t, "peak memory\t%.0f MiB\n", float64(r.PeakRSS)/(1<<20))
	}); err != nil {
		return err
	}
	if err := r.Metrics.Write(w); err != nil {
		return err
	}
	if err := writeStrata(w, r.Strata); err != nil {
		return err
	}
	if err := writeTold(w, r.Segments.Told); err != nil {
		return err
	}
	return tabled(w, func(t io.Writer) {
		if len(r.Timings) > 0 {
			fmt.Fprintln(t, "\nSTAGE\tSECONDS")
		}
		for _, stage := range slices.Sorted(maps.Keys(r.Timings)) {
			fmt.Fprintf(t, "%s\t%.2f\n", stage, r.Timings[stage])
		}
		if len(r.Config) > 0 {
			fmt.Fprintln(t, "\nSETTING\tVALUE")
		}
		for _, name := range slices.Sorted(maps.Keys(r.Config)) {
			fmt.Fprintf(t, "%s\t%s\n", name, setting(r.Config, name))
		}
	})
}

// Write prints one line a metric with the model beside the baselines, after an
// empty line; nothing if there are no metrics.
func (r *Reports) Write(w io.Writer) error {
	all := Metrics{}
	for _, scorer := range Scorers {
		maps.Copy(all, r.Of(scorer))
	}
	if len(all) == 0 {
		return nil
	}
	return tabled(w, func(t io.Writer) {
		fmt.Fprint(t, "\nMETRIC")
		for _, scorer := range Scorers {
			fmt.Fprintf(t, "\t%s", strings.ToUpper(scorer))
		}
		fmt.Fprintln(t)
		for _, name := range metricNames(all, nil) {
			fmt.Fprint(t, name)
			for _, scorer := range Scorers {
				fmt.Fprintf(t, "\t%s", cell(r.Of(scorer), name))
			}
			fmt.Fprintln(t)
		}
	})
}
