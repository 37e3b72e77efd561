package clustering

import "math"

// Silhouette returns the mean silhouette width (Rousseeuw, 1987) of the rows of x,
// dim values each, by Euclidean distance: 1 for groups far apart, 0 for ones that
// touch, -1 for rows in the wrong one. A row alone in its group counts 0, and so
// does everything when there are fewer than two groups. labels has one value of 0
// or more a row. It takes time by the square of the rows; the result does not depend
// on workers.
func Silhouette(x []float64, dim int, labels []int32, workers int) float64 {
	k := kinds(labels)
	if k < 2 {
		return 0
	}
	sizes := count(labels, k)
	widths := make([]float64, len(labels))
	parallel((len(labels)+few-1)/few, workers, func(p int) {
		sums := make([]float64, k)
		for i := p * few; i < min(len(labels), (p+1)*few); i++ {
			clear(sums)
			row := x[i*dim : (i+1)*dim]
			for j, other := range labels {
				sums[other] += math.Sqrt(apart(row, x[j*dim:(j+1)*dim]))
			}
			widths[i] = silhouetteWidth(sums, sizes, int(labels[i]))
		}
	})
	total := 0.0
	for _, w := range widths {
		total += w
	}
	return total / float64(len(labels))
}

// few is the number of rows of a silhouette that one goroutine takes at a time.
const few = 64

// silhouetteWidth is that of a row of the group own, given the sums of its
// distances from the rows of each group.
func silhouetteWidth(sums []float64, sizes []int, own int) float64 {
	if sizes[own] < 2 {
		return 0
	}
	inside, outside := sums[own]/float64(sizes[own]-1), math.Inf(1)
	for c, n := range sizes {
		if c != own && n > 0 {
			outside = min(outside, sums[c]/float64(n))
		}
	}
	if most := max(inside, outside); most > 0 && !math.IsInf(most, 1) {
		return (outside - inside) / most
	}
	return 0
}

// DaviesBouldin returns the index of Davies and Bouldin (1979) of the rows of x, dim
// values each: the mean over groups of how wide a group and that neighbour are
// together which they are least apart from, by their distance. 0 is best, and what
// fewer than two groups have. Groups around the same point count coincident.
func DaviesBouldin(x []float64, dim int, labels []int32) float64 {
	k := kinds(labels)
	sizes := count(labels, k)
	centres, spreads := make([]float64, k*dim), make([]float64, k)
	for i, c := range labels {
		for j, v := range x[i*dim : (i+1)*dim] {
			centres[int(c)*dim+j] += v / float64(sizes[c])
		}
	}
	for i, c := range labels {
		spreads[c] += math.Sqrt(apart(x[i*dim:(i+1)*dim], centres[int(c)*dim:(int(c)+1)*dim])) / float64(sizes[c])
	}
	total, met := 0.0, 0
	for a := range k {
		if sizes[a] == 0 {
			continue
		}
		met++
		worst := 0.0
		for b := range k {
			if a == b || sizes[b] == 0 || spreads[a]+spreads[b] == 0 {
				continue
			}
			between := math.Sqrt(apart(centres[a*dim:(a+1)*dim], centres[b*dim:(b+1)*dim]))
			worst = max(worst, min((spreads[a]+spreads[b])/between, coincident))
		}
		total += worst
	}
	if met < 2 {
		return 0
	}
	return total / float64(met)
}

// coincident bounds what a pair of groups adds to the index of Davies and Bouldin.
const coincident = 1e6

// kinds is one more than the largest label.
func kinds(labels []int32) int {
	k := 0
	for _, c := range labels {
		k = max(k, int(c)+1)
	}
	return k
}
