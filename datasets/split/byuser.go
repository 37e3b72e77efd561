package split

import (
	"slices"

	"curio/datasets/event"
)

// ByUser returns a cut for each of users 0..users-1, such that the latest share
// of the user's distinct items (rounded up, by the time of their first event)
// are held out. Only users with at least MinItems items have anything held out.
//
// Pairs at the same instant stay together: where the share would part them the
// cut moves later and holds out less. It also moves later rather than leave a
// user without any item to train on. Pairs of unknown time count as items and
// are trained on. A user with nothing held out gets Never.
//
// firsts holds each pair once, in any order; the order does not matter. Pairs of
// users outside 0..users-1 are left aside. A share of 1 or more holds out all
// but the earliest instant, one of 0 or less (or NaN) nothing.
func ByUser(users int, firsts []First, share float64) []event.Time {
	start := make([]int, users+1) // of each user's known times, after the sums
	unknown := make([]int, users)
	for _, f := range firsts {
		switch {
		case !within(f.User, users):
		case f.At == 0:
			unknown[f.User]++
		default:
			start[f.User+1]++
		}
	}
	for u := range users {
		start[u+1] += start[u]
	}
	times := make([]event.Time, start[users])
	fill := slices.Clone(start)
	for _, f := range firsts {
		if within(f.User, users) && f.At != 0 {
			times[fill[f.User]] = f.At
			fill[f.User]++
		}
	}
	cuts := make([]event.Time, users)
	for u := range cuts {
		known := times[start[u]:start[u+1]]
		cuts[u] = Never
		if n := len(known) + unknown[u]; n >= MinItems {
			slices.Sort(known)
			cuts[u] = cut(known, unknown[u], quota(n, share))
		}
	}
	return cuts
}

func within(user int32, users int) bool { return user >= 0 && int(user) < users }
