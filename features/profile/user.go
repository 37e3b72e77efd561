package profile

import (
	"slices"

	"curio/datasets/event"
)

// User is the fold of one user's events. The zero value is a user without any.
// All counts and sums saturate at the largest int64.
type User struct {
	Learning    Learning
	Purchase    Purchase
	Interaction Interaction
	Events      int64
	First, Last event.Time // of the earliest and latest event with a time, 0 if none had one
	Sessions    Sessions   // of the events with a time
	Touches     []Touch    // sorted by Item, one an item
}

// Fold adds e, done to the item of that index, or to none or to one outside the
// vocabulary when item is negative. Events without an item count in the totals
// only; an event of an unknown type changes nothing. Values outside the ranges
// of package event are brought into them; a rating that has none, or one
// outside MinRating..MaxRating, counts in Events and the times alone.
//
// Touches stay sorted at all times. An event on a known item, or on one past
// the last, costs O(log n) for n touches; any other new item also moves up to
// n*64 bytes, some 5 microseconds at n = 10,000. Past that, folding parts of the
// history and merging them is cheaper. Sessions cost O(log n) likewise, and a new
// one that is not the last moves up to n*16 bytes. Fold keeps nothing of e.
func (u *User) Fold(item int32, e *event.Event) {
	if !known(e.Type) {
		return
	}
	f := factsOf(e)
	u.Events = sum(u.Events, 1)
	u.First = earliest(u.First, e.TS)
	u.Last = latest(u.Last, e.TS)
	if e.TS != 0 {
		u.Sessions.add(e.TS)
	}
	u.Learning.fold(e.Type, f)
	u.Purchase.fold(e, f)
	u.Interaction.fold(e.Type)
	if item >= 0 {
		u.touch(item).fold(e, f)
	}
}

// Touch returns what the user did to the item of that index, or nil.
func (u *User) Touch(item int32) *Touch {
	if i, ok := u.find(item); ok {
		return &u.Touches[i]
	}
	return nil
}

func (u *User) find(item int32) (int, bool) {
	n := len(u.Touches)
	if n == 0 || u.Touches[n-1].Item < item {
		return n, false
	}
	low, high := 0, n // by hand: a call a step would show in the time of Fold
	for low < high {
		if middle := (low + high) / 2; u.Touches[middle].Item < item {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, u.Touches[low].Item == item
}

// touch returns the touch of item, adding it if there is none.
func (u *User) touch(item int32) *Touch {
	i, ok := u.find(item)
	if !ok {
		u.grow(1)
		u.Touches = slices.Insert(u.Touches, i, Touch{Item: item})
	}
	return &u.Touches[i]
}

// grow makes room for n touches, with a quarter to spare instead of the
// doubling of append: touches are most of the memory of a training run.
func (u *User) grow(n int) {
	if need := len(u.Touches) + n; need > cap(u.Touches) {
		grown := make([]Touch, len(u.Touches), need+need/4)
		copy(grown, u.Touches)
		u.Touches = grown
	}
}
