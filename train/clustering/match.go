package clustering

import (
	"slices"
	"strconv"
	"strings"

	"curio/artifacts/segment"
)

// identify gives each of k segments an id, by its users: members are those of the
// rows that p's Members are of. Without p the ids are s1, s2 and so on, and there
// is no lineage. Nothing is told of flows of fewer than least users.
//
// A segment goes on with the id of one before if the two have at least half of
// their users in common, as Dice (1945) counts it: twice those in both, of the sum
// of the two. That is a Jaccard index of a third; studies of groups over time take
// 0.3 to 0.5 (Greene, Doyle and Cunningham, "Tracking the Evolution of Communities
// in Dynamic Social Networks", 2010; Spiliopoulou et al., "MONIC", 2006). So one of
// two or three even parts of a segment still keeps its id, one of four does not.
// Among the ways to give ids in accord with that, it is the one by which most users
// keep theirs. Only users in both count: newcomers change no id.
func identify(p *Previous, members []int32, k, least int) ([]string, *segment.Lineage) {
	if p == nil {
		return newIDs(nil, k), nil
	}
	f := p.flows(members, k, least)
	before, retired := p.ids()
	unused := newIDs(slices.Concat(before, retired), k)
	ids := make([]string, k)
	for o, s := range f.heirs() {
		if s >= 0 {
			ids[s] = before[o]
		}
	}
	for s := range ids {
		if ids[s] == "" {
			ids[s], unused = unused[0], unused[1:]
		}
	}
	return ids, f.lineage(p.Version, before, ids, retired)
}

// newIDs returns n ids that are not used: numbers after the highest used one.
func newIDs(used []string, n int) []string {
	highest := 0
	for _, id := range used {
		highest = max(highest, number(id))
	}
	var ids []string
	for len(ids) < n {
		highest++
		if id := "s" + strconv.Itoa(highest); !slices.Contains(used, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// number is the n of an id like sn, of up to nine digits, and 0 of any other.
func number(id string) int {
	digits, ok := strings.CutPrefix(id, "s")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 || len(digits) > 9 {
		return 0
	}
	return n
}

// flows counts the users that went from each segment before to each one now.
type flows struct {
	n           [][]int // segments before x segments now
	before, now []int   // sums of rows and columns
	total       int
	least       int // users of which a flow may be told
}

func (p *Previous) flows(members []int32, k, least int) *flows {
	f := &flows{n: make([][]int, len(p.Model.Segments())), now: make([]int, k), least: max(least, 1)}
	f.before = make([]int, len(f.n))
	for o := range f.n {
		f.n[o] = make([]int, k)
	}
	for i, o := range p.Members {
		if s := members[i]; o >= 0 && s >= 0 {
			f.n[o][s]++
			f.before[o]++
			f.now[s]++
			f.total++
		}
	}
	return f
}

// heirs returns for each segment before the one now that is the same, or -1.
func (f *flows) heirs() []int {
	size := max(len(f.before), len(f.now))
	gains := make([][]int, size)
	for o := range gains {
		gains[o] = make([]int, size)
	}
	for o, row := range f.n {
		for s, n := range row {
			if n >= f.least && 4*n >= f.before[o]+f.now[s] {
				gains[o][s] = n
			}
		}
	}
	heirs := assignment(gains)[:len(f.before)]
	for o, s := range heirs {
		if gains[o][s] == 0 {
			heirs[o] = -1
		}
	}
	return heirs
}
