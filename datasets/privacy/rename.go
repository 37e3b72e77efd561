package privacy

import (
	"slices"

	"curio/datasets/event"
)

// renamed returns a user under its pseudonym and without texts that repeat its
// id. Without a handle it is as it was. It shares no list with u.
func renamed(u event.User, handle *Handle) event.User {
	if handle == nil {
		return u
	}
	raw := u.ID
	u.ID = handle.User(raw)
	for _, text := range []*string{&u.Occupation, &u.Gender, &u.Region} {
		*text = without(raw, *text)
	}
	if u.Consent != nil {
		u.Consent = slices.DeleteFunc(slices.Clone(u.Consent), func(text string) bool { return without(raw, text) == "" })
	}
	return u
}
