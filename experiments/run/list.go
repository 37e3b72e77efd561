package run

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// WriteList prints one line a run, in the order given, with the metrics of the
// model that tell runs apart.
func WriteList(w io.Writer, records []*Record) error {
	return tabled(w, func(t io.Writer) {
		fmt.Fprintln(t, "RUN\tCREATED\tSTATUS\tDATASET\tVERSION\tRECALL@10\tNDCG@10\tSEGMENTS\tSECONDS")
		for _, r := range records {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%.1f\n",
				r.RunID, r.CreatedAt.UTC().Format(time.RFC3339), r.Status, orDash(r.Dataset.Name), orDash(r.Version),
				cell(r.Metrics.Model, "recall@10"), cell(r.Metrics.Model, "ndcg@10"), r.Segments.K, r.seconds())
		}
	})
}

// seconds is the sum of the timings.
func (r *Record) seconds() float64 {
	total := 0.0
	for _, stage := range slices.Sorted(maps.Keys(r.Timings)) {
		total += r.Timings[stage]
	}
	return total
}
