package pipeline

import (
	"context"
	"fmt"
	"strings"

	"curio/datasets/event"
	"curio/datasets/eventlog"
	"curio/features/profile"
	"curio/features/vocab"
)

// log is an event log held by columns, about 50 bytes an event, with users and items as
// dense indices. Row order is the order of the source.
type log struct {
	users, items *vocab.Vocab
	people       []event.User // by user index
	catalogue    []event.Item // by item index

	user, item []int32 // item is -1 for none
	part       []event.Part
	types      []event.Type
	has        []event.Has
	ts         []event.Time
	watched    []int64
	progress   []int32
	rating     []int32
	amount     []int64
	plan       []plan
}

// plan is what a profile tells apart of Event.Plan.
type plan uint8

const (
	otherPlan plan = iota
	subscription
	single
)

// plans are the names of the plans.
var plans = [...]string{otherPlan: "", subscription: profile.PlanSubscription, single: profile.PlanSingle}

// row rebuilds what a profile needs of event i.
func (l *log) row(i int, e *event.Event) {
	*e = event.Event{
		TS: l.ts[i], Type: l.types[i], Has: l.has[i], Watched: l.watched[i],
		Progress: l.progress[i], Rating: l.rating[i], Amount: l.amount[i], Plan: plans[l.plan[i]],
	}
}

func (l *log) len() int { return len(l.ts) }

// interner gives out provisional indices while a log is read.
type interner struct {
	index map[string]int32
	ids   []string
}

func (n *interner) of(id string) int32 {
	if i, ok := n.index[id]; ok {
		return i
	}
	id = strings.Clone(id)
	i := int32(len(n.ids))
	n.index[id] = i
	n.ids = append(n.ids, id)
	return i
}

// freeze returns the vocabulary and the final index of each provisional one.
func (n *interner) freeze() (*vocab.Vocab, []int32) {
	v := vocab.New(n.ids)
	final := make([]int32, len(n.ids))
	for i, id := range n.ids {
		final[i], _ = v.Index(id)
	}
	return v, final
}

// read loads a whole source. Users and items that only events name are part of
// it; such items are marked Unlisted unless the source lists none at all.
func read(ctx context.Context, src event.Source, reject func(event.Reject), digest *eventlog.Digest, each func(*event.Event)) (*log, error) {
	cat, err := src.Catalogue(ctx, reject)
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	digest.AddCatalogue(cat)
	l := &log{}
	users := interner{index: map[string]int32{}}
	items := interner{index: map[string]int32{}}
	for i := range cat.Users {
		users.of(cat.Users[i].ID)
	}
	for i := range cat.Items {
		items.of(cat.Items[i].ID)
	}
	err = src.Events(ctx, reject, func(e *event.Event, part event.Part) error {
		digest.AddEvent(e, part)
		each(e)
		item := int32(-1)
		if e.ItemID != "" {
			item = items.of(e.ItemID)
		}
		l.append(users.of(e.UserID), item, e, part)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	l.freeze(cat, users, items)
	return l, nil
}

func (l *log) append(user, item int32, e *event.Event, part event.Part) {
	l.user = append(l.user, user)
	l.item = append(l.item, item)
	l.part = append(l.part, part)
	l.types = append(l.types, e.Type)
	l.has = append(l.has, e.Has)
	l.ts = append(l.ts, e.TS)
	l.watched = append(l.watched, e.Watched)
	l.progress = append(l.progress, e.Progress)
	l.rating = append(l.rating, e.Rating)
	l.amount = append(l.amount, e.Amount)
	p := otherPlan
	switch e.Plan {
	case profile.PlanSubscription:
		p = subscription
	case profile.PlanSingle:
		p = single
	}
	l.plan = append(l.plan, p)
}

// freeze replaces the provisional indices and puts the catalogue in order.
func (l *log) freeze(cat *event.Catalogue, users, items interner) {
	var user, item []int32
	l.users, user = users.freeze()
	l.items, item = items.freeze()
	for i := range l.user {
		l.user[i] = user[l.user[i]]
		if l.item[i] >= 0 {
			l.item[i] = item[l.item[i]]
		}
	}
	l.people = make([]event.User, l.users.Len())
	for i := range l.people {
		l.people[i].ID = l.users.ID(int32(i))
	}
	for _, u := range cat.Users {
		i, _ := l.users.Index(u.ID)
		l.people[i] = u
	}
	l.catalogue = make([]event.Item, l.items.Len())
	for i := range l.catalogue {
		l.catalogue[i] = event.Item{ID: l.items.ID(int32(i)), Unlisted: len(cat.Items) > 0}
	}
	for _, item := range cat.Items {
		i, _ := l.items.Index(item.ID)
		l.catalogue[i] = item
	}

}
