package evaluate_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/train/evaluate"
)

// What is not ranked leaves its place to the next, whichever way scores come.
func TestAmong(t *testing.T) {
	task := evaluate.Task{
		Users: []int32{0, 1}, Items: 4, Seen: lists([]int32{0}, []int32{3}), Truth: lists([]int32{1, 3}, []int32{2}),
		Among: []bool{true, false, true, true},
	}
	scores := table{{9, 8, 7, 6}, {1, 9, 2, 8}} // lists 2 3 and 2 0
	for _, s := range []evaluate.Scorer{scores, pieces{scores, 1}, pieces{scores, 3}, pieces{scores, 4}} {
		r := run(t, task, s, 1, 2, 4)
		wantMetric(t, r, "recall@1", (0+1)/2.)
		wantMetric(t, r, "recall@2", (0.5+1)/2)
		wantMetric(t, r, "recall@4", (0.5+1)/2)
		wantMetric(t, r, "mrr@2", (0.5+1)/2)
	}
	task.Among = []bool{true}
	if _, err := evaluate.Evaluate(context.Background(), task, scores, evaluate.Options{}); err == nil {
		t.Error("a task that says of one item of four whether it is ranked is accepted")
	}
}

func TestSubset(t *testing.T) {
	p := &evaluate.PerUser{Users: []int32{2, 5, 9}, Names: []string{"recall@1", "ndcg@1"}, Values: [][]float64{{1, 2, 3}, {4, 5, 6}}}
	got := p.Subset(func(u int32) bool { return u != 5 }, "ndcg@1", "ndcg@7", "recall@1")
	want := &evaluate.PerUser{Users: []int32{2, 9}, Names: []string{"ndcg@1", "recall@1"}, Values: [][]float64{{4, 6}, {1, 3}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := p.Subset(func(int32) bool { return false }, "ndcg@1"); len(got.Users) != 0 || len(got.Values[0]) != 0 {
		t.Errorf("nobody is %+v", got)
	}
	got.Values[0][0] = 7
	if p.Values[1][0] != 4 {
		t.Error("the subset shares values")
	}
}

// The average of everybody is what Evaluate says.
func TestAverage(t *testing.T) {
	task, scores := random(120, 40)
	o := evaluate.Options{Cutoffs: []int{5}, Bootstrap: 100, Seed: 3}
	r, err := evaluate.Evaluate(context.Background(), task, scores, o)
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.PerUser.Average(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range all {
		if v != r.Metrics[name] {
			t.Errorf("%s is %v, want %v", name, v, r.Metrics[name])
		}
	}
	if len(all) != len(r.PerUser.Names) {
		t.Errorf("%d metrics, want %d", len(all), len(r.PerUser.Names))
	}
	if _, err := (&evaluate.PerUser{}).Average(context.Background(), o); !errors.Is(err, evaluate.ErrNoTruth) {
		t.Errorf("average of nobody: %v", err)
	}
	if _, err := r.PerUser.Average(context.Background(), evaluate.Options{Workers: -1}); err == nil {
		t.Error("negative workers are accepted")
	}
}

func TestParts(t *testing.T) {
	each := []float64{1, 0.5, 0.75, 0.25, 0.5}
	p := &evaluate.PerUser{Users: upTo(5), Names: []string{"x"}, Values: [][]float64{each}}
	for _, tt := range []struct {
		n    int
		want []float64
	}{
		{1, []float64{0.6}}, {2, []float64{0.75, 0.375}}, {3, []float64{0.625, 0.5, 0.75}},
		{4, []float64{0.75, 0.5, 0.75, 0.25}}, {5, each}, {6, each},
	} {
		if d := cmp.Diff(tt.want, p.Parts(tt.n)["x"]); d != "" {
			t.Errorf("%d parts: %s", tt.n, d)
		}
	}
}
