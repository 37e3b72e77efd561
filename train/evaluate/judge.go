package evaluate

import (
	"fmt"
	"math"
	"slices"

	"curio/artifacts/kernel"
)

// The metrics of one user's list L against the held-out items T, both without
// repeats, at cutoff k; rel(r) is 1 if the item at rank r is in T, else 0.
//
//	recall    hits among the first k / |T|
//	ndcg      sum rel(r)/log2(r+1) over r <= k, relative to a list that starts
//	          with min(|T|, k) hits (Järvelin and Kekäläinen 2002, binary gains)
//	hitrate   1 if any of the first k is a hit
//	mrr       1 / rank of the first hit, 0 if that is past k
//	map       sum of precision@r over the hits r <= k / min(|T|, k)
//
// A held-out item that is masked or has no score cannot be hit and still counts
// in |T|.
const (
	recall = iota
	ndcg
	hitrate
	mrr
	averagePrecision
	kinds // number of the above
)

var kindNames = [kinds]string{"recall", "ndcg", "hitrate", "mrr", "map"}

// metricName is how results name a metric at a cutoff.
func metricName(kind string, cutoff int) string { return fmt.Sprintf("%s@%d", kind, cutoff) }

// judge turns ranked lists into metrics. It is read-only after newJudge.
type judge struct {
	cutoffs []int     // ascending
	gain    []float64 // gain[r] = 1/log2(r+2), of 0-based rank r
	ideal   []float64 // ideal[n] = sum of the first n gains
}

func newJudge(cutoffs []int) *judge {
	deepest := cutoffs[len(cutoffs)-1]
	j := &judge{cutoffs: cutoffs, gain: make([]float64, deepest), ideal: make([]float64, deepest+1)}
	for r := range j.gain {
		j.gain[r] = 1 / math.Log2(float64(r+2))
		j.ideal[r+1] = j.ideal[r] + j.gain[r]
	}
	return j
}

// list judges one user's ranked list, best first, against ascending truth. It
// calls set(kind, c, value) once for each kind of metric and each cutoff index c.
func (j *judge) list(list []kernel.Scored, truth []int32, set func(kind, c int, value float64)) {
	size := distinct(truth)
	var hits, first int
	var gained, precisions float64
	r := 0
	for c, k := range j.cutoffs {
		for ; r < min(k, len(list)); r++ {
			if _, hit := slices.BinarySearch(truth, list[r].Index); !hit {
				continue
			}
			hits++
			if first == 0 {
				first = r + 1
			}
			gained += j.gain[r]
			precisions += float64(hits) / float64(r+1)
		}
		reachable := min(size, k)
		set(recall, c, float64(hits)/float64(size))
		set(ndcg, c, gained/j.ideal[reachable])
		set(averagePrecision, c, precisions/float64(reachable))
		if hits > 0 {
			set(hitrate, c, 1)
			set(mrr, c, 1/float64(first))
		} else {
			set(hitrate, c, 0)
			set(mrr, c, 0)
		}
	}
}

// NDCG is the ndcg@k of one ranked list, best first, against ascending truth, which
// is not empty.
func NDCG(list []kernel.Scored, truth []int32, k int) (value float64) {
	newJudge([]int{k}).list(list, truth, func(kind, _ int, v float64) {
		if kind == ndcg {
			value = v
		}
	})
	return value
}
