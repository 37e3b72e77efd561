package bench

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"text/tabwriter"
)

// The bars of Speed.
const (
	ServeKnownShare = 0.6 // of the constant body's requests a second, at least
	ServeKnownTail  = 1.5 // of its p99, at most
	ServeFreshTail  = 30  // p99 in ms, at most
)

// serveFreshBar is how many fresh requests a second there are to be over so many items.
func serveFreshBar(items int) float64 {
	if items > 41_000 {
		return 2000
	}
	return 4000
}

// ServeSpeed is how fast the server answers. Medians are of the rounds.
type ServeSpeed struct {
	Serve
	Passes []*ServePass `json:"passes"`
}

// of returns a figure of every round.
func (p *ServePass) of(get func(ServeFigure) float64) []float64 {
	var all []float64
	for _, r := range p.Rounds {
		all = append(all, get(r))
	}
	return all
}

// byTime is how many requests a second the processors would answer if they had nothing
// else to do, judged by the time that a request took them; 0 where it is not known.
func byTime(f ServeFigure) float64 {
	if f.Server == 0 {
		return 0
	}
	return float64(runtime.NumCPU()) * 1e6 / (f.Server + f.Client)
}

func perSecond(f ServeFigure) float64 { return f.PerSecond }
func tailOf(f ServeFigure) float64    { return f.P99 }

// beside returns a figure of every round as a multiple of another pass's in the same
// round.
func (p *ServePass) beside(other *ServePass, get func(ServeFigure) float64) []float64 {
	var ratios []float64
	for i, theirs := range other.of(get) {
		ratios = append(ratios, roundTo(get(p.Rounds[i])/max(theirs, tick), 3))
	}
	return ratios
}

func medianRange(x []float64) string {
	return fmt.Sprintf("%.2f (%.2f..%.2f)", median(x), slices.Min(x), slices.Max(x))
}

// Write prints the result for reading.
func (r *ServeSpeed) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%d connections over loopback, %v a measurement, medians of %d rounds; the load shares the machine\n\n", r.Connections, r.For, r.Rounds)
	fmt.Fprintln(t, "PASS\tUSERS\tITEMS\tREQUESTS/S\tP50 MS\tP99 MS\tMAX MS\tFAILED\tSERVER µS\tCLIENT µS\tBY TIME/S\tREQUESTS/S / CONSTANT\tP99 / CONSTANT")
	for _, p := range r.Passes {
		beside := "\t"
		if p.Name != ServeConstant {
			beside = medianRange(p.beside(r.Passes[0], perSecond)) + "\t" + medianRange(p.beside(r.Passes[0], tailOf))
		}
		failed := 0
		for _, f := range p.Rounds {
			failed += f.Failed + f.Wrong
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%.0f\t%.2f\t%.2f\t%.1f\t%d\t%.1f\t%.1f\t%.0f\t%s\n", p.Name, p.Users, p.Items, median(p.of(perSecond)),
			median(p.of(func(f ServeFigure) float64 { return f.P50 })), median(p.of(tailOf)),
			slices.Max(p.of(func(f ServeFigure) float64 { return f.Max })), failed,
			median(p.of(func(f ServeFigure) float64 { return f.Server })),
			median(p.of(func(f ServeFigure) float64 { return f.Client })), median(p.of(byTime)), beside)
	}
	fmt.Fprintf(t, `
constant is gin with a body of %d bytes; known are lists that were asked for before, first those that
were not, and fresh are %d events, a filter and %d exclusions. The times of
server and client are those of the processors for one request; by time is how many requests they leave
room for.
The bars: known, %d users, %.0f %% of the constant body's requests/s and %.1f times its p99;
fresh, %.0f requests/s over 41,000 items and %.0f over 100,000, p99 %d ms.
`, len(constantBody), freshEvents, freshExcluded, r.Known.Users, 100*ServeKnownShare, ServeKnownTail, serveFreshBar(41_000), serveFreshBar(100_000), ServeFreshTail)
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
