package pipeline

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"curio/datasets/event"
	"curio/datasets/split"
	"curio/features/profile"
)

// Split says how a data set without a split of its own is divided.
type Split string

// The ways to divide by time.
const (
	ByUser Split = "user" // each user's latest interactions are held out
	Global Split = "time" // everything from one instant on is held out
)

// views are the users as of two moments: when learning ends and, in held, from
// there on. The merge of both is the user now.
type views struct {
	fixed    bool
	train    []profile.User // by user index
	held     []profile.User
	asOf     []event.Time   // by user index: when their training view ends
	end      event.Time     // the latest event of the log
	trained  event.Time     // the latest event of all training views
	cuts     []event.Time   // by user index: split.Never where nothing is held out
	paid     []profile.Item // by item index: the money of the training views
	paidHeld []profile.Item // by item index: the money since
}

// divide folds every event into its user's training or held-out profile. The
// validation side of a fixed split is on neither: it is for choosing settings.
func divide(ctx context.Context, l *log, fixed bool, s Split, share float64) (*views, error) {
	n := l.users.Len()
	v := &views{
		fixed: fixed, train: make([]profile.User, n), held: make([]profile.User, n),
		asOf: make([]event.Time, n), cuts: make([]event.Time, n),
		paid: make([]profile.Item, l.items.Len()), paidHeld: make([]profile.Item, l.items.Len()),
	}
	for u := range v.cuts {
		v.cuts[u] = split.Never
	}
	if !fixed {
		firsts := firstContacts(l)
		switch s {
		case ByUser:
			v.cuts = split.ByUser(n, firsts, share)
		case Global:
			v.cuts = split.Global(n, firsts, share)
		default:
			return nil, fmt.Errorf("split %q is neither %q nor %q", s, ByUser, Global)
		}
	}
	var e event.Event
	for i := range l.len() {
		if i%(1<<16) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if l.part[i] == event.Validation {
			continue
		}
		l.row(i, &e)
		u, item := l.user[i], l.item[i]
		v.end = max(v.end, e.TS)
		profiles, paid := v.train, v.paid
		if l.part[i] != event.Train || split.Held(e.TS, v.cuts[u]) {
			profiles, paid = v.held, v.paidHeld
		} else {
			v.trained = max(v.trained, e.TS)
		}
		profiles[u].Fold(item, &e)
		if item >= 0 {
			paid[item].Pay(&e)
		}
	}
	for u := range v.asOf {
		v.asOf[u] = min(v.cuts[u], v.end)
	}
	return v, nil
}

// firstContacts lists the first event of every user-item pair.
func firstContacts(l *log) []split.First {
	firsts := make([]split.First, 0, l.len()/2)
	for i := range l.len() {
		if l.item[i] >= 0 {
			firsts = append(firsts, split.First{User: l.user[i], Item: l.item[i], At: l.ts[i]})
		}
	}
	slices.SortFunc(firsts, func(a, b split.First) int {
		if a.User != b.User {
			return int(a.User - b.User)
		}
		if a.Item != b.Item {
			return int(a.Item - b.Item)
		}
		return int(min(max(a.At-b.At, -1), 1))
	})
	return slices.CompactFunc(firsts, func(a, b split.First) bool { return a.User == b.User && a.Item == b.Item })
}

// now merges the held-out views into the training views, after which the
// profiles are the users as of the end of the log. The test side of a fixed split
// stays out: the data set's publisher set it aside.
func (v *views) now() {
	if !v.fixed {
		for u := range v.train {
			v.train[u].Merge(&v.held[u])
			v.asOf[u] = v.end
		}
		for i := range v.paid {
			v.paid[i].Merge(&v.paidHeld[i])
		}
	}
	v.held, v.paidHeld = nil, nil
}

// itemProfiles folds the training views by item.
func (v *views) itemProfiles() []profile.Item {
	items := slices.Clone(v.paid)
	for u := range v.train {
		touches := v.train[u].Touches
		for i := range touches {
			items[touches[i].Item].Fold(&touches[i])
		}
	}
	return items
}

// overlap counts what a fixed split leaves to be said of it.
func (v *views) overlap() map[string]int {
	o := split.CheckFixed(pairs(v.train), pairs(v.held))
	return map[string]int{"test_pairs_in_train": o.Both, "test_users_without_train": o.ColdUsers, "test_items_without_train": o.ColdItems}
}

// pairs yields every pair of the profiles with its last time.
func pairs(profiles []profile.User) iter.Seq[split.First] {
	return func(yield func(split.First) bool) {
		for u := range profiles {
			for i := range profiles[u].Touches {
				t := &profiles[u].Touches[i]
				if !yield(split.First{User: int32(u), Item: t.Item, At: t.Last}) {
					return
				}
			}
		}
	}
}
