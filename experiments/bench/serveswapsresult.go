package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// ServeSwapTail is how much the p99 may grow while models are swapped.
const ServeSwapTail = 1.2

// ServeSwapsResult is what came of swaps under load.
type ServeSwapsResult struct {
	ServeSwaps
	Swapped    int     `json:"swapped"`
	Refused    int     `json:"refused"`
	SwapMedian float64 `json:"swap_median_s"` // from a move to an answer of the new model
	SwapMax    float64 `json:"swap_max_s"`
	Before     *Loaded `json:"before"`
	During     *Loaded `json:"during"`
	After      *Loaded `json:"after"`
	RestBefore Rest    `json:"rest_before"`
	RestAfter  Rest    `json:"rest_after"`
}

// Write prints the result for reading.
func (r *ServeSwapsResult) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%d swaps among %d editions of %d users and %d items, %d connections: %d in service after %.0f ms (median, at most %.0f), %d refused\n\n",
		r.Swapped+r.Refused, r.Editions, r.Known.Users, r.Known.Items, r.Connections, r.Swapped, 1e3*r.SwapMedian, 1e3*r.SwapMax, r.Refused)
	fmt.Fprintln(t, "\tREQUESTS\tREQUESTS/S\tP50 MS\tP99 MS\tMAX MS\tFAILED\tMIXED")
	for _, p := range []struct {
		name string
		*Loaded
	}{{"before", r.Before}, {"during", r.During}, {"after", r.After}} {
		fmt.Fprintf(t, "%s\t%d\t%.0f\t%.2f\t%.2f\t%.1f\t%d\t%d\n", p.name, p.Requests, p.PerSecond, p.P50, p.P99, p.Max, p.Failed, p.Wrong)
	}
	fmt.Fprintf(t, "\nat rest\tHEAP MIB\tRESIDENT MIB\tGOROUTINES\n")
	for _, rest := range []struct {
		name string
		Rest
	}{{"before", r.RestBefore}, {"after", r.RestAfter}} {
		fmt.Fprintf(t, "%s\t%.1f\t%.1f\t%.0f\n", rest.name, rest.Heap, rest.Resident, rest.Goroutines)
	}
	fmt.Fprintf(t, "\nThe p99 during the swaps is %.2f times that before; the bar is %.1f, with nothing failed or mixed.\n",
		r.During.P99/max(r.Before.P99, tick), ServeSwapTail)
	for _, l := range []*Loaded{r.Before, r.During, r.After} {
		if l.Failure != "" {
			fmt.Fprintf(t, "first failure: %s\n", l.Failure)
		}
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
