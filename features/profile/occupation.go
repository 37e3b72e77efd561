package profile

import (
	"cmp"
	"slices"
)

// Occupations counts the users of one item by occupation. Make it before
// folding.
type Occupations map[string]int64

// Fold adds a user who touched the item. An unknown occupation, which is empty,
// is not counted.
func (o Occupations) Fold(occupation string) {
	if occupation != "" {
		o[occupation] = sum(o[occupation], 1)
	}
}

// Merge adds the counts of other users.
func (o Occupations) Merge(other Occupations) {
	for name, n := range other {
		o[name] = sum(o[name], n)
	}
}

// Top returns at most n occupations, the most frequent first and those of equal
// count in order of their bytes.
func (o Occupations) Top(n int) []string {
	names := make([]string, 0, len(o))
	for name := range o {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(o[b], o[a]), cmp.Compare(a, b))
	})
	return names[:min(len(names), n)]
}
