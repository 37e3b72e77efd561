package bench

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"curio/datasets/event"
	"curio/datasets/public"
	"curio/experiments/run"
)

// fixture is a LightGCN folder of 40 items. Item i is in the training data of
// 39-i users, so 0 is the most popular, and 39 of none.
func fixture(t *testing.T, test, valid string) event.Source {
	t.Helper()
	var train strings.Builder
	for u := range 39 {
		fmt.Fprint(&train, u)
		for i := range 39 - u {
			fmt.Fprintf(&train, " %d", i)
		}
		fmt.Fprintln(&train)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"train.txt": train.String(), "test.txt": test, "valid.txt": valid} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src, err := public.LightGCN(dir)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestEvaluator(t *testing.T) {
	// User 38 trained on item 0 alone, so popularity ranks 1, 2, 3, ... for it;
	// 39, which nobody trained on, is last. Item 5 of valid.txt is not masked: if
	// it were, 12 would be at rank 11.
	src := fixture(t, "38 3 12 39\n37 2 2 x\n", "38 5\n")
	r, err := Evaluator(t.Context(), src, 2, ticks(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	want := Split{Users: 39, Items: 40, Train: 39 * 40 / 2, Test: 4, Judged: 2, Rejected: 2}
	if diff := cmp.Diff(want, r.Split); diff != "" {
		t.Error(diff)
	}
	gain := func(rank int) float64 { return 1 / math.Log2(float64(rank)+1) }
	// User 37 trained on 0 and 1, so 2 is at rank 1: all of its metrics are 1.
	// User 38 has 3 at rank 3 and 12 at rank 12 of three items.
	ideal := gain(1) + gain(2) + gain(3)
	metrics := map[string]float64{
		"recall@10": (1 + 1.0/3) / 2, "ndcg@10": (1 + gain(3)/ideal) / 2,
		"recall@20": (1 + 2.0/3) / 2, "ndcg@20": (1 + (gain(3)+gain(12))/ideal) / 2,
	}
	got := map[string]float64{}
	for name, v := range r.Scorers[0].Metrics {
		got[name] = v.Value
		if !v.HasInterval() {
			t.Errorf("%s has no interval", name)
		}
	}
	if diff := cmp.Diff(metrics, got, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Error(diff)
	}
	for i, name := range []string{"popularity", "itemcf"} {
		if s := r.Scorers[i]; s.Scorer != name || s.Seconds != 1 || len(s.Metrics) != 4 {
			t.Errorf("scorer %d is %+v, want %s in 1 second", i, s, name)
		}
	}
}

func TestEvaluatorTable(t *testing.T) {
	v := func(x float64) run.Value { return run.Value{Value: x, Low: x / 2, High: 1} }
	r := EvaluatorResult{Split{2, 3, 4, 5, 1, 7}, []ScorerResult{{"popularity", 1.25, run.Metrics{
		"recall@10": v(0.1), "recall@20": v(0.2), "ndcg@10": v(0.3), "ndcg@20": v(0.4),
	}}}}
	var out strings.Builder
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	want := `2 users, 3 items, 4 training and 5 test pairs, 7 rows rejected
all items ranked for the 1 users with a test pair, training items masked

SCORER      RECALL@20                NDCG@20                  RECALL@10                NDCG@10                  SECONDS
popularity  0.2000 [0.1000, 1.0000]  0.4000 [0.2000, 1.0000]  0.1000 [0.0500, 1.0000]  0.3000 [0.1500, 1.0000]  1.2
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestEvaluatorRefuses(t *testing.T) {
	for name, test := range map[string]string{"no test pair": "3\n", "nothing readable": "a b\n"} {
		if _, err := Evaluator(t.Context(), fixture(t, test, ""), 1, time.Now); !errors.Is(err, ErrData) {
			t.Errorf("%s: error %v, want ErrData", name, err)
		}
	}
	dir := t.TempDir()
	if _, err := public.LightGCN(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("empty folder: error %v", err)
	}
}
