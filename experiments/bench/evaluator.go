package bench

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"curio/datasets/event"
	"curio/experiments/run"
	"curio/train/evaluate"
)

// EvaluatorResult is how the baselines rank a published split. Every item is
// ranked for every user with a test pair, and only the user's training items are
// masked, as the figures published for LightGCN's splits have it.
type EvaluatorResult struct {
	Split
	Scorers []ScorerResult `json:"scorers"`
}

// ScorerResult is how one baseline ranks.
type ScorerResult struct {
	Scorer  string      `json:"scorer"`
	Seconds float64     `json:"seconds"` // to build it and to evaluate it
	Metrics run.Metrics `json:"metrics"` // the EvaluatorMetrics
}

// EvaluatorMetrics are the metrics that Evaluator measures, in the order of the
// table.
var EvaluatorMetrics = [...]string{"recall@20", "ndcg@20", "recall@10", "ndcg@10"}

// Evaluator measures popularity and item-to-item collaborative filtering on a
// source with a fixed split. Errors of the data wrap ErrData.
func Evaluator(ctx context.Context, src event.Source, workers int, clock Clock) (*EvaluatorResult, error) {
	task, train, split, err := readSplit(ctx, src)
	if err != nil {
		return nil, fmt.Errorf("bench evaluator: %w", err)
	}
	r := &EvaluatorResult{Split: split}
	for _, baseline := range []struct {
		name  string
		build func() (evaluate.Scorer, error)
	}{
		{"popularity", func() (evaluate.Scorer, error) { return evaluate.Popularity(train.Counts()), nil }},
		{"itemcf", func() (evaluate.Scorer, error) {
			return evaluate.ItemCF(ctx, train, evaluate.ItemCFOptions{Workers: workers})
		}},
	} {
		started := clock()
		s, err := baseline.build()
		if err != nil {
			return nil, fmt.Errorf("bench evaluator: %w", err)
		}
		e, err := evaluate.Evaluate(ctx, task, s, evaluate.Options{Cutoffs: []int{10, 20}, Workers: workers})
		if err != nil {
			return nil, fmt.Errorf("bench evaluator: %s: %w", baseline.name, err)
		}
		m := run.Metrics{}
		for _, name := range EvaluatorMetrics {
			m[name] = e.Metrics[name]
		}
		r.Scorers = append(r.Scorers, ScorerResult{baseline.name, clock().Sub(started).Seconds(), m})
	}
	return r, nil
}

// Write prints the result for reading.
func (r *EvaluatorResult) Write(w io.Writer) error {
	fmt.Fprintf(w, "%d users, %d items, %d training and %d test pairs, %d rows rejected\n",
		r.Users, r.Items, r.Train, r.Test, r.Rejected)
	fmt.Fprintf(w, "all items ranked for the %d users with a test pair, training items masked\n\n", r.Judged)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SCORER\tRECALL@20\tNDCG@20\tRECALL@10\tNDCG@10\tSECONDS")
	for _, s := range r.Scorers {
		fmt.Fprint(t, s.Scorer)
		for _, name := range EvaluatorMetrics {
			fmt.Fprintf(t, "\t%v", s.Metrics[name])
		}
		fmt.Fprintf(t, "\t%.1f\n", s.Seconds)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}
