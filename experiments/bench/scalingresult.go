package bench

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"gonum.org/v1/gonum/stat"
)

// FitCost is what one epoch took, median of the rounds: the steps alone in the
// median, and everything from the call of Fit to the end of the last step.
type FitCost struct {
	Interactions int     `json:"interactions"`
	Users        int     `json:"users"`
	Items        int     `json:"items"`
	Steps        int     `json:"steps"`
	Seconds      float64 `json:"seconds"`
	MsPerStep    float64 `json:"ms_per_step"`
}

// ScalingResult has a line of costs for each question and its exponent: the slope
// of the logarithm of the cost on that of the size, by least squares. 1 is in
// proportion, 0 does not depend.
type ScalingResult struct {
	Scaling
	ISA                  string    `json:"isa"`             // of the kernels
	ByInteractions       []FitCost `json:"by_interactions"` // Seconds is what grows
	InteractionsExponent float64   `json:"interactions_exponent"`
	ByCatalogue          []FitCost `json:"by_catalogue"` // MsPerStep is what should not
	CatalogueExponent    float64   `json:"catalogue_exponent"`
}

// exponent is the slope of log y on log x.
func exponent(line []FitCost, xy func(FitCost) (x, y float64)) float64 {
	sizes, costs := make([]float64, len(line)), make([]float64, len(line))
	for i, c := range line {
		x, y := xy(c)
		sizes[i], costs[i] = math.Log(x), math.Log(max(y, 1e-9))
	}
	_, slope := stat.LinearRegression(sizes, costs, nil, false)
	return roundTo(slope, 3)
}

// Write prints the result for reading.
func (r *ScalingResult) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "batch %d, %d negatives, %d dimensions, %d interactions a user, histories of %d; %d workers, %s kernels; rounds %d, of which medians\n",
		r.Batch, r.Negatives, r.Dim, PerUser, r.History, r.Workers, r.ISA, r.Rounds)
	for _, line := range []struct {
		costs []FitCost
		says  string
	}{
		{r.ByInteractions, fmt.Sprintf("an epoch takes interactions^%.3f: 1 is in proportion to them", r.InteractionsExponent)},
		{r.ByCatalogue, fmt.Sprintf("a step takes items^%.3f: 0 is independent of them", r.CatalogueExponent)},
	} {
		fmt.Fprint(t, "\nINTERACTIONS\tUSERS\tITEMS\tSTEPS\tSECONDS\tMS A STEP\tUS AN INTERACTION\t\n")
		for _, c := range line.costs {
			fmt.Fprintf(t, "%d\t%d\t%d\t%d\t%.2f\t%.2f\t%.2f\t\n", c.Interactions, c.Users, c.Items, c.Steps,
				c.Seconds, c.MsPerStep, c.Seconds*1e6/float64(c.Interactions))
		}
		fmt.Fprintln(t, line.says)
	}
	fmt.Fprintln(t, "\nSECONDS are of one epoch: making the tables, shuffling, every step. MS A STEP is the median of the steps.")
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
