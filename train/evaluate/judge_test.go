package evaluate

import (
	"math"
	"testing"

	"curio/artifacts/kernel"
)

// ranked is a list of items, best first; their scores do not matter to a judge.
func ranked(items ...int32) []kernel.Scored {
	list := make([]kernel.Scored, len(items))
	for i, item := range items {
		list[i].Index = item
	}
	return list
}

// TestJudge compares with values worked out by hand from the definitions.
func TestJudge(t *testing.T) {
	log2 := math.Log2
	tests := []struct {
		name  string
		list  []kernel.Scored
		truth []int32
		k     int
		want  [kinds]float64 // recall, ndcg, hitrate, mrr, map
	}{
		{"HitsAtOneAndThreeCutTwo", ranked(7, 1, 5, 2), []int32{5, 7, 9}, 2,
			[kinds]float64{1. / 3, 1 / (1 + 1/log2(3)), 1, 1, 1. / 2}},
		{"HitsAtOneAndThreeCutFour", ranked(7, 1, 5, 2), []int32{5, 7, 9}, 4,
			[kinds]float64{2. / 3, 1.5 / (1 + 1/log2(3) + 0.5), 1, 1, (1 + 2./3) / 3}},
		{"FirstHitAtThree", ranked(1, 2, 3, 4), []int32{3}, 4,
			[kinds]float64{1, 0.5, 1, 1. / 3, 1. / 3}},
		{"HitJustPastTheCut", ranked(1, 2, 3), []int32{3}, 2, [kinds]float64{}},
		{"HitAtTheCut", ranked(1, 2, 3), []int32{3}, 3,
			[kinds]float64{1, 0.5, 1, 1. / 3, 1. / 3}},
		{"NothingRight", ranked(1, 2), []int32{3, 4}, 2, [kinds]float64{}},
		{"PerfectButShort", ranked(4, 3), []int32{3, 4}, 10, [kinds]float64{1, 1, 1, 1, 1}},
		{"TruthLongerThanTheCut", ranked(1, 2), []int32{1, 2, 3, 4}, 2,
			[kinds]float64{0.5, 1, 1, 1, 1}},
		{"RepeatedTruthCountsOnce", ranked(1, 2), []int32{2, 2, 2}, 2,
			[kinds]float64{1, 1 / log2(3), 1, 0.5, 0.5}},
		{"EmptyList", nil, []int32{1}, 5, [kinds]float64{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got [kinds]float64
			newJudge([]int{tt.k}).list(tt.list, tt.truth, func(kind, _ int, v float64) { got[kind] = v })
			for kind, v := range got {
				if math.Abs(v-tt.want[kind]) > 1e-15 {
					t.Errorf("%s@%d = %v, want %v", kindNames[kind], tt.k, v, tt.want[kind])
				}
			}
		})
	}
}

// TestJudgeCutoffs checks that several cutoffs in one pass are as good as a pass
// each, also where lists end before them.
func TestJudgeCutoffs(t *testing.T) {
	list, truth := ranked(9, 4, 8, 2, 7, 1), []int32{1, 2, 4, 5}
	cutoffs := []int{1, 2, 4, 6, 7, 50}
	var together [kinds][6]float64
	newJudge(cutoffs).list(list, truth, func(kind, c int, v float64) { together[kind][c] = v })
	for c, k := range cutoffs {
		newJudge([]int{k}).list(list, truth, func(kind, _ int, v float64) {
			if together[kind][c] != v {
				t.Errorf("%s@%d = %v together, %v alone", kindNames[kind], k, together[kind][c], v)
			}
		})
	}
}
