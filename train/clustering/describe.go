package clustering

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"curio/artifacts/segment"
)

const (
	traits   = 8   // of a segment that are listed at most
	tasteful = 4   // of these that are shares of interest
	tastes   = 5   // categories, and tags, of a segment that are listed at most
	telling  = 0.2 // the least effect that is listed
	nameable = 3   // categories with the largest shares that are a taste, if half of the
	lift     = 1.5 // members meet them and shares are so many times those of all users
	leaning  = 0.3 // effect from which a category that half of the members meet is a leaning
)

// summarise describes the segments of d, but for those below the least size. A
// category, tag or value of a field is told of a segment when at least as many of
// its members have a share of it.
func summarise(ctx context.Context, in *Input, s *space, d *division, o Options) ([]segment.Segment, error) {
	segments := unnamed(len(d.sizes))
	marks := make([]segment.Marks, len(segments))
	p := newSketch(in, d)
	for c := range segments {
		told := &segments[c]
		told.Traits, told.TopCategories = []segment.Trait{}, []segment.Share{}
		if marks[c].Withheld = d.sizes[c] < o.MinSize; marks[c].Withheld {
			told.Withheld = true
			continue
		}
		told.Size = d.sizes[c]
		told.Share = float64(d.sizes[c]) / float64(len(d.members))
		effects := p.effects(c, s.columns, o.MinSize)
		told.Traits = strongest(effects)
		marks[c].Whole, marks[c].Raters = len(segments) == 1, raters(in.Names)
		for _, e := range effects {
			if math.Abs(e.Effect) >= telling {
				marks[c].Traits = append(marks[c].Traits, e)
			}
			if name, ok := interest(e.Feature); ok && e.Effect >= leaning && e.Held >= 0.5 && !slices.Contains(marks[c].Leanings, name) {
				marks[c].Leanings = append(marks[c].Leanings, name)
			}
		}
		told.TopCategories = p.favourites(c, in, Category, o.MinSize, &marks[c])
		if list := p.favourites(c, in, Tag, o.MinSize, &marks[c]); len(list) > 0 {
			told.TopTags = list
		}
	}
	for c, name := range segment.Names(marks) {
		segments[c].Name, segments[c].NameZH = name.EN, name.ZH
	}
	return segments, rules(ctx, in, s, d, p, segments, o)
}

// sketch is what segments and everybody are like, by column.
type sketch struct {
	sizes      []int
	means      [][]float64 // of the raw feature, by segment
	held       [][]int     // members with more than 0, by segment
	all        []float64   // mean of all rows
	deviations []float64   // standard deviation of all rows
	holders    []int       // rows with more than 0
}

func newSketch(in *Input, d *division) *sketch {
	width := in.width()
	p := &sketch{sizes: d.sizes, all: make([]float64, width), deviations: make([]float64, width), holders: make([]int, width)}
	for range d.sizes {
		p.means, p.held = append(p.means, make([]float64, width)), append(p.held, make([]int, width))
	}
	raw := make([]float32, width)
	for i, c := range d.members {
		in.features(raw, i)
		for j, v := range raw {
			p.means[c][j] += float64(v)
			if v > 0 {
				p.held[c][j]++
			}
		}
	}
	n := float64(len(d.members))
	for c := range p.means {
		for j := range p.means[c] {
			p.all[j] += p.means[c][j] / n
			p.means[c][j] /= float64(d.sizes[c])
			p.holders[j] += p.held[c][j]
		}
	}
	for i := range d.members {
		in.features(raw, i)
		for j, v := range raw {
			e := float64(v) - p.all[j]
			p.deviations[j] += e * e / n
		}
	}
	for j := range p.deviations {
		p.deviations[j] = math.Sqrt(p.deviations[j])
	}
	return p
}

// effect is how far the mean of column j in segment c is from that of all rows, in
// standard deviations of all rows.
func (p *sketch) effect(c, j int) float64 {
	if !(p.deviations[j] > 0) {
		return 0
	}
	return (p.means[c][j] - p.all[j]) / p.deviations[j]
}

// effects returns the effect of each column, by falling size. What fewer than the
// least users have any of is left out, and what the members have more of than others
// but fewer than the least of them any.
func (p *sketch) effects(c int, columns []segment.Column, least int) []segment.Mark {
	list := make([]segment.Mark, 0, len(columns))
	for j, column := range columns {
		e := p.effect(c, j)
		if e > 0 && p.held[c][j] < least || p.holders[j] < least {
			continue
		}
		list = append(list, segment.Mark{
			Trait: segment.Trait{Feature: column.Name, Effect: e},
			Held:  float64(p.held[c][j]) / float64(p.sizes[c]),
		})
	}
	slices.SortStableFunc(list, func(a, b segment.Mark) int { return cmp.Compare(math.Abs(b.Effect), math.Abs(a.Effect)) })
	return list
}

// interest returns the category or tag that a feature is the share of.
func interest(feature string) (name string, ok bool) {
	field, name, _ := strings.Cut(feature, "=")
	return name, field == Category || field == Tag
}

// raters reports whether ratings are all that behaviours tell of what users do.
func raters(behaviours []string) bool {
	rated := false
	for _, name := range behaviours {
		switch kind, what, _ := strings.Cut(name, "."); {
		case strings.HasSuffix(what, "_rating"):
			rated = true
		case kind == "learning" || kind == "purchase" || kind == "interaction":
			return false
		}
	}
	return rated
}

// strongest returns the telling effects of list, which falls by size: of behaviours
// on either side, and of some interests that are above those of everybody.
func strongest(list []segment.Mark) []segment.Trait {
	told, interests := []segment.Trait{}, 0
	for _, e := range list {
		if len(told) == traits || math.Abs(e.Effect) < telling {
			break
		}
		if _, ok := interest(e.Feature); ok {
			if interests == tasteful || e.Effect < 0 {
				continue
			}
			interests++
		}
		told = append(told, e.Trait)
	}
	return told
}

// favourites returns what segment c has the largest shares of, largest first, of the
// names of a field that at least as many members hold, and marks those that set it
// apart.
func (p *sketch) favourites(c int, in *Input, field string, least int, m *segment.Marks) []segment.Share {
	shares, from := in.group(field)
	list := []segment.Share{}
	var columns []int
	for j := from; j < from+len(shares.Names); j++ {
		if p.means[c][j] > 0 && p.held[c][j] >= least {
			columns = append(columns, j)
		}
	}
	slices.SortStableFunc(columns, func(a, b int) int { return cmp.Compare(p.means[c][b], p.means[c][a]) })
	for _, j := range columns[:min(len(columns), tastes)] {
		share := p.means[c][j]
		name := shares.Names[j-from]
		if len(list) < nameable && p.effect(c, j) >= telling && share >= lift*p.all[j] && 2*p.held[c][j] >= p.sizes[c] && !slices.Contains(m.Tastes, name) {
			m.Tastes = append(m.Tastes, name)
		}
		list = append(list, segment.Share{Name: name, Share: min(share, 1)})
	}
	return list
}
