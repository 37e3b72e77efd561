package clustering

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"curio/artifacts/segment"
)

// contrast is a sample of the members of a segment and of others, whose features are
// cut into bins at readable thresholds.
type contrast struct {
	names    []string    // of the features kept, those that set the segment apart most first
	edges    [][]float64 // by feature: ascending thresholds; bin b is from edge b-1 to below edge b
	bins     [][]uint8   // by feature and row
	inside   int         // number of members sampled, whose rows come first
	weigh    [2]float64  // users that a row of others, and of members, stands for
	least    float64     // members a rule has to fit
	distance []float64   // of Kolmogorov and Smirnov between members and others, by feature
}

// newContrast samples the rows of segment c, which are own, and others, evenly.
// Columns of names that fewer than the least users have any of are left out.
func newContrast(in *Input, columns []segment.Column, members []int32, c int32, own []int32, holders []int, least int) *contrast {
	k := &contrast{least: float64(least)}
	var others []int32
	for i, m := range members {
		if m != c {
			others = append(others, int32(i))
		}
	}
	mine, theirs := evenly(own, insiders), evenly(others, outsiders)
	k.inside = len(mine)
	k.weigh = [2]float64{float64(len(others)) / float64(len(theirs)), float64(len(own)) / float64(len(mine))}
	rows := append(mine, theirs...)
	raw := make([]float32, len(columns))
	values := make([][]float32, len(columns))
	for _, row := range rows {
		in.features(raw, int(row))
		for j, v := range raw {
			values[j] = append(values[j], v)
		}
	}
	for j, column := range columns {
		if holders[j] >= least {
			k.add(column.Name, values[j])
		}
	}
	k.keep()
	return k
}

// evenly returns up to n of rows.
func evenly(rows []int32, n int) []int32 {
	n = min(n, len(rows))
	chosen := make([]int32, n)
	for i := range chosen {
		chosen[i] = rows[i*len(rows)/n]
	}
	return chosen
}

// add cuts a feature into bins, if it varies.
func (k *contrast) add(name string, values []float32) {
	var edges []float64
	for _, part := range [][]float32{values[:k.inside], values[k.inside:]} {
		sorted := slices.Sorted(slices.Values(part))
		for i := range thresholds {
			edges = append(edges, segment.Readable(name, float64(sorted[(2*i+1)*len(sorted)/(2*thresholds)])))
		}
	}
	slices.Sort(edges)
	least, most := float64(slices.Min(values)), float64(slices.Max(values))
	edges = slices.DeleteFunc(slices.Compact(edges), func(e float64) bool { return e <= least || e > most })
	if len(edges) == 0 {
		return
	}
	bins := make([]uint8, len(values))
	count := make([][2]float64, len(edges)+1)
	for i, v := range values {
		b := sort.Search(len(edges), func(e int) bool { return edges[e] > float64(v) })
		bins[i] = uint8(b)
		count[b][side(i < k.inside)]++
	}
	far, below := 0.0, [2]float64{}
	for _, n := range count {
		below[0] += n[0] / float64(len(values)-k.inside)
		below[1] += n[1] / float64(k.inside)
		far = max(far, math.Abs(below[1]-below[0]))
	}
	k.names, k.edges, k.bins, k.distance = append(k.names, name), append(k.edges, edges), append(k.bins, bins), append(k.distance, far)
}

func side(in bool) int {
	if in {
		return 1
	}
	return 0
}

// keep leaves the interests and, apart from them, the other features whose
// distributions differ most, in that order: categories and tags, many of which say the
// same, leave room for behaviour.
func (k *contrast) keep() {
	order := make([]int, len(k.names))
	for f := range order {
		order[f] = f
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(k.distance[b], k.distance[a]) })
	var kept contrast
	room := [2]int{usable, usable}
	for _, f := range order {
		_, is := interest(k.names[f])
		if room[side(is)]--; room[side(is)] < 0 {
			continue
		}
		kept.names, kept.edges, kept.bins = append(kept.names, k.names[f]), append(kept.edges, k.edges[f]), append(kept.bins, k.bins[f])
	}
	k.names, k.edges, k.bins = kept.names, kept.edges, kept.bins
}

// rule returns the best rule, without precision and recall, or nil for none.
func (k *contrast) rule() (*segment.Rule, error) {
	if len(k.names) == 0 {
		return nil, nil
	}
	boxes, err := k.tree()
	if err != nil {
		return nil, err
	}
	var best box
	highest := math.Inf(-1)
	for _, b := range boxes {
		b, score := k.polish(b)
		if len(b) > 0 && score > highest {
			best, highest = b, score
		}
	}
	if best == nil {
		return nil, nil
	}
	r := &segment.Rule{}
	for _, t := range best {
		edges := k.edges[t.feature]
		if t.lo > 0 {
			r.Terms = append(r.Terms, segment.Term{Feature: k.names[t.feature], Above: true, Threshold: edges[t.lo-1]})
		}
		if t.hi <= len(edges) {
			r.Terms = append(r.Terms, segment.Term{Feature: k.names[t.feature], Threshold: edges[t.hi-1]})
		}
	}
	r.Text, r.TextZH = segment.Phrase(r.Terms)
	return r, nil
}

// tree returns the boxes of a tree fitted to a few members and as many others.
func (k *contrast) tree() ([]box, error) {
	var rows []int32
	for i := range k.bins[0] {
		rows = append(rows, int32(i))
	}
	rows = append(evenly(rows[:k.inside], pupils), evenly(rows[k.inside:], pupils)...)
	bins := make([]int, len(k.names))
	var x []float64
	var in []bool
	for f := range bins {
		bins[f] = len(k.edges[f]) + 1
	}
	for _, i := range rows {
		in = append(in, int(i) < k.inside)
		for f := range bins {
			x = append(x, float64(k.bins[f][i]))
		}
	}
	return grow(x, bins, in)
}
