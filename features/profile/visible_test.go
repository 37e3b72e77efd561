package profile

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"curio/datasets/event"
)

func TestVisible(t *testing.T) {
	tests := []struct {
		name           string
		ts, receivedAt event.Time
		asOf           event.Time
		want           bool
	}{
		{"Before", 9, 0, 10, true},
		{"At", 10, 10, 10, true},
		{"After", 11, 0, 10, false},
		{"ReceivedAfter", 9, 11, 10, false},
		{"ReceivedBefore", 11, 9, 10, false},
		{"UnknownReceived", 0, 10, 10, true},
		{"UnknownReceivedAfter", 0, 11, 10, false},
		{"NoTime", 0, 0, 10, true},
		{"NoTimeBeforeTheEpoch", 0, 0, -10, true},
		{"BeforeTheEpoch", -11, -10, -10, true},
		{"AfterBeforeTheEpoch", -9, 0, -10, false},
		{"NoAsOf", 11, 12, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Visible(&event.Event{TS: tt.ts, ReceivedAt: tt.receivedAt}, tt.asOf); got != tt.want {
				t.Errorf("visible %v, want %v", got, tt.want)
			}
		})
	}
}

// TestProfileIgnoresTheFuture changes, takes away and adds whatever is not
// visible at a time, in any order, and sees no byte of the profiles of users and
// items as of that time move.
func TestProfileIgnoresTheFuture(t *testing.T) {
	const items = 15
	r := rand.New(rand.NewPCG(41, 42))
	ids := itemIDs(items)
	tables := func(index []int32, log []event.Event, asOf event.Time) ([]byte, []byte) {
		var seen []event.Event
		var of []int32
		var u User
		for i := range log {
			if Visible(&log[i], asOf) {
				u.Fold(index[i], &log[i])
				seen, of = append(seen, log[i]), append(of, index[i])
			}
		}
		popularity := make([]Item, items)
		foldItems(popularity, &u, 5, of, seen)
		return userTable(t, []User{u}, ids), itemTable(t, popularity)
	}
	for range 60 {
		asOf := event.Time(1+r.Int64N(2900)) * 60_000
		log := func(n int) ([]int32, []event.Event) {
			index, events := randomEvents(r, n, items)
			for i := range events {
				switch r.IntN(3) {
				case 0:
					events[i].ReceivedAt = events[i].TS + event.Time(r.Int64N(600))*60_000
				case 1:
					events[i].ReceivedAt = asOf + event.Time(r.Int64N(3)) - 1
				}
			}
			return index, events
		}
		index, events := log(120)
		users, popularity := tables(index, events, asOf)

		others, more := log(120)
		var changedIndex []int32
		var changed []event.Event
		for i := range events {
			hidden := !Visible(&events[i], asOf)
			if hidden && r.IntN(2) == 0 {
				continue
			}
			e, item := events[i], index[i]
			if hidden {
				e.Type, e.Has, e.Progress, item = event.Purchase, 15, 10000, others[i]
				e.TS += event.Time(r.Int64N(1000))
				if Visible(&e, asOf) {
					e.TS = asOf + 1
				}
			}
			changedIndex, changed = append(changedIndex, item), append(changed, e)
		}
		for i := range more {
			if !Visible(&more[i], asOf) {
				changedIndex, changed = append(changedIndex, others[i]), append(changed, more[i])
			}
		}
		r.Shuffle(len(changed), func(i, j int) {
			changedIndex[i], changedIndex[j] = changedIndex[j], changedIndex[i]
			changed[i], changed[j] = changed[j], changed[i]
		})
		gotUsers, gotPopularity := tables(changedIndex, changed, asOf)
		if !bytes.Equal(users, gotUsers) || !bytes.Equal(popularity, gotPopularity) {
			t.Fatalf("the profiles as of %d changed with what came after", asOf)
		}
	}
}
