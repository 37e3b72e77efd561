package bench

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"curio/artifacts/kernel"
	"curio/datasets/event"
)

// Curve asks how good the interest model is after each epoch of a fit to the
// training pairs of a published split, ids alone and every pair alike. The
// answers are figures to report: nothing is chosen by them.
type Curve struct {
	Epochs  int     `json:"epochs"`
	Users   int     `json:"asked"` // at most, of those with a test pair, spread evenly over all
	Gain    float64 `json:"gain"`  // of the item graph; 0 leaves it out
	Ridge   float64 `json:"ridge"`
	Seed    uint64  `json:"seed"`
	Workers int     `json:"workers"`
	At      float64 `json:"at,omitempty"` // seconds at which to name the best there is; 0 for none
}

// CurveResult is how good the model is after how long.
type CurveResult struct {
	Curve
	Split
	ISA    string       `json:"isa"` // of the kernels
	Points []CurvePoint `json:"points"`
	// Ready is the best by Recall@20 of what there is at second At, nil if nothing.
	Ready *Quality `json:"ready,omitempty"`
}

// CurvePoint is what an epoch ends with: the towers alone and, if there is an item
// graph, with it. Epoch 0, which has only the latter, is the graph alone.
type CurvePoint struct {
	Epoch  int      `json:"epoch"`
	Towers *Quality `json:"towers,omitempty"`
	Both   *Quality `json:"both,omitempty"`
}

// Quality is how a model ranks every item, the user's training items masked.
// Seconds are what it took to have it from the training pairs in memory: all
// epochs up to it, and the item graph where it has one. Judging takes none.
type Quality struct {
	Seconds float64 `json:"seconds"`
	Recall  float64 `json:"recall@20"`
	NDCG    float64 `json:"ndcg@20"`
}

// Run fits and judges. Each epoch is noted. Errors of the data wrap ErrData.
func (c Curve) Run(ctx context.Context, src event.Source, clock Clock, notes io.Writer) (*CurveResult, error) {
	task, train, split, err := readSplit(ctx, src)
	if err != nil {
		return nil, fmt.Errorf("bench curve: %w", err)
	}
	task.Spread(c.Users)
	r := &CurveResult{Curve: c, Split: split, ISA: kernel.ISA()}
	r.Judged = len(task.Users)
	f := &curveFit{Curve: c, task: task, train: train, data: everyPair(train), watch: stopwatch{clock: clock}}
	if err := f.run(ctx, func(p CurvePoint) {
		r.Points = append(r.Points, p)
		fmt.Fprintf(notes, "epoch %d of %d%s%s\n", p.Epoch, c.Epochs, p.Towers.note("towers"), p.Both.note("with the item graph"))
	}); err != nil {
		return nil, fmt.Errorf("bench curve: %w", err)
	}
	r.Ready = r.at(c.At)
	return r, nil
}

// at is the best of what there is at a second.
func (r *CurveResult) at(second float64) (best *Quality) {
	for _, p := range r.Points {
		for _, q := range []*Quality{p.Towers, p.Both} {
			if q != nil && q.Seconds <= second && (best == nil || q.Recall > best.Recall) {
				best = q
			}
		}
	}
	return best
}

func (q *Quality) note(name string) string {
	if q == nil {
		return ""
	}
	return fmt.Sprintf("; %s: %.1f s, Recall@20 %.4f, NDCG@20 %.4f", name, q.Seconds, q.Recall, q.NDCG)
}

// Write prints the result for reading.
func (r *CurveResult) Write(w io.Writer) error {
	fmt.Fprintf(w, "%d users, %d items, %d training and %d test pairs; %d workers, %s kernels\n",
		r.Split.Users, r.Items, r.Train, r.Test, r.Workers, r.ISA)
	fmt.Fprintf(w, "all items ranked for %d of the users with a test pair, training items masked; seconds are of training alone\n\n", r.Judged)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "\tTOWERS\t\t\tWITH GRAPH\t\t\t\n")
	fmt.Fprint(t, "EPOCH\tSECONDS\tRECALL@20\tNDCG@20\tSECONDS\tRECALL@20\tNDCG@20\t\n")
	for _, p := range r.Points {
		fmt.Fprintf(t, "%d\t%s%s\n", p.Epoch, p.Towers.cells(), p.Both.cells())
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	if r.At == 0 {
		return nil
	}
	text := fmt.Sprintf("\nafter %g s there is no model yet\n", r.At)
	if r.Ready != nil {
		text = fmt.Sprintf("\nafter %g s the best is that of second %.1f: Recall@20 %.4f, NDCG@20 %.4f\n", r.At, r.Ready.Seconds, r.Ready.Recall, r.Ready.NDCG)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

func (q *Quality) cells() string {
	if q == nil {
		return "\t\t\t"
	}
	return fmt.Sprintf("%.1f\t%.4f\t%.4f\t", q.Seconds, q.Recall, q.NDCG)
}
