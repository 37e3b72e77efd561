package profile

import (
	"math/rand/v2"

	"curio/datasets/event"
)

// randomEvents returns events of every type over items -1..items-1, odd values
// and unknown times included. Times are whole minutes, so that pauses of exactly
// the gap of sessions are common.
func randomEvents(r *rand.Rand, n, items int) ([]int32, []event.Event) {
	index, events := make([]int32, n), make([]event.Event, n)
	plans := []string{"", PlanSubscription, PlanSingle, "gift"}
	for i := range events {
		index[i] = int32(r.IntN(items+1)) - 1
		events[i] = event.Event{
			TS:       event.Time(r.Int64N(3000)-20) * 60_000,
			Type:     event.Type(r.IntN(event.Types + 2)),
			Has:      event.Has(r.IntN(16)),
			Watched:  r.Int64N(1e7) - 1000,
			Progress: r.Int32N(12000) - 1000,
			Rating:   r.Int32N(600),
			Amount:   r.Int64N(1e5) - 100,
			Plan:     plans[r.IntN(len(plans))],
		}
	}
	return index, events
}

func foldAll(index []int32, events []event.Event) User {
	var u User
	for i := range events {
		u.Fold(index[i], &events[i])
	}
	return u
}
