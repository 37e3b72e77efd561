package profile

import (
	"cmp"
	"slices"

	"curio/datasets/event"
)

// Needs are what a user was looking for and has not had.
type Needs struct {
	Searches   int64  // of all time, those that chose nothing included
	Unfinished []Need // items begun and not finished
	Sought     []Need // items chosen in a search and not begun
}

// Need is one item, with how far the user came.
type Need struct {
	Item     int32
	Progress uint16     // basis points, < FullProgress
	Last     event.Time // of the last event, 0 if unknown
}

// Needs returns the needs of a user as of a time, the most recent first and then
// by item index. An item that was dismissed, or bought and given back, is none;
// nor is one last touched more than o.NeedDays before asOf, or one that cat, by
// item index, says is unavailable. cat may be shorter than that or nil. A touch
// at an unknown time is as good as a recent one.
func (u *User) Needs(cat []event.Item, asOf event.Time, o *Options) Needs {
	n := Needs{Searches: u.Interaction.Searches}
	for i := range u.Touches {
		t := &u.Touches[i]
		if t.Finished() || t.declined() || stale(t.Last, asOf, o.NeedDays) {
			continue
		}
		if t.Item >= 0 && int(t.Item) < len(cat) && cat[t.Item].Unavailable {
			continue
		}
		need := Need{Item: t.Item, Progress: t.Progress, Last: t.Last}
		switch {
		case t.Started():
			n.Unfinished = append(n.Unfinished, need)
		case t.Counts[event.Search] > 0:
			n.Sought = append(n.Sought, need)
		}
	}
	for _, list := range [][]Need{n.Unfinished, n.Sought} {
		slices.SortFunc(list, func(a, b Need) int {
			return cmp.Or(cmp.Compare(b.Last, a.Last), cmp.Compare(a.Item, b.Item))
		})
	}
	return n
}

// declined reports whether the user said no to the item.
func (t *Touch) declined() bool {
	back := t.Counts[event.Refund]
	return t.Counts[event.Dismiss] > 0 || (back > 0 && back >= t.Counts[event.Purchase])
}

// stale reports whether a known time lies more than so many days, if any, before
// a known time.
func stale(last, asOf event.Time, days int) bool {
	if last == 0 || asOf == 0 || last >= asOf || days <= 0 {
		return false
	}
	return apart(last, asOf) > uint64(days)*uint64(event.Day)
}
