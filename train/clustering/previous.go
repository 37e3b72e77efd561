package clustering

import (
	"fmt"

	"curio/artifacts/segment"
)

// Previous is an earlier segmentation of the same platform, whose segments the new
// ones are to go on with.
type Previous struct {
	Version string // of its artifact
	Model   *segment.Model
	Members []int32 // by row of Input: index of the segment the user was in, -1 for none
}

// check returns an error about what Fit was given; p may be nil.
func (p *Previous) check(rows int) error {
	switch {
	case p == nil:
		return nil
	case p.Model == nil || len(p.Members) != rows:
		return fmt.Errorf("%d members of the segments before, or no model, for %d rows", len(p.Members), rows)
	}
	for i, s := range p.Members {
		if s < -1 || int(s) >= len(p.Model.Segments()) {
			return fmt.Errorf("row %d was in segment %d of %d", i, s, len(p.Model.Segments()))
		}
	}
	return nil
}

// of returns the members among rows; p may be nil.
func (p *Previous) of(rows []int32) []int32 {
	if p == nil {
		return nil
	}
	members := make([]int32, len(rows))
	for i, row := range rows {
		members[i] = p.Members[row]
	}
	return members
}

// ids are of the segments before, and of all there were before these.
func (p *Previous) ids() (now, retired []string) {
	for _, s := range p.Model.Segments() {
		now = append(now, s.ID)
	}
	if l := p.Model.Spec().Lineage; l != nil {
		retired = l.Retired
	}
	return now, retired
}
