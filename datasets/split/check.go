package split

import (
	"errors"
	"fmt"
	"iter"

	"curio/datasets/event"
)

// ErrLeak is wrapped by every error of Check that is about the split.
var ErrLeak = errors.New("leak between training and held-out data")

// Check verifies rows that were built with cuts. It returns an error that wraps
// ErrLeak and names the first offender if
//
//   - a training row (any event, At being its own time) is held out by its
//     user's cut,
//   - a held-out row (At being the pair's first time) is not,
//   - a held-out pair is in training too, or
//   - a row's user has no cut.
//
// Held-out rows are looked at first. Memory grows with the held-out pairs; both
// sequences are read once.
func Check(cuts []event.Time, train, held iter.Seq[First]) error {
	pairs := make(map[pair]struct{})
	var n int
	for f := range held {
		n++
		if !within(f.User, len(cuts)) {
			return fmt.Errorf("held-out row %d: user %d has no cut, there are %d users: %w", n, f.User, len(cuts), ErrLeak)
		}
		if at := cuts[f.User]; !Held(f.At, at) {
			return fmt.Errorf("held-out row %d: user %d, item %d at %d is before the cut %d: %w", n, f.User, f.Item, f.At, at, ErrLeak)
		}
		pairs[pair{f.User, f.Item}] = struct{}{}
	}
	n = 0
	for f := range train {
		n++
		if !within(f.User, len(cuts)) {
			return fmt.Errorf("training row %d: user %d has no cut, there are %d users: %w", n, f.User, len(cuts), ErrLeak)
		}
		if at := cuts[f.User]; Held(f.At, at) {
			return fmt.Errorf("training row %d: user %d, item %d at %d is not before the cut %d: %w", n, f.User, f.Item, f.At, at, ErrLeak)
		}
		if _, both := pairs[pair{f.User, f.Item}]; both {
			return fmt.Errorf("training row %d: user %d, item %d is held out too: %w", n, f.User, f.Item, ErrLeak)
		}
	}
	return nil
}

// pair is a user and an item.
type pair struct{ user, item int32 }
