package clustering

import (
	"math"
	"slices"
)

// outlying is the largest share of rows that are outliers, and notable the least:
// more of them are the slopes of dense regions, fewer are chance. Such go with the
// region nearest to them.
const outlying, notable = 0.1, 0.01

// parcels says which segment each micro-cluster of a landscape is part of.
type parcels struct {
	reached
	radius    float64
	owners    []int
	segments  int
	outliers  bool    // that is what the last segment is
	agreement float64 // of what either half of the rows makes of all rows
	recurs    float64 // the least part that a segment has in common with its counterpart
}

// label returns the segment of rows, given the micro-cluster that each is of.
func (p parcels) label(of []int32) []int32 {
	labels := make([]int32, len(of))
	for row, c := range of {
		labels[row] = int32(p.owners[c])
	}
	return labels
}

// parcel divides l at a radius. Outliers are a segment of their own if they are some
// but few and there are less than most segments without.
func (l *landscape) parcel(radius float64, most int) parcels {
	p := parcels{reached: l.reach(radius), radius: radius}
	p.owners, p.segments = slices.Clone(p.region), max(p.regions, 1)
	if p.regions == 0 {
		clear(p.owners)
		return p
	}
	rows, out := 0, 0
	for c, n := range l.counts {
		rows += n
		if p.region[c] == noise {
			out += n
		}
	}
	share := float64(out) / float64(rows)
	p.outliers = share >= notable && share <= outlying && p.regions < most
	for c := range p.owners {
		switch {
		case p.region[c] != noise:
		case p.outliers:
			p.owners[c] = p.regions
		default:
			p.owners[c] = p.region[l.neighbour(c, p.region)]
		}
	}
	if p.outliers {
		p.segments++
	}
	return p
}

// neighbour is the micro-cluster nearest to c that is of a region.
func (l *landscape) neighbour(c int, region []int) int {
	best, least := 0, math.Inf(1)
	for b, d := range l.row(c) {
		if region[b] != noise && d < least {
			best, least = b, d
		}
	}
	return best
}

// recurrence is the least part that a segment of either division has in common with
// its best counterpart in the other, of both together.
func recurrence(a, b []int32) float64 {
	k := int(max(slices.Max(a), slices.Max(b))) + 1
	both, ofA, ofB := make([]float64, k*k), make([]float64, k), make([]float64, k)
	for i := range a {
		both[int(a[i])*k+int(b[i])]++
		ofA[a[i]]++
		ofB[b[i]]++
	}
	bestA, bestB := make([]float64, k), make([]float64, k)
	for i := range k {
		for j := range k {
			if n := both[i*k+j]; n > 0 {
				part := n / (ofA[i] + ofB[j] - n)
				bestA[i], bestB[j] = max(bestA[i], part), max(bestB[j], part)
			}
		}
	}
	least := 1.0
	for i := range k {
		if ofA[i] > 0 {
			least = min(least, bestA[i])
		}
		if ofB[i] > 0 {
			least = min(least, bestB[i])
		}
	}
	return least
}
