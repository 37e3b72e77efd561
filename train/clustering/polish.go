package clustering

import (
	"math"
	"slices"
)

// polish bounds one feature after the other by the interval that is best beside the
// rest of b, or not at all, until nothing gains, and returns the box and its score.
func (k *contrast) polish(b box) (box, float64) {
	b, score := k.bound(b, b[0].feature, math.Inf(-1))
	for {
		before := score
		for f := range k.names {
			b, score = k.bound(b, f, score)
		}
		if !(score > before) {
			return b, score
		}
	}
}

// bound returns b with the best interval of feature f, if that scores better.
func (k *contrast) bound(b box, f int, score float64) (box, float64) {
	changed := slices.Clone(b)
	i := slices.IndexFunc(b, func(t interval) bool { return t.feature == f })
	if i < 0 {
		if i = len(b); i == depth {
			return b, score
		}
		changed = append(changed, interval{feature: f})
	}
	t, better := k.best(changed, i)
	if !(better > score) {
		return b, score
	}
	if changed[i] = t; sides(t, len(k.edges[f])+1) == 0 {
		changed = slices.Delete(changed, i, i+1)
	}
	return changed, better
}

// best returns the interval that is best in place of interval i of b, and the score
// of b with it.
func (k *contrast) best(b box, i int) (interval, float64) {
	f := b[i].feature
	n := len(k.edges[f]) + 1
	counts := make([][2]float64, n)
	terms := 0
	for o, t := range b {
		if o != i {
			terms += sides(t, len(k.edges[t.feature])+1)
		}
	}
rows:
	for row, bin := range k.bins[f] {
		for o, t := range b {
			if v := int(k.bins[t.feature][row]); o != i && (v < t.lo || v >= t.hi) {
				continue rows
			}
		}
		counts[bin][side(row < k.inside)]++
	}
	size := float64(k.inside) * k.weigh[1]
	found, highest := interval{f, 0, n}, math.Inf(-1)
	for lo := range n {
		hits, misses := 0.0, 0.0
		for hi := lo + 1; hi <= n; hi++ {
			hits += counts[hi-1][1] * k.weigh[1]
			misses += counts[hi-1][0] * k.weigh[0]
			t := interval{f, lo, hi}
			score := f1(hits, hits+misses, size) - termCost*float64(terms+sides(t, n))
			if hits >= k.least && score > highest {
				found, highest = t, score
			}
		}
	}
	return found, highest
}

// sides is the number of terms of an interval of n bins.
func sides(t interval, n int) int {
	terms := 0
	if t.lo > 0 {
		terms++
	}
	if t.hi < n {
		terms++
	}
	return terms
}
