package run

import (
	"fmt"
	"io"
)

// Write prints the comparison for reading.
func (c *Comparison) Write(w io.Writer) error {
	data := "the same data"
	if !c.SameData {
		data = "different data: metrics differ for that reason too"
	}
	return tabled(w, func(t io.Writer) {
		fmt.Fprintf(t, "a\t%s\nb\t%s\non\t%s\n", c.A, c.B, data)
		if len(c.Metrics) > 0 {
			fmt.Fprintln(t, "\nSCORER\tMETRIC\tA\tB\tB-A\tINTERVALS")
		}
		for _, d := range c.Metrics {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%+.4f\t%s\n", d.Scorer, d.Metric, d.A, d.B, d.Delta, d.Intervals)
		}
		writeStrataDifferences(t, c.Strata)
		if len(c.Unmatched) > 0 {
			fmt.Fprintln(t, "\nSCORER\tMETRIC\tONLY IN")
		}
		for _, u := range c.Unmatched {
			fmt.Fprintf(t, "%s\t%s\t%s\n", u.Scorer, u.Metric, u.Run)
		}
		if len(c.Config) > 0 {
			fmt.Fprintln(t, "\nSETTING\tA\tB")
		}
		for _, s := range c.Config {
			fmt.Fprintf(t, "%s\t%s\t%s\n", s.Name, orDash(s.A), orDash(s.B))
		}
	})
}
