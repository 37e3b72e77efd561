package clustering

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"curio/artifacts/segment"
)

// division is a mixture whose segments all have users enough, and who is in which.
type division struct {
	components []segment.Component
	owners     []int   // by component: its segment; nil where each has its own
	members    []int32 // by row
	sizes      []int   // by segment, falling
}

// settle assigns everyone and puts the largest segment first. The members of
// segments below the least size are assigned again without these; when nobody else
// is there to go to, one segment is left, however small.
func settle(ctx context.Context, in *Input, s *space, m *mixture, o Options) (*division, error) {
	d := &division{owners: m.owners}
	for c := range m.weights {
		d.components = append(d.components, segment.Component{Weight: m.weights[c], Mean: m.means[c], Covariance: m.covariances[c]})
	}
	for {
		n := d.segments()
		model, err := segment.New(s.spec(d, unnamed(n)))
		if err != nil {
			return nil, err
		}
		d.members = assign(ctx, model, in, o.Workers)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d.sizes = count(d.members, n)
		order := bySize(d.sizes, o.MinSize)
		if len(order) == n && slices.IsSorted(order) {
			return d, nil
		}
		d.keep(order)
	}
}

// segments is the number of segments.
func (d *division) segments() int {
	if d.owners == nil {
		return len(d.components)
	}
	return slices.Max(d.owners) + 1
}

// keep leaves the segments in order, in that order, with weights made to sum to 1.
func (d *division) keep(order []int) {
	var kept division
	total := 0.0
	for s, old := range order {
		for c, component := range d.components {
			if d.owners == nil && c == old || d.owners != nil && d.owners[c] == old {
				kept.components = append(kept.components, component)
				total += component.Weight
				if d.owners != nil {
					kept.owners = append(kept.owners, s)
				}
			}
		}
	}
	for c := range kept.components {
		kept.components[c].Weight /= total
	}
	*d = kept
}

func (s *space) spec(d *division, segments []segment.Segment) segment.Spec {
	return segment.Spec{Columns: s.columns, Projection: s.projection, Components: d.components, Owners: d.owners, Segments: segments}
}

func unnamed(n int) []segment.Segment {
	segments := make([]segment.Segment, n)
	for i := range segments {
		segments[i].ID = fmt.Sprintf("s%d", i+1)
		segments[i].Name = segments[i].ID
	}
	return segments
}

// assign returns the segment of each row; when ctx is done, of some.
func assign(ctx context.Context, model *segment.Model, in *Input, workers int) []int32 {
	members := make([]int32, in.rows())
	parallel((len(members)+chunk-1)/chunk, workers, func(p int) {
		if ctx.Err() != nil {
			return
		}
		some := members[p*chunk : min(len(members), (p+1)*chunk)]
		width := len(model.Features())
		raw := make([]float32, len(some)*width)
		for i := range some {
			in.features(raw[i*width:(i+1)*width], p*chunk+i)
		}
		model.AssignAll(some, raw)
	})
	return members
}

func count(members []int32, k int) []int {
	sizes := make([]int, k)
	for _, c := range members {
		sizes[c]++
	}
	return sizes
}

// bySize returns the components that have at least that many members, the largest
// first, and in any case the largest that has any.
func bySize(sizes []int, least int) []int {
	var order []int
	for c, n := range sizes {
		if n > 0 {
			order = append(order, c)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[b], sizes[a]) })
	kept := len(order)
	for kept > 1 && sizes[order[kept-1]] < least {
		kept--
	}
	return order[:kept]
}
