package clustering

import (
	"cmp"
	"math"
	"slices"
)

// company is how many shares of the rows lie within the radius of a place that is
// dense, itself among them: the MinPts of Ester et al., 1996. They use 4 in the plane;
// a few more even out what places have near them by chance.
const company = 6

// landscape is micro-clusters and how far they are from each other.
type landscape struct {
	*micro
	distances []float64 // Euclidean, of the centres: square, row-major
	around    []float64 // by micro-cluster: the radius from which on it is dense
}

func newLandscape(m *micro) *landscape {
	n := len(m.counts)
	l := &landscape{micro: m, distances: make([]float64, n*n), around: make([]float64, n)}
	for a := range n {
		for b := range a {
			d := math.Sqrt(apart(m.centre(a), m.centre(b)))
			l.distances[a*n+b], l.distances[b*n+a] = d, d
		}
	}
	order := make([]int, n)
	for a := range n {
		row := l.row(a)
		for b := range order {
			order[b] = b
		}
		slices.SortFunc(order, func(b, c int) int { return cmp.Or(cmp.Compare(row[b], row[c]), b-c) })
		l.around[a] = math.Inf(1)
		for i, shares := 0, 0; i < n; i++ {
			if shares += m.copies[order[i]]; shares >= company {
				l.around[a] = row[order[i]]
				break
			}
		}
	}
	return l
}

// row is the distances of micro-cluster a from all.
func (l *landscape) row(a int) []float64 {
	n := len(l.counts)
	return l.distances[a*n : (a+1)*n]
}

// noise marks a micro-cluster that is in no region.
const noise = -1

// reached is what golearn's DBSCAN finds within a radius.
type reached struct {
	region  []int  // by micro-cluster; noise for none
	dense   []bool // by micro-cluster
	regions int
}

// reach follows golearn's DBSCAN at a radius: dense places within the radius of each
// other are in the same region, others in the first of those around them; regions of
// less than company shares are none.
//
// golearn panics when it meets a place that is not dense before a dense one beside
// it, loses places that are claimed in between, and takes a hundred times as long. It
// is given dense places first, and only at the radius that is chosen.
func (l *landscape) reach(radius float64) reached {
	n := len(l.counts)
	r := reached{region: make([]int, n), dense: make([]bool, n)}
	for a := range n {
		r.dense[a], r.region[a] = l.around[a] <= radius, noise
	}
	var shares []int
	queue := make([]int, 0, n)
	for first := range n {
		if !r.dense[first] || r.region[first] != noise {
			continue
		}
		shares = append(shares, l.copies[first])
		r.region[first] = r.regions
		queue = append(queue[:0], first)
		for i := 0; i < len(queue); i++ {
			for b, d := range l.row(queue[i]) {
				if d > radius || r.region[b] != noise {
					continue
				}
				r.region[b] = r.regions
				shares[r.regions] += l.copies[b]
				if r.dense[b] {
					queue = append(queue, b)
				}
			}
		}
		r.regions++
	}
	r.prune(shares)
	return r
}

// prune makes noise of regions of too few shares.
func (r *reached) prune(shares []int) {
	place, kept := make([]int, len(shares)), 0
	for c, n := range shares {
		if place[c] = noise; n >= company {
			place[c] = kept
			kept++
		}
	}
	for a, c := range r.region {
		if c != noise {
			r.region[a] = place[c]
		}
	}
	r.regions = kept
}

// levels is how many radii are tried.
const levels = 64

// radii are the radii to try, in equal steps of their logarithm: from half of what
// leaves half of all places dense to what joins everything. There are none when all
// places are one.
func (l *landscape) radii() []float64 {
	far, near := 0.0, math.Inf(1)
	for _, d := range l.distances {
		far = max(far, d)
		if d > 0 {
			near = min(near, d)
		}
	}
	if far == 0 {
		return nil
	}
	if middle := slices.Sorted(slices.Values(l.around))[len(l.around)/2]; middle > 0 {
		near = min(middle, far)
	}
	list := make([]float64, levels)
	for i := range list {
		list[i] = 0.5 * near * math.Pow(2*far/near, float64(i)/(levels-1))
	}
	return list
}
