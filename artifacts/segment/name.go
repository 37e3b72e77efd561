package segment

import (
	"fmt"
	"slices"
	"strings"
)

// Marks are what a segment can be named after, each strongest first.
type Marks struct {
	Tastes   []string // categories and tags that its users prefer by far
	Leanings []string // and that they only prefer more than others do
	Traits   []Mark   // how they behave differently
	Raters   bool     // ratings are all that is known of what users do
	Whole    bool     // everybody is in the segment
	Withheld bool     // nothing may be said of it
}

// Mark is a trait together with the share of the segment's users, 0..1, who have
// more than nothing of the feature.
type Mark struct {
	Trait
	Held float64
}

// Name is what a segment is called.
type Name struct{ EN, ZH string }

// Names returns a readable name for each segment, no two alike in either language:
// how active its users are, what they do and like, such as "heavy drama raters",
// "programming finishers" or "new users leaning towards comedy". A name only says
// what its marks say, with their signs; nobody is called after an activity that fewer
// than half of the segment have.
//
// Segments that would be called the same all say more of themselves, until they
// differ; those that have no more to say are numbered. Names are bounded in length;
// they may hold markup that is in the data.
func Names(marks []Marks) []Name {
	options := make([][]Name, len(marks))
	most := 0
	for i := range marks {
		options[i] = marks[i].names()
		most = max(most, len(options[i]))
	}
	names, taken := make([]Name, len(marks)), make(map[string]bool, 2*len(marks))
	free := func(n Name) bool { return !taken[strings.ToLower(n.EN)] && !taken[strings.ToLower(n.ZH)] }
	take := func(i int, n Name) {
		names[i], taken[strings.ToLower(n.EN)], taken[strings.ToLower(n.ZH)] = n, true, true
	}
	for level := range most {
		wanted := make(map[string]int)
		for i, list := range options {
			if n := list[min(level, len(list)-1)]; names[i].EN == "" {
				wanted[strings.ToLower(n.EN)]++
			}
		}
		for i, list := range options {
			n := list[min(level, len(list)-1)]
			if names[i].EN == "" && wanted[strings.ToLower(n.EN)] == 1 && free(n) {
				take(i, n)
			}
		}
	}
	for i, list := range options {
		if names[i].EN != "" {
			continue
		}
		name := list[0]
		if at := slices.IndexFunc(list, free); at >= 0 {
			name = list[at]
		}
		for n, plain := 2, name; !free(name); n++ {
			name = Name{fmt.Sprintf("%s %d", plain.EN, n), fmt.Sprintf("%s %d", plain.ZH, n)}
		}
		take(i, name)
	}
	return names
}

// names lists names that fit, the shortest first; there is at least one.
func (m *Marks) names() []Name {
	switch {
	case m.Withheld:
		return []Name{{"users too few to describe", "人数过少的用户"}}
	case m.Whole:
		return []Name{{"all users", "全体用户"}}
	}
	tastes, manners, nouns := m.tastes(), m.manners(), m.nouns()
	var list []Name
	for sum := range len(tastes) + len(manners) + len(nouns) - 2 {
		for n := 0; n <= sum && n < len(nouns); n++ {
			for a := 0; n+a <= sum && a < len(manners); a++ {
				if t := sum - n - a; t < len(tastes) {
					en := manners[a].EN + " " + tastes[t].EN + " " + nouns[n].EN
					if len(m.Tastes) == 0 {
						en = manners[a].EN + " " + nouns[n].EN + " " + tastes[t].EN
					}
					list = append(list, Name{strings.Join(strings.Fields(en), " "), tastes[t].ZH + manners[a].ZH + nouns[n].ZH})
				}
			}
		}
	}
	return list
}

// tastes returns the first taste, the first two together and the second; of leanings
// the same. There is an empty one when there are neither.
func (m *Marks) tastes() []Name {
	list, en, zh := m.Tastes, "", "偏好"
	if len(list) == 0 {
		list, en, zh = m.Leanings, "leaning towards ", "偏向"
	}
	switch len(list) {
	case 0:
		return []Name{{}}
	case 1:
		return []Name{{en + label(list[0]), zh + quoted(list[0]) + "的"}}
	}
	return []Name{
		{en + label(list[0]), zh + quoted(list[0]) + "的"},
		{en + label(list[0]) + " and " + label(list[1]), zh + quoted(list[0]) + "和" + quoted(list[1]) + "的"},
		{en + label(list[1]), zh + quoted(list[1]) + "的"},
	}
}

const (
	marked = 0.5 // effect, in standard deviations, from which a name has an adjective at once
	wordy  = 3   // adjectives of a name at most
)

// manners returns more and more adjectives: those that are marked in the segment,
// with the first of which it begins, then others. Where these are all there is to say,
// it begins with the first as well.
func (m *Marks) manners() []Name {
	var list []Name
	words := m.matching(adjectives)
	if len(words) == 0 || words[0].effect < marked && len(m.Tastes)+len(m.Leanings)+len(m.matching(nouns)) > 0 {
		list = append(list, Name{})
	}
	var all Name
	for _, w := range words[:min(len(words), wordy)] {
		all = Name{all.EN + " " + w.EN, all.ZH + w.ZH}
		list = append(list, all)
	}
	return list
}

// nouns returns what the users of m are.
func (m *Marks) nouns() []Name {
	var list []Name
	for _, w := range m.matching(nouns) {
		list = append(list, w.Name)
	}
	for _, t := range m.Traits {
		if n, ok := stranger(t); ok {
			list = append(list, n)
		}
	}
	switch {
	case len(list) > 0:
		return list
	case m.Raters:
		return []Name{{"raters", "评分用户"}}
	case len(m.Tastes) > 0:
		return []Name{{"fans", "爱好者"}}
	case len(m.Leanings)+len(m.matching(adjectives)) > 0:
		return []Name{{"users", "用户"}}
	}
	return []Name{{"typical users", "普通用户"}}
}
