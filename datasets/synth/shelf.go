package synth

import (
	"cmp"
	"math"
	"slices"
)

// A shelf is some of the items of one topic in one domain, drawn by popularity:
// the better ones tend to be in front, and attention falls with the place (Zipf).
type shelf struct {
	items []int32
	alias alias
}

// shelves is all items of a topic in a domain, and those of each first tag.
type shelves struct {
	all    shelf
	tagged [tagsPerTopic]shelf
}

const zipf = 0.7

func (s *shelf) draw(r *stream) int32 { return s.items[s.alias.draw(r)] }

func (p *Platform) newShelves(s *stream) {
	s.start(forItems, 1)
	appeal := make([]float64, len(p.items))
	order := make([]int32, len(p.items))
	for i := range p.items {
		appeal[i] = float64(p.items[i].quality) + 0.8*s.NormFloat64()
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(appeal[b], appeal[a]), cmp.Compare(a, b))
	})
	for _, i := range order {
		it := &p.items[i]
		place := &p.shelves[it.domain][it.topic]
		place.all.items = append(place.all.items, i)
		tagged := &place.tagged[it.tags[0]]
		tagged.items = append(tagged.items, i)
	}
	for d := range p.shelves {
		for c := range p.shelves[d] {
			place := &p.shelves[d][c]
			place.all.weigh()
			for t := range place.tagged {
				place.tagged[t].weigh()
			}
		}
	}
}

// weigh makes a shelf ready to be drawn from.
func (s *shelf) weigh() {
	weights := make([]float64, len(s.items))
	for rank := range weights {
		weights[rank] = math.Pow(float64(rank+2), -zipf)
	}
	s.alias = newAlias(weights)
}
