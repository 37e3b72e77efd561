// Package split divides what users did by time: a model learns from what came
// before a cut and is judged by what came after.
//
// A split is one cut a user. A pair of a user and an item is held out when its
// first event is at or after the user's cut (Held). Every event of the user from
// the cut on is kept from training, whatever its item, because in the moment of
// the cut none of it had happened yet. Check verifies both on what was built.
package split

import (
	"math"

	"curio/datasets/event"
)

// First is the first event of a user-item pair. User and Item are dense
// indices; At is 0 when its time is unknown.
type First struct {
	User, Item int32
	At         event.Time
}

// Never is the cut of a user with nothing held out.
const Never event.Time = math.MaxInt64

// MinItems is how many distinct items a user needs before ByUser holds any out.
const MinItems = 5

// Held reports whether something that happened at a time is held out under a
// cut. An unknown time counts as before every cut.
func Held(at, cut event.Time) bool { return at != 0 && at >= cut }

func within(user int32, users int) bool { return user >= 0 && int(user) < users }

// quota is the number of held-out items of n: share of them, rounded up. A
// product that floating point puts just above a whole number is that number.
func quota(n int, share float64) int {
	if !(share > 0) {
		return 0
	}
	const tolerance = 1e-9
	return int(math.Ceil(min(share, 1)*float64(n) - tolerance))
}

// cut returns the instant at which the latest want of the ascending known times
// begin, with unknown times more of which there are only a number. It moves
// later past equal times, and again if nothing were left to train on.
func cut(known []event.Time, unknown, want int) event.Time {
	if want <= 0 {
		return Never
	}
	at := max(len(known)-want, 0)
	if at == 0 && unknown == 0 {
		at = 1
	}
	for at > 0 && at < len(known) && known[at] == known[at-1] {
		at++
	}
	if at >= len(known) {
		return Never
	}
	return known[at]
}
