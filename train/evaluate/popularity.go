package evaluate

import "slices"

// popularity scores every user alike.
type popularity struct {
	score []float32 // by item
}

// Popularity recommends what most interacted with in training, the same to all;
// equal counts are ranked by item index. The score is the position of the count
// among the different counts, which float32 holds exactly where large counts
// would run together.
func Popularity(counts []int64) Scorer {
	levels := slices.Compact(slices.Sorted(slices.Values(counts)))
	p := popularity{score: make([]float32, len(counts))}
	for i, n := range counts {
		level, _ := slices.BinarySearch(levels, n)
		p.score[i] = float32(level)
	}
	return p
}

// Score implements Scorer.
func (p popularity) Score(dst []float32, _ int32) { copy(dst, p.score) }
