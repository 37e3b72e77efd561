package profile

import (
	"cmp"
	"slices"

	"curio/datasets/event"
)

// Topics are the categories and tags of a catalogue, which the touches of
// profiles refer to by item index. They are immutable and safe for concurrent
// use.
type Topics struct {
	categories, tags []string // sorted
	category         []int32  // by item index, -1 for none
	tagged           [][]int32
}

// NewTopics reads a catalogue by item index. It keeps its strings and nothing
// else of it. A tag that an item repeats counts once.
func NewTopics(cat []event.Item) *Topics {
	t := &Topics{category: make([]int32, len(cat)), tagged: make([][]int32, len(cat))}
	for i := range cat {
		t.categories = append(t.categories, cat[i].Category)
		t.tags = append(t.tags, cat[i].Tags...)
	}
	t.categories, t.tags = names(t.categories), names(t.tags)
	for i := range cat {
		t.category[i] = place(t.categories, cat[i].Category)
		for _, tag := range cat[i].Tags {
			if at := place(t.tags, tag); at >= 0 && !slices.Contains(t.tagged[i], at) {
				t.tagged[i] = append(t.tagged[i], at)
			}
		}
	}
	return t
}

// names sorts a list and takes what is repeated or empty out of it.
func names(list []string) []string {
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) > 0 && list[0] == "" {
		list = list[1:]
	}
	return slices.Clip(list)
}

func place(list []string, name string) int32 {
	if i, ok := slices.BinarySearch(list, name); ok {
		return int32(i)
	}
	return -1
}

// Interests are what a user is interested in, the most first and equals in order
// of their bytes.
type Interests struct {
	Categories, Tags []Interest
}

// Interest is the weight of one category or tag: the sum, over the items of it
// that the user touched, of the strength of the touch times its recency. It is
// more than 0.
type Interest struct {
	Topic  string
	Weight float64
}

// Interests returns the interests of a user as of a time. s gives the strengths;
// the half-lives are those of o. Sums run in the order of the touches, so equal
// profiles give equal bits.
func (t *Topics) Interests(u *User, asOf event.Time, s *Strength, o *Options) Interests {
	inCategory, ofTag := *s, *s
	inCategory.HalfLife, ofTag.HalfLife = halfLife(o.CategoryHalfLifeDays), halfLife(o.TagHalfLifeDays)
	categories, tags := make(map[int32]float64), make(map[int32]float64)
	for i := range u.Touches {
		touch := &u.Touches[i]
		strength := float64(s.Of(touch))
		if strength == 0 || touch.Item < 0 || int(touch.Item) >= len(t.category) {
			continue
		}
		if at := t.category[touch.Item]; at >= 0 {
			categories[at] += strength * float64(inCategory.Recency(touch.Last, asOf))
		}
		if of := t.tagged[touch.Item]; len(of) > 0 {
			weight := strength * float64(ofTag.Recency(touch.Last, asOf))
			for _, at := range of {
				tags[at] += weight
			}
		}
	}
	return Interests{Categories: ranked(categories, t.categories), Tags: ranked(tags, t.tags)}
}

func ranked(weights map[int32]float64, names []string) []Interest {
	var list []Interest
	for at, weight := range weights {
		if weight > 0 {
			list = append(list, Interest{names[at], weight})
		}
	}
	slices.SortFunc(list, func(a, b Interest) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Topic, b.Topic))
	})
	return list
}
