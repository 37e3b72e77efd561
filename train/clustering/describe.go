package clustering

import (
	"cmp"
	"math"
	"slices"

	"curio/artifacts/segment"
)

const (
	traits   = 8   // of a segment that are listed at most
	tastes   = 5   // categories of a segment that are listed at most
	telling  = 0.2 // the least effect that is listed
	nameable = 3   // categories with the largest shares that a name may use,
	lift     = 1.5 // if they are so many times as large as among all users
)

// summarise describes the segments of d, but for those below the least size. A
// category is told of a segment when at least as many of its members have a share
// of it.
func summarise(in *Input, s *space, d *division, least int) []segment.Segment {
	members, sizes := d.members, d.sizes
	p, width := len(in.Names), len(s.columns)
	means, all, deviations := profiles(in, members, sizes, width)
	held := holders(in, members, len(sizes))
	segments := unnamed(len(sizes))
	marks := make([]segment.Marks, len(sizes))
	for c := range segments {
		told := &segments[c]
		told.Traits, told.TopCategories = []segment.Trait{}, []segment.Share{}
		if sizes[c] < least {
			told.Withheld = true
			continue
		}
		told.Size = sizes[c]
		told.Share = float64(sizes[c]) / float64(len(members))
		effects := make([]segment.Trait, width)
		for j := range effects {
			effects[j].Feature = s.columns[j].Name
			if deviations[j] > 0 {
				effects[j].Effect = (means[c][j] - all[j]) / deviations[j]
			}
		}
		told.Traits = strongest(effects[:p])
		marks[c].Traits = told.Traits
		for _, k := range favourites(means[c][p:], held[c], least) {
			share, effect := means[c][p+k], effects[p+k].Effect
			if len(told.TopCategories) < nameable && effect >= telling && share >= lift*all[p+k] {
				marks[c].Categories = append(marks[c].Categories, segment.Trait{Feature: in.Categories[k], Effect: effect})
			}
			told.TopCategories = append(told.TopCategories, segment.Share{Name: in.Categories[k], Share: min(share, 1)})
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
