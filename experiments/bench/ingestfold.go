package bench

import (
	"curio/datasets/event"
	"curio/datasets/timeline"
	"curio/features/profile"
)

// listed is what folding needs of a catalogue.
type listed struct {
	items map[string]int32 // index by id
	ages  map[string]profile.Band
}

func newListed(c *event.Catalogue) listed {
	l := listed{make(map[string]int32, len(c.Items)), make(map[string]profile.Band, len(c.Users))}
	for i := range c.Items {
		l.items[c.Items[i].ID] = int32(i)
	}
	for i := range c.Users {
		l.ages[c.Users[i].ID] = profile.BandOf(c.Users[i].Age)
	}
	return l
}

// fold is what one goroutine makes of its users.
type fold struct {
	listed listed
	items  []profile.Item // by index
	user   profile.User   // reused
	totals Totals
}

// add folds the profile of one user, and that into the profiles of its items.
func (f *fold) add(u *timeline.User) error {
	f.user = profile.User{
		Touches:  f.user.Touches[:0],
		Sessions: profile.Sessions{Spans: f.user.Sessions.Spans[:0]},
	}
	for i := range u.Entries {
		e := &u.Entries[i].Event
		item, ok := f.listed.items[e.ItemID]
		if !ok {
			f.user.Fold(-1, e)
			continue
		}
		f.user.Fold(item, e)
		f.items[item].Pay(e)
	}
	age := f.listed.ages[u.ID]
	for i := range f.user.Touches {
		item := &f.items[f.user.Touches[i].Item]
		item.Fold(&f.user.Touches[i])
		item.FoldAge(age)
	}
	f.totals.merge(Totals{Events: f.user.Events, Users: 1, Pairs: int64(len(f.user.Touches)),
		Watched: f.user.Learning.Watched, Last: int64(f.user.Last)})
	return nil
}

func (f *fold) merge(o *fold) {
	f.totals.merge(o.totals)
	for i := range f.items {
		f.items[i].Merge(&o.items[i])
	}
}

func (t *Totals) merge(o Totals) {
	t.Events += o.Events
	t.Users += o.Users
	t.Pairs += o.Pairs
	t.Watched += o.Watched
	t.Last = max(t.Last, o.Last)
}
