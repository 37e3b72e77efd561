package split

import (
	"slices"

	"curio/datasets/event"
)

// Global returns the instant from which the latest share of all pairs of a user
// and an item (rounded up) have their first event: the cut of every user. firsts
// and unknown are as for ByUser, but of all users, and so is what happens to equal
// times and to training; a single user may well have everything held out, or
// nothing. If nothing can be held out the cut is Never.
//
// firsts is sorted.
func Global(firsts []event.Time, unknown int, share float64) event.Time {
	slices.Sort(firsts)
	return cut(firsts, unknown, quota(len(firsts)+unknown, share))
}
