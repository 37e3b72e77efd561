package evaluate

import (
	"slices"
	"testing"

	"curio/artifacts/kernel"
)

// backwards scores items by their index and shows the depth best in reverse.
type backwards int

func (b backwards) Score(dst []float32, _ int32) {
	for i := range dst {
		dst[i] = float32(i)
	}
}

func (b backwards) Depth() int { return int(b) }
func (b backwards) Rerank(_ int32, best []kernel.Scored) {
	slices.Reverse(best[:min(int(b), len(best))])
}

// The best item is the last of ten: it is found as far down as it was put.
func TestRerank(t *testing.T) {
	for depth, want := range map[int]map[string]float64{
		0:  {"hitrate@1": 1, "mrr@4": 1},
		1:  {"hitrate@1": 1, "mrr@4": 1},
		3:  {"hitrate@1": 0, "mrr@4": 1. / 3},
		4:  {"hitrate@1": 0, "mrr@4": 1. / 4},
		5:  {"hitrate@1": 0, "mrr@4": 0}, // deeper than any list
		9:  {"hitrate@1": 0, "mrr@4": 0},
		99: {"hitrate@1": 0, "mrr@4": 0}, // and than the catalogue
	} {
		task := Task{Items: 10, Users: []int32{0}, Truth: func(int32) []int32 { return []int32{9} }}
		r, err := Evaluate(t.Context(), task, backwards(depth), Options{Cutoffs: []int{1, 4}, Bootstrap: -1, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range want {
			if got := r.Metrics[name].Value; got != value {
				t.Errorf("depth %d: %s is %v, want %v", depth, name, got, value)
			}
		}
		if got := r.Metrics["coverage@4"].Value; got != 0.4 {
			t.Errorf("depth %d: coverage@4 is %v, want 0.4", depth, got)
		}
	}
}
