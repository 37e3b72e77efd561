package clustering

import (
	"math"
	"math/rand/v2"
)

// judged is the number of rows a silhouette is the mean of, at most.
const judged = 2000

// silhouette returns the mean silhouette width (Rousseeuw, 1987) of a random
// sample of rows, by Euclidean distance in the projected space: 1 for segments
// far apart, 0 for ones that touch, -1 for rows in the wrong one. A row alone in
// its segment counts 0.
func silhouette(in *Input, r *Result, random *rand.Rand) float64 {
	k, dim := len(r.Model.Segments()), r.Model.Dim()
	if k < 2 {
		return 0
	}
	rows := sample(in.rows(), judged, random)
	raw := make([]float32, len(r.Model.Features()))
	z := make([]float64, len(rows)*dim)
	sizes := make([]int, k)
	for i, row := range rows {
		in.features(raw, int(row))
		r.Model.Project(z[i*dim:(i+1)*dim], raw)
		sizes[r.Members[row]]++
	}
	total := 0.0
	sums := make([]float64, k)
	for i, row := range rows {
		clear(sums)
		for j, other := range rows {
			d := 0.0
			for a := range dim {
				e := z[i*dim+a] - z[j*dim+a]
				d += e * e
			}
			sums[r.Members[other]] += math.Sqrt(d)
		}
		own := r.Members[row]
		if sizes[own] < 2 {
			continue
		}
		inside := sums[own] / float64(sizes[own]-1)
		outside := math.Inf(1)
		for c, n := range sizes {
			if c != int(own) && n > 0 {
				outside = min(outside, sums[c]/float64(n))
			}
		}
		if most := max(inside, outside); most > 0 && !math.IsInf(most, 1) {
			total += (outside - inside) / most
		}
	}
	return total / float64(len(rows))
}
