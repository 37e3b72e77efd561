package split

import (
	"slices"

	"curio/datasets/event"
)

// Global returns the same cut for each of users 0..users-1: the instant from
// which the latest share of all pairs (rounded up) have their first event.
// Instants are not parted, training is not emptied, and unknown times are
// trained on, as in ByUser; but a single user may well have everything held out,
// or nothing. If nothing can be held out the cut is Never.
//
// firsts is as for ByUser.
func Global(users int, firsts []First, share float64) []event.Time {
	var unknown int
	times := make([]event.Time, 0, len(firsts))
	for _, f := range firsts {
		switch {
		case !within(f.User, users):
		case f.At == 0:
			unknown++
		default:
			times = append(times, f.At)
		}
	}
	slices.Sort(times)
	cuts := make([]event.Time, users)
	at := cut(times, unknown, quota(len(times)+unknown, share))
	for u := range cuts {
		cuts[u] = at
	}
	return cuts
}
