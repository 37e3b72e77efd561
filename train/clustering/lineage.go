package clustering

import (
	"cmp"
	"slices"

	"curio/artifacts/segment"
)

// lineage tells of f in the ids of the segments before and now; retired are those
// of the segments before the ones before.
func (f *flows) lineage(version string, before, now, retired []string) *segment.Lineage {
	l := &segment.Lineage{Version: version}
	l.Users, l.Moved = f.moved(before, now)
	all := slices.Concat(before, now)
	slices.SortFunc(all, segment.CompareIDs)
	gone := retired
	for _, id := range slices.Compact(all) {
		o, s := slices.Index(before, id), slices.Index(now, id)
		l.Changes = append(l.Changes, f.change(id, o, s, before, now))
		if s < 0 {
			gone = append(gone[:len(gone):len(gone)], id)
		}
	}
	l.Retired = slices.Clone(gone[max(0, len(gone)-segment.MaxRetired):])
	slices.SortFunc(l.Retired, segment.CompareIDs)
	return l
}

// moved returns how many users are in both models, and the share of these whose
// segment has another id. Too few to be told of are taken for none; those who stay are
// never that few, for an id that survives has as many users as that.
func (f *flows) moved(before, now []string) (users int, share float64) {
	if f.total < f.least {
		return 0, 0
	}
	moved := f.total
	for o, id := range before {
		if s := slices.Index(now, id); s >= 0 {
			moved -= f.n[o][s]
		}
	}
	if moved < f.least {
		moved = 0
	}
	return f.total, float64(moved) / float64(f.total)
}

// change tells of the segment with an id: number o before and s now, -1 for none.
func (f *flows) change(id string, o, s int, before, now []string) segment.Change {
	c := segment.Change{ID: id}
	parts, sources := 0, 0
	if o >= 0 {
		for _, to := range f.large(f.n[o], f.before[o]) {
			c.Into = append(c.Into, now[to])
			if 2*f.n[o][to] > f.now[to] {
				parts++
			}
		}
	}
	if s >= 0 {
		column := make([]int, len(f.n))
		for from := range f.n {
			column[from] = f.n[from][s]
		}
		for _, from := range f.large(column, f.now[s]) {
			c.From = append(c.From, before[from])
			if 2*column[from] > f.before[from] {
				sources++
			}
		}
	}
	switch {
	case parts > 1:
		c.Kind = segment.Split
	case sources > 1:
		c.Kind = segment.Merged
	case o < 0:
		c.Kind = segment.Born
	case s < 0:
		c.Kind = segment.Retired
	default:
		c.Kind = segment.Kept
	}
	for _, list := range []*[]string{&c.From, &c.Into} {
		if len(*list) == 1 && (*list)[0] == id {
			*list = nil
		}
	}
	return c
}

// large returns which of flows are a tenth of all users or more and may be told of,
// the largest first.
func (f *flows) large(flows []int, all int) []int {
	var list []int
	for i, n := range flows {
		if n >= f.least && 10*n >= all {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(flows[b], flows[a]) })
	return list
}
