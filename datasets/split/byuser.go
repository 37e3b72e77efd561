package split

import (
	"slices"

	"curio/datasets/event"
)

// ByUser returns the cut of one user, such that the latest share of the user's
// distinct items (rounded up, by the time of their first event) are held out.
// With fewer than MinItems items nothing is, and the cut is Never.
//
// firsts holds the time of the first event of each item, in any order, but for
// those whose time is unknown: of these, unknown is the number. They count as
// items and are trained on. Items at the same instant stay together: where the
// share would part them the cut moves later and holds out less. It also moves
// later rather than leave the user without any item to train on. A share of 1 or
// more holds out all but the earliest instant, one of 0 or less (or NaN) nothing.
//
// firsts is sorted.
func ByUser(firsts []event.Time, unknown int, share float64) event.Time {
	n := len(firsts) + unknown
	if n < MinItems {
		return Never
	}
	slices.Sort(firsts)
	return cut(firsts, unknown, quota(n, share))
}
