package encode

import (
	"fmt"
	"math"
	"slices"

	"curio/datasets/event"
	"curio/features/profile"
)

// The fields of the shares that a user's interest divides into.
const (
	CategoryField = "affinity.category"
	TagField      = "affinity.tag"
)

// Features are some raw features of users, chosen by name. It is safe for concurrent
// use.
type Features struct {
	of     *Users
	source []int     // raw values, those of tags after all others
	mean   []float64 // that stands for a missing value
	tags   bool
}

// Features finds features by name: those of BehaviourNames; the share of a category
// or tag in a user's interest, CategoryField or TagField with =name after it; and the
// values of StatedFields, field=value, which are 0 or 1. An error wraps ErrSchema and
// names the first that there is not.
func (e *Users) Features(names []string) (*Features, error) {
	f := &Features{of: e, source: make([]int, len(names)), mean: make([]float64, len(names))}
	known := make(map[string]int)
	for i, name := range e.rawNames() {
		known[name] = i
	}
	for i, name := range e.tags.names(nil, TagField) {
		known[name] = maxUserRaw + i
	}
	for i, name := range names {
		source, ok := known[name]
		if ok && source < e.behaviours() {
			var column int
			if column, ok = slices.BinarySearch(e.table.source, source); ok {
				f.mean[i] = e.table.columns[column].Mean
			}
		}
		if !ok {
			return nil, fmt.Errorf("%w: there is no feature %q of users", ErrSchema, name)
		}
		f.source[i] = source
		f.tags = f.tags || source >= maxUserRaw
	}
	return f, nil
}

// Len is the number of features.
func (f *Features) Len() int { return len(f.source) }

// Write writes to dst, whose length is Len(), the features of one user before they
// are standardised, on the scales that Behaviour and Affinity tell. A missing
// behaviour is the mean of the users the encoder was fitted on, any other missing
// value 0. u or p may be nil. It does not allocate.
func (f *Features) Write(dst []float32, u *event.User, p *profile.User, asOf event.Time) {
	var raw [maxUserRaw + MaxInterests]float64
	f.of.raw(raw[:maxUserRaw], u, p, asOf)
	if f.tags && p != nil {
		f.of.tagShares(raw[maxUserRaw:maxUserRaw+len(f.of.tags.values)], p, asOf)
	}
	dst = dst[:len(f.source)]
	for i, source := range f.source {
		x := raw[source]
		if math.IsNaN(x) {
			x = f.mean[i]
		}
		dst[i] = float32(x)
	}
}

// Stated is what users can be asked for, and the values that got features.
type Stated struct {
	Field  string
	Values []string
}

// StatedFields returns what is known of users besides what they do. Read it only.
func (e *Users) StatedFields() []Stated {
	return []Stated{
		{"age", e.ages.values}, {"gender", e.genders.values},
		{"occupation", e.occupations.values}, {"region", e.regions.values},
	}
}

// behaviours is the number of raw values that are behaviours.
func (e *Users) behaviours() int { return userBehaviours + len(e.domains.values) }
