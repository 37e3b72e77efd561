package segment

import (
	"fmt"
	"strings"
)

// Marks are what a segment can be named after, each strongest first: categories
// it prefers more than others do, with their effects, and traits of behaviour.
type Marks struct {
	Categories []Trait
	Traits     []Trait
}

// Names returns a readable name for each segment, no two alike: its category and
// what its users do, such as "programming finishers". When a name is taken by a
// segment before it, the next marks are tried, and in the end a number is added.
func Names(marks []Marks) []string {
	names := make([]string, len(marks))
	taken := make(map[string]bool, len(marks))
	for i := range marks {
		options := marks[i].names()
		names[i] = options[0]
		for _, name := range options {
			if !taken[name] {
				names[i] = name
				break
			}
		}
		for n, plain := 2, names[i]; taken[names[i]]; n++ {
			names[i] = fmt.Sprintf("%s %d", plain, n)
		}
		taken[names[i]] = true
	}
	return names
}

// names lists names that fit, best first; there is at least one.
func (m *Marks) names() []string {
	categories, nouns := m.categories(), m.nouns()
	var list []string
	for sum := 0; sum <= len(categories)+len(nouns)-2; sum++ {
		for c := 0; c <= sum && c < len(categories); c++ {
			if n := sum - c; n < len(nouns) {
				list = append(list, strings.TrimSpace(categories[c]+" "+nouns[n]))
			}
		}
	}
	return list
}

// categories returns the first, the first two together, the second and third.
func (m *Marks) categories() []string {
	var list []string
	for _, c := range m.Categories[:min(len(m.Categories), 3)] {
		list = append(list, c.Feature)
	}
	switch {
	case len(list) == 0:
		return []string{""}
	case len(list) > 1:
		return append([]string{list[0], list[0] + " and " + list[1]}, list[1:]...)
	}
	return list
}

// nouns returns what the users of m are, by trait.
func (m *Marks) nouns() []string {
	var list []string
	seen := make(map[string]bool)
	for _, t := range m.Traits {
		if n := noun(t); n != "" && !seen[n] {
			seen[n] = true
			list = append(list, n)
		}
	}
	switch {
	case len(list) > 0:
		return list
	case len(m.Categories) > 0:
		return []string{"enthusiasts"}
	}
	return []string{"average users"}
}

// words name users by a trait: part is in the name of the feature, much and
// little are who has more and less of it than others. An empty noun is for a side
// that people would not recognise. The first word that fits counts.
var words = []struct{ part, much, little string }{
	{"completion_rate", "finishers", "samplers"},
	{"completes", "finishers", ""},
	{"mean_progress", "finishers", "samplers"},
	{"watched", "watchers", ""},
	{"watches", "watchers", ""},
	{"mean_rating", "generous raters", "critics"},
	{"has_rating", "raters", ""},
	{"refund", "returners", ""},
	{"subscription", "subscribers", ""},
	{"purchase", "buyers", "free users"},
	{"amount", "buyers", "free users"},
	{"monetary", "buyers", "free users"},
	{"comments", "commenters", ""},
	{"likes", "fans", ""},
	{"favourites", "collectors", ""},
	{"shares", "sharers", ""},
	{"searches", "searchers", ""},
	{"dismissals", "sceptics", ""},
	{"views", "browsers", "occasional users"},
	{"recency", "lapsed users", "recent users"},
	{"tenure", "veterans", "newcomers"},
	{"activity", "heavy users", "light users"},
	{"frequency", "heavy users", "light users"},
	{"domain=course", "course takers", ""},
	{"domain=book", "readers", ""},
	{"domain=film", "film lovers", ""},
	{"domain=talk", "listeners", ""},
}

func noun(t Trait) string {
	for _, w := range words {
		if strings.Contains(t.Feature, w.part) {
			if t.Effect > 0 {
				return w.much
			}
			return w.little
		}
	}
	name := t.Feature[strings.LastIndexByte(t.Feature, '.')+1:]
	name = strings.ReplaceAll(strings.TrimPrefix(name, "log_"), "_", " ")
	if t.Effect > 0 {
		return "users with much " + name
	}
	return "users with little " + name
}
