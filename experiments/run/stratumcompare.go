package run

import (
	"fmt"
	"io"
	"math"
)

// StratumDifference is a metric of the model on a stratum that both runs measured.
type StratumDifference struct {
	Stratum string `json:"stratum"`
	Metric  string `json:"metric"`
	A       Value  `json:"a"`
	B       Value  `json:"b"`
	// Delta is b - a. Its interval, where both runs had the same task of the same
	// data, is of about 95%: the mean of the paired differences by part of the users
	// and two standard errors either way (Wolter, "Introduction to Variance
	// Estimation", section 2.4). It separates runs whose own intervals overlap.
	Delta Value `json:"delta"`
}

// strataDifferences lists the strata with metrics in both runs, in the order of a.
func strataDifferences(a, b *Record, sameData bool) []StratumDifference {
	out := []StratumDifference{}
	for i := range a.Strata {
		for j := range b.Strata {
			x, y := &a.Strata[i], &b.Strata[j]
			if x.Name != y.Name {
				continue
			}
			for _, name := range metricNames(x.Metrics.Model, nil) {
				va := x.Metrics.Model[name]
				vb, ok := y.Metrics.Model[name]
				if !ok {
					continue
				}
				d := Point(vb.Value - va.Value)
				if sameData && x.Task == y.Task && x.Users == y.Users {
					d = paired(d, x.Parts[name], y.Parts[name], x.Users)
				}
				out = append(out, StratumDifference{x.Name, name, va, vb, d})
			}
		}
	}
	return out
}

// paired gives d, the mean over users of b - a, its interval from the means of
// both over parts of the users; none where the parts are not the same two or more.
func paired(d Value, a, b []float64, users int) Value {
	n := len(a)
	if n < 2 || n != len(b) || n > users {
		return d
	}
	var spread float64
	for i := range a {
		share := float64((users-i+n-1)/n) / float64(users)
		off := share * (b[i] - a[i] - d.Value)
		spread += off * off
	}
	wide := 2 * math.Sqrt(spread*float64(n)/float64(n-1))
	d.Low, d.High = d.Value-wide, d.Value+wide
	return d
}

// writeStrataDifferences prints one line a stratum and metric, after a heading.
func writeStrataDifferences(t io.Writer, all []StratumDifference) {
	if len(all) > 0 {
		fmt.Fprintln(t, "\nSTRATUM\tMETRIC\tA\tB\tB-A")
	}
	for _, d := range all {
		delta := fmt.Sprintf("%+.4f", d.Delta.Value)
		if d.Delta.HasInterval() {
			delta += fmt.Sprintf(" [%+.4f, %+.4f]", d.Delta.Low, d.Delta.High)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", d.Stratum, d.Metric, d.A, d.B, delta)
	}
}
