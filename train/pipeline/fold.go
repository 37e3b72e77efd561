package pipeline

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"curio/datasets/event"
	"curio/datasets/split"
	"curio/datasets/timeline"
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
// there on. The merge of both, and of late, is the user now.
type views struct {
	fixed    bool
	train    []profile.User // by user index
	held     []profile.User
	asOf     []event.Time   // by user index: when their training view ends
	end      event.Time     // the latest moment of the log: when something happened or was received
	trained  event.Time     // the latest event of all training views
	cuts     []event.Time   // by user index: split.Never where nothing is held out
	paid     []profile.Item // by item index: the money of the training views
	paidHeld []profile.Item // by item index: the money since

	spare     bool // the validation side of a fixed split takes part in nothing but the rehearsal
	rehearsal bool // a division of the training data alone, to choose settings on

	people  []event.User // by user index
	options profile.Options

	mu    sync.Mutex             // guards below and the money while users are folded
	lates int                    // events of late
	late  map[int32]profile.User // what happened before the cut and became known after it: in neither view
}

// divide folds every event into its user's training or held-out profile: for the
// evaluation, or for a rehearsal.
func divide(ctx context.Context, l *log, c Config, rehearsal bool) (*views, error) {
	n := l.users.Len()
	v := &views{
		fixed: c.Source.Fixed(), train: make([]profile.User, n), held: make([]profile.User, n),
		asOf: make([]event.Time, n), cuts: slices.Clone(l.cuts), spare: c.SpareValidation, rehearsal: rehearsal,
		paid: make([]profile.Item, l.items.Len()), paidHeld: make([]profile.Item, l.items.Len()),
		people: l.people, options: c.Profiles, late: map[int32]profile.User{},
	}
	for u := range n {
		v.train[u], v.held[u] = c.Profiles.Empty(), c.Profiles.Empty()
	}
	at := split.Never
	if rehearsal && c.Split == Global && !v.fixed {
		var err error
		if at, err = v.instant(ctx, l, c.Holdout); err != nil {
			return nil, err
		}
	}
	var folders []*folder
	err := l.timelines.Each(ctx, func() func(*timeline.User) error {
		f := &folder{log: l, views: v, holdout: c.Holdout, instant: at}
		folders = append(folders, f)
		return f.visit
	})
	if err != nil {
		return nil, fmt.Errorf("fold users: %w", err)
	}
	for _, f := range folders {
		v.end, v.trained = max(v.end, f.end), max(v.trained, f.trained)
	}
	for u := range v.asOf {
		v.asOf[u] = min(v.cuts[u], v.end)
	}
	return v, nil
}

// folder folds the users that one goroutine visits.
type folder struct {
	log          *log
	views        *views
	holdout      float64
	instant      event.Time // that parts a rehearsal for everybody; split.Never where users have cuts of their own
	sides        []side     // of the events of the user visited
	end, trained event.Time
}

func (f *folder) visit(timelines *timeline.User) error {
	u, ok := f.log.users.Index(timelines.ID)
	if !ok {
		return nil // dropped
	}
	v := f.views
	cut := v.cuts[u]
	f.sides = v.sides(f.sides[:0], timelines, cut)
	if v.rehearsal {
		v.cuts[u] = f.slice(f.sides, timelines, cut)
	}
	for i := range timelines.Entries {
		e := &timelines.Entries[i]
		if f.sides[i] == nowhere {
			continue
		}
		item := int32(-1)
		if e.Item >= 0 {
			item = f.log.index[e.Item]
		}
		f.end = max(f.end, e.TS, e.ReceivedAt)
		switch f.sides[i] {
		case heldOut:
			v.held[u].Fold(item, &e.Event)
			v.pay(v.paidHeld, item, &e.Event)
		case lateOut:
			v.learnLate(u, item, &e.Event)
			v.pay(v.paidHeld, item, &e.Event)
		default:
			f.trained = max(f.trained, e.TS)
			v.train[u].Fold(item, &e.Event)
			v.pay(v.paid, item, &e.Event)
		}
	}
	return nil
}

// pay notes what was paid for an item.
func (v *views) pay(paid []profile.Item, item int32, e *event.Event) {
	if item >= 0 && e.Type == event.Purchase {
		v.mu.Lock()
		defer v.mu.Unlock()
		paid[item].Pay(e)
	}
}

func (v *views) learnLate(u, item int32, e *event.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	p, ok := v.late[u]
	if !ok {
		p = v.options.Empty()
	}
	p.Fold(item, e)
	v.late[u] = p
	v.lates++
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
		for u, p := range v.late {
			v.train[u].Merge(&p)
		}
		for i := range v.paid {
			v.paid[i].Merge(&v.paidHeld[i])
		}
	}
	v.held, v.paidHeld, v.late = nil, nil, nil
}

// itemProfiles folds the training views by item.
func (v *views) itemProfiles() []profile.Item {
	items := slices.Clone(v.paid)
	for u := range v.train {
		touches, band := v.train[u].Touches, profile.BandOf(v.people[u].Age)
		for i := range touches {
			items[touches[i].Item].Fold(&touches[i])
			items[touches[i].Item].FoldAge(band)
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
