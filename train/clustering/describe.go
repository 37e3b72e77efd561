package clustering

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"curio/artifacts/segment"
)

// describe builds the model of m, assigns everyone and describes the segments,
// the largest first. The members of segments below the least size are assigned
// again without these; when nobody else is there to go to, the one segment there
// is has no description.
func (r *Result) describe(ctx context.Context, in *Input, s *space, m *mixture, o Options) error {
	components := make([]segment.Component, len(m.weights))
	for c := range components {
		components[c] = segment.Component{Weight: m.weights[c], Mean: m.means[c], Covariance: m.covariances[c]}
	}
	for {
		model, err := segment.New(s.spec(components, unnamed(len(components))))
		if err != nil {
			return err
		}
		members := assign(ctx, model, in, o.Workers)
		if err := ctx.Err(); err != nil {
			return err
		}
		sizes := count(members, len(components))
		order := bySize(sizes, o.MinSize)
		if n := len(order); n < len(components) || !slices.IsSorted(order) {
			components = reorder(components, order)
			continue
		}
		r.Members = members
		r.Model, err = segment.New(s.spec(components, summarise(in, s, members, sizes, o.MinSize)))
		return err
	}
}

func (s *space) spec(components []segment.Component, segments []segment.Segment) segment.Spec {
	return segment.Spec{Columns: s.columns, Projection: s.projection, Components: components, Segments: segments}
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
		raw := make([]float32, len(model.Features()))
		for i := p * chunk; i < min(len(members), (p+1)*chunk); i++ {
			in.features(raw, i)
			members[i] = int32(model.Assign(raw).Index)
		}
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

// reorder returns the given components in order, weights made to sum to 1.
func reorder(components []segment.Component, order []int) []segment.Component {
	total := 0.0
	for _, c := range order {
		total += components[c].Weight
	}
	var kept []segment.Component
	for _, c := range order {
		component := components[c]
		component.Weight /= total
		kept = append(kept, component)
	}
	return kept
}

const (
	traits   = 8   // of a segment that are listed at most
	tastes   = 5   // categories of a segment that are listed at most
	telling  = 0.2 // the least effect that is listed
	nameable = 3   // categories with the largest shares that a name may use,
	lift     = 1.5 // if they are so many times as large as among all users
)

// summarise describes the segments of members, but for those below the least size.
// A category is told of a segment when at least as many of its members have a
// share of it.
func summarise(in *Input, s *space, members []int32, sizes []int, least int) []segment.Segment {
	p, width := len(in.Names), len(s.columns)
	means, all, deviations := profiles(in, members, sizes, width)
	held := holders(in, members, len(sizes))
	segments := unnamed(len(sizes))
	marks := make([]segment.Marks, len(sizes))
	for c := range segments {
		d := &segments[c]
		d.Traits, d.TopCategories = []segment.Trait{}, []segment.Share{}
		if sizes[c] < least {
			d.Withheld = true
			continue
		}
		d.Size = sizes[c]
		d.Share = float64(sizes[c]) / float64(len(members))
		effects := make([]segment.Trait, width)
		for j := range effects {
			effects[j].Feature = s.columns[j].Name
			if deviations[j] > 0 {
				effects[j].Effect = (means[c][j] - all[j]) / deviations[j]
			}
		}
		d.Traits = strongest(effects[:p])
		marks[c].Traits = d.Traits
		for _, k := range favourites(means[c][p:], held[c], least) {
			share, effect := means[c][p+k], effects[p+k].Effect
			if len(d.TopCategories) < nameable && effect >= telling && share >= lift*all[p+k] {
				marks[c].Categories = append(marks[c].Categories, segment.Trait{Feature: in.Categories[k], Effect: effect})
			}
			d.TopCategories = append(d.TopCategories, segment.Share{Name: in.Categories[k], Share: min(share, 1)})
		}
	}
	for c, name := range segment.Names(marks) {
		segments[c].Name = name
	}
	return segments
}

// holders counts the members of each segment that have any share of each category.
func holders(in *Input, members []int32, segments int) [][]int {
	categories := len(in.Categories)
	held := make([][]int, segments)
	for c := range held {
		held[c] = make([]int, categories)
	}
	for i, c := range members {
		for k, share := range in.Affinity[i*categories : (i+1)*categories] {
			if share > 0 {
				held[c][k]++
			}
		}
	}
	return held
}

// favourites returns the categories with the largest shares, largest first, of
// those that at least as many users hold.
func favourites(shares []float64, held []int, least int) []int {
	var list []int
	for k, share := range shares {
		if share > 0 && held[k] >= least {
			list = append(list, k)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(shares[b], shares[a]) })
	return list[:min(len(list), tastes)]
}

// strongest returns the telling effects by falling size.
func strongest(effects []segment.Trait) []segment.Trait {
	list := []segment.Trait{}
	for _, e := range effects {
		if math.Abs(e.Effect) >= telling {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b segment.Trait) int {
		return cmp.Compare(math.Abs(b.Effect), math.Abs(a.Effect))
	})
	return list[:min(len(list), traits)]
}

// profiles returns the mean of each raw feature in each segment and of all rows,
// and the standard deviation of all rows.
func profiles(in *Input, members []int32, sizes []int, width int) (means [][]float64, all, deviations []float64) {
	means, all, deviations = make([][]float64, len(sizes)), make([]float64, width), make([]float64, width)
	for c := range means {
		means[c] = make([]float64, width)
	}
	raw := make([]float32, width)
	for i, c := range members {
		in.features(raw, i)
		for j, v := range raw {
			means[c][j] += float64(v)
		}
	}
	n := float64(len(members))
	for c := range means {
		for j := range means[c] {
			all[j] += means[c][j] / n
			means[c][j] /= float64(sizes[c])
		}
	}
	for i := range members {
		in.features(raw, i)
		for j, v := range raw {
			d := float64(v) - all[j]
			deviations[j] += d * d / n
		}
	}
	for j := range deviations {
		deviations[j] = math.Sqrt(deviations[j])
	}
	return means, all, deviations
}
