package run_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/experiments/run"
)

var update = flag.Bool("update", false, "write the golden files in testdata")

// other is a later run with another seed, better, that lacks some metrics.
func other() *run.Record {
	r := sample()
	r.RunID, r.Version, r.CreatedAt = "20260103-000000-cd34", "", r.CreatedAt.Add(24*time.Hour)
	r.Config = map[string]any{"seed": 2, "dataset": "synth", "dry_run": false, "hidden_sizes": []any{64, 32}, "epochs": 3}
	r.Metrics.Model = run.Metrics{
		"recall@10": {Value: 0.4, Low: 0.34, High: 0.45}, "ndcg@10": {Value: 0.21, Low: 0.19, High: 0.24},
		"coverage@10": run.Point(0.6), "ndcg@5": run.Point(0.1),
	}
	r.Metrics.ItemCF = nil
	r.Strata[0].Metrics.Model = run.Metrics{"ndcg@10": {Value: 0.3, Low: 0.25, High: 0.35}}
	r.Strata[0].Parts = map[string][]float64{"ndcg@10": {0.25, 0.35}}
	return r
}

func TestCompare(t *testing.T) {
	a, b := sample(), other()
	got := run.Compare(a, b)
	v := func(v, low, high float64) run.Value { return run.Value{Value: v, Low: low, High: high} }
	want := run.Comparison{
		A: a.RunID, B: b.RunID, SameData: true,
		Metrics: []run.Difference{
			{"model", "coverage@10", run.Point(0.5), run.Point(0.6), 0.1, run.Unknown},
			{"model", "ndcg@10", v(0.2, 0.18, 0.23), v(0.21, 0.19, 0.24), 0.01, run.Overlap},
			{"model", "recall@10", v(0.3, 0.28, 0.33), v(0.4, 0.34, 0.45), 0.1, run.Apart},
			{"popularity", "recall@10", v(0.1, 0.08, 0.12), v(0.1, 0.08, 0.12), 0, run.Overlap},
		},
		Unmatched: []run.Unmatched{{"model", "ndcg@5", b.RunID}, {"itemcf", "recall@10", a.RunID}},
		Strata:    []run.StratumDifference{{Stratum: "warm_users", Metric: "ndcg@10", A: v(0.25, 0.2, 0.3), B: v(0.3, 0.25, 0.35), Delta: v(0.05, 0.05, 0.05)}},
		Config:    []run.Change{{"epochs", "", "3"}, {"seed", "9223372036854775809", "2"}},
	}
	near := cmp.Comparer(func(x, y float64) bool {
		return math.Abs(x-y) < 1e-12 || (math.IsNaN(x) && math.IsNaN(y))
	})
	if d := cmp.Diff(want, got, near); d != "" {
		t.Error(d)
	}
}

// TestCompareReadBack compares a record with itself as it was read: numbers are
// json.Number then, and no setting may seem to differ.
func TestCompareReadBack(t *testing.T) {
	a := sample()
	b, err := run.Decode(encode(t, a))
	if err != nil {
		t.Fatal(err)
	}
	if c := run.Compare(a, b); len(c.Config) > 0 || len(c.Unmatched) > 0 {
		t.Errorf("comparison = %+v", c)
	}
}

func TestSameData(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{{"x", "x", true}, {"x", "y", false}, {"", "", false}} {
		a, b := sample(), other()
		a.Dataset.Digest, b.Dataset.Digest = tt.a, tt.b
		if got := run.Compare(a, b).SameData; got != tt.want {
			t.Errorf("digests %q and %q are the same data: %v", tt.a, tt.b, got)
		}
	}
}

func TestOverlaps(t *testing.T) {
	v := func(low, high float64) run.Value { return run.Value{Value: low, Low: low, High: high} }
	for _, tt := range []struct {
		a, b run.Value
		want bool
	}{
		{v(0, 1), v(1, 2), true}, {v(0, 1), v(1.001, 2), false}, {v(0, 9), v(3, 4), true},
		{run.Point(1), v(0, 2), false}, {run.Point(1), run.Point(1), false},
	} {
		if tt.a.Overlaps(tt.b) != tt.want || tt.b.Overlaps(tt.a) != tt.want {
			t.Errorf("%v overlaps %v: %v, want %v", tt.a, tt.b, !tt.want, tt.want)
		}
	}
}

// TestMetricOrder has cutoffs in the order of their numbers.
func TestMetricOrder(t *testing.T) {
	a := sample()
	a.Metrics = run.Reports{Model: run.Metrics{}}
	want := []string{"loss", "ndcg@5", "ndcg@10", "ndcg@100", "recall@20"}
	for _, name := range want {
		a.Metrics.Model[name] = run.Point(0)
	}
	var got []string
	for _, d := range run.Compare(a, a).Metrics {
		got = append(got, d.Metric)
	}
	if !slices.Equal(got, want) {
		t.Errorf("order = %v, want %v", got, want)
	}
}

func TestTables(t *testing.T) {
	a, b := sample(), other()
	b.Dataset.Digest = "d2"
	c := run.Compare(a, b)
	failed := &run.Record{RunID: "20260104-000000-ef56", CreatedAt: b.CreatedAt, Status: run.Failed}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"list.txt":    func(w *bytes.Buffer) error { return run.WriteList(w, []*run.Record{a, b, failed}) },
		"show.txt":    func(w *bytes.Buffer) error { return a.Write(w) },
		"failed.txt":  func(w *bytes.Buffer) error { return failed.Write(w) },
		"compare.txt": func(w *bytes.Buffer) error { return c.Write(w) },
		"compare.json": func(w *bytes.Buffer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(&got); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got.String()); d != "" {
				t.Error(d)
			}
		})
	}
}

// full is a disk that takes nothing.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrors(t *testing.T) {
	c := run.Compare(sample(), other())
	for name, err := range map[string]error{
		"List": run.WriteList(full{}, nil), "Show": sample().Write(full{}), "Compare": c.Write(full{}),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}
