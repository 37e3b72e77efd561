package encode

import (
	"slices"

	"curio/datasets/event"
	"curio/features/profile"
)

// Users encodes users. It is frozen and safe for concurrent use, but for Bind
// and UnmarshalJSON, which have to be done with before.
//
// The first DoneDim columns come of what a user did, and are 0 for a user without
// events; the others are what is known of anybody.
type Users struct {
	schema usersSchema
	hash   string
	table  table

	categories, domains, tags           oneHot
	ages, genders, occupations, regions oneHot

	behaviour []int    // columns of Behaviour
	named     []string // their names
	place     []place  // by item index
	tagged    tagged
}

// minShare is the share of users, one in so many, that must have a value for
// it to get a column.
const minShare = 200

// FitUsers makes the encoder of the given users: profiles and users by user
// index, cat by item index, asOf the time each profile is as of. users or asOf
// may be shorter than profiles; what is missing is unknown. The numbers of s must
// be finite. Nothing given is kept or changed.
func FitUsers(cat []event.Item, users []event.User, profiles []profile.User, asOf []event.Time, s profile.Strength) *Users {
	e := &Users{schema: usersSchema{Kind: usersKind, Strength: s}}
	e.schema.Categories, e.schema.Domains = touched(cat, profiles)
	e.schema.Tags = touchedTags(cat, profiles)
	e.schema.Ages = stated(users, maxAges, func(u *event.User) string { return ageBand(u.Age) })
	e.schema.Genders = stated(users, MaxValues, func(u *event.User) string { return u.Gender })
	e.schema.Occupations = stated(users, MaxValues, func(u *event.User) string { return u.Occupation })
	e.schema.Regions = stated(users, MaxValues, func(u *event.User) string { return u.Region })
	e.index()
	e.Bind(cat)
	e.schema.Columns = fit(e.rawNames(), len(profiles), func(i int, dst []float64) {
		e.raw(dst, at(users, i), &profiles[i], timeAt(asOf, i))
	})
	// The columns were just chosen among the names, so this cannot fail.
	e.table, _ = newTable(e.schema.Columns, e.rawNames())
	e.finish()
	return e
}

// Encode writes the vector of one user to dst, whose length is Dim(). u is what
// is known of the user besides behaviour and p the profile as of asOf; either
// may be nil for a user of whom nothing is known. It does not allocate.
func (e *Users) Encode(dst []float32, u *event.User, p *profile.User, asOf event.Time) {
	var raw [maxUserRaw]float64
	e.raw(raw[:], u, p, asOf)
	e.table.encode(dst, raw[:])
}

// Dim returns the number of columns.
func (e *Users) Dim() int { return len(e.table.columns) }

// DoneDim returns how many of the columns come of what a user did. They come first.
func (e *Users) DoneDim() int {
	stated := userBehaviours + len(e.domains.values) + len(e.categories.values)
	n, _ := slices.BinarySearch(e.table.source, stated)
	return n
}

// Names returns the names of the columns.
func (e *Users) Names() []string { return e.table.names() }

// Hash returns the sha256, in hex, of schema and statistics.
func (e *Users) Hash() string { return e.hash }

// Strength returns the strengths that affinities are weighted with.
func (e *Users) Strength() profile.Strength { return e.schema.Strength }

// stated returns the values that at least one user in minShare has.
func stated(users []event.User, most int, value func(*event.User) string) []string {
	counts := make(map[string]int64)
	for i := range users {
		counts[value(&users[i])]++
	}
	least := (int64(len(users)) + minShare - 1) / minShare
	return frequent(counts, least, most)
}

func at[T any](list []T, i int) *T {
	if i < len(list) {
		return &list[i]
	}
	return nil
}

func timeAt(list []event.Time, i int) event.Time {
	if i < len(list) {
		return list[i]
	}
	return 0
}
