package evaluate_test

import (
	"errors"
	"math"
	"testing"

	"curio/train/evaluate"
)

// permutations calls each with every order of 0..n-1.
func permutations(n int, each func([]float32)) {
	order := make([]float32, 0, n)
	used := make([]bool, n)
	var extend func()
	extend = func() {
		if len(order) == n {
			each(order)
			return
		}
		for v := range n {
			if !used[v] {
				used[v], order = true, append(order, float32(v))
				extend()
				used[v], order = false, order[:len(order)-1]
			}
		}
	}
	extend()
}

// The expectation is the average over every order there is.
func TestRandom(t *testing.T) {
	for name, task := range map[string]evaluate.Task{
		"One":         {Users: []int32{0}, Items: 5, Truth: lists([]int32{3})},
		"Several":     {Users: []int32{0}, Items: 6, Truth: lists([]int32{0, 2, 2, 5})},
		"Masked":      {Users: []int32{0}, Items: 6, Seen: lists([]int32{0, 1, 1}), Truth: lists([]int32{1, 2, 5})},
		"Among":       {Users: []int32{0}, Items: 6, Truth: lists([]int32{1, 2}), Among: []bool{true, false, true, true, false, true}},
		"SeenOutside": {Users: []int32{0}, Items: 5, Seen: lists([]int32{0, 4}), Truth: lists([]int32{1}), Among: []bool{false, true, true, false, true}},
		"AllMasked":   {Users: []int32{0}, Items: 4, Seen: lists([]int32{0, 1, 2, 3}), Truth: lists([]int32{1, 2})},
		"Unhittable":  {Users: []int32{0}, Items: 4, Seen: lists([]int32{1}), Truth: lists([]int32{1})},
		"All":         {Users: []int32{0}, Items: 4, Truth: lists([]int32{0, 1, 2, 3})},
	} {
		t.Run(name, func(t *testing.T) {
			cutoffs := []int{1, 2, 3, 10}
			got, err := evaluate.Random(task, evaluate.Options{Cutoffs: cutoffs})
			if err != nil {
				t.Fatal(err)
			}
			sums, orders := map[string]float64{}, 0.
			permutations(task.Items, func(order []float32) {
				orders++
				r := run(t, task, table{order}, cutoffs...)
				for _, metric := range got.Names {
					sums[metric] += r.PerUser.Metric(metric)[0]
				}
			})
			if len(got.Names) != 2*len(cutoffs) {
				t.Errorf("metrics %v", got.Names)
			}
			for _, metric := range got.Names {
				if want := sums[metric] / orders; math.Abs(got.Metric(metric)[0]-want) > 1e-12 {
					t.Errorf("%s is %v, want %v", metric, got.Metric(metric)[0], want)
				}
			}
		})
	}
}

func TestRandomRefuses(t *testing.T) {
	if _, err := evaluate.Random(evaluate.Task{Users: []int32{0}, Items: 1, Truth: lists(nil)}, evaluate.Options{}); !errors.Is(err, evaluate.ErrNoTruth) {
		t.Errorf("nothing held out: %v", err)
	}
	if _, err := evaluate.Random(evaluate.Task{Users: []int32{0}, Items: 1, Truth: lists([]int32{0})}, evaluate.Options{Cutoffs: []int{0}}); err == nil {
		t.Error("a cutoff of 0 is accepted")
	}
}
