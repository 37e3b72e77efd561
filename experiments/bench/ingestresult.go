package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// IngestResult is what reading a platform took, format by format.
type IngestResult struct {
	Ingest
	LeftOut string         `json:"left_out,omitempty"` // which peer, and why
	Formats []FormatResult `json:"formats"`
}

// FormatResult is what the passes over one format took.
type FormatResult struct {
	Format string       `json:"format"`
	Bytes  int64        `json:"bytes"` // of the events
	Passes []PassResult `json:"passes"`
}

// PassResult is what a program took for a pass: medians of the rounds, each in a
// process of its own, whose start and end count too.
type PassResult struct {
	Pass          string  `json:"pass"`
	Program       string  `json:"program"`
	EventsPerCPUS float64 `json:"events_per_cpu_s"`
	CPUSeconds    float64 `json:"cpu_s"` // of all threads, user and system
	WallSeconds   float64 `json:"wall_s"`
	MBPerS        float64 `json:"mb_per_s"`   // of the events, by WallSeconds
	PeakBytes     int64   `json:"peak_bytes"` // largest of the rounds; 0 if the system does not say
	SpilledBytes  int64   `json:"spilled_bytes,omitempty"`
	// Ratio is how many times the CPU time of curio a peer takes for the same pass:
	// the median of Ratios, one a round.
	Ratio  float64   `json:"ratio,omitempty"`
	Ratios []float64 `json:"ratios,omitempty"`
}

// IngestMemory is what an ingest may take, however many events there are.
const IngestMemory = 2 << 30

// explained says what each pass is.
const explained = `
read    Every event is read and one aggregate kept a user: events, time watched, latest time.
        curio reads every column and checks every row and field first. encoding/json and
        encoding/csv decode the three columns on one goroutine, DuckDB reads them on all
        workers; they check that a value has its type and nothing else.
ingest  curio reads the catalogue, checks every row, takes duplicates out, puts the events of each
        user in order of time and folds profiles: counts, sums, sessions and touches of users, and
        those of items. DuckDB takes out what has the event_id of another and groups the same
        counts and sums by user and item, then by user: no catalogue, checks, order, sessions
        or items.
CPU time is user and system time of the process, start and end included; MB/S is of wall time,
with the files in the page cache.
`

// Write prints the result for reading.
func (r *IngestResult) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%d events of %d users and %d items, seed %d; workers %d; rounds %d, of which medians\n\n",
		r.Events, r.Users, r.Items, r.Seed, r.Workers, r.Rounds)
	fmt.Fprintln(t, "FORMAT\tPASS\tPROGRAM\tEVENTS/CPU-S\tCPU-S\tWALL-S\tMB/S\tPEAK MIB\tCPU TIME / CURIO'S")
	var most int64
	for _, f := range r.Formats {
		for _, p := range f.Passes {
			fmt.Fprintf(t, "%s\t%s\t%s\t%.0f\t%.2f\t%.2f\t%.0f\t%.0f\t%s\n", f.Format, p.Pass, p.Program,
				p.EventsPerCPUS, p.CPUSeconds, p.WallSeconds, p.MBPerS, float64(p.PeakBytes)/(1<<20), p.spread())
			if p.Pass == PassIngest && p.Ratios == nil {
				most = max(most, p.PeakBytes)
			}
		}
	}
	fmt.Fprint(t, explained)
	if most > 0 {
		verdict := "within"
		if most > IngestMemory {
			verdict = "above"
		}
		fmt.Fprintf(t, "curio's ingest took at most %d MiB, %s the %d MiB it may take.\n", most>>20, verdict, IngestMemory>>20)
	}
	if r.LeftOut != "" {
		fmt.Fprintf(t, "Left out: %s\n", r.LeftOut)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
