package bench

import (
	"curio/datasets/event"
	"curio/datasets/timeline"
	"curio/features/profile"
)

// listed is what folding needs of a catalogue.
type listed struct {
	items []int32 // index by number in a timeline, -1 for those it does not list
	ages  map[string]profile.Band
}

func newListed(c *event.Catalogue, named []string) listed {
	l := listed{make([]int32, len(named)), make(map[string]profile.Band, len(c.Users))}
	index := make(map[string]int32, len(c.Items))
	for i := range c.Items {
		index[c.Items[i].ID] = int32(i)
	}
	for n, id := range named {
		i, ok := index[id]
		if !ok {
			i = -1
		}
		l.items[n] = i
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
		e, item := &u.Entries[i], int32(-1)
		if e.Item >= 0 {
			item = f.listed.items[e.Item]
		}
		f.user.Fold(item, &e.Event)
		if item >= 0 {
			f.items[item].Pay(&e.Event)
		}
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
