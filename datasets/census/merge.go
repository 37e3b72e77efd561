package census

import "curio/datasets/event"

// Merge adds what o has counted to c. Both must have been made with the same
// options, no user may be in both, and o must not be used afterwards.
func (c *Census) Merge(o *Census) {
	for i := range c.groups {
		c.groups[i].merge(&o.groups[i])
	}
	for id, from := range o.items {
		c.tally[c.slot(id)].events += o.tally[from].events
	}
	c.pairs += o.pairs
	o.days.each(c.days.add)
	c.first = earlier(c.first, o.first)
	c.last = max(c.last, o.last)
	c.channels.merge(&o.channels, addGroups)
	c.plans.merge(&o.plans, addGroups)
	c.currencies.merge(&o.currencies, addGroups)
	c.amounts.merge(&o.amounts, (*amounts).merge)
	c.heavy.merge(&o.heavy)
	c.suspects.merge(&o.suspects)
	for rule, users := range o.rules {
		c.rules[rule] += users
	}
	c.accused.users += o.accused.users
	c.accused.events += o.accused.events
}

// earlier is the first of two times that are known.
func earlier(a, b event.Time) event.Time {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func addGroups(to, from *byGroup) { add(to[:], from[:]) }

func add(to, from []int64) {
	for i, n := range from {
		to[i] += n
	}
}

func (a *amounts) merge(o *amounts) {
	for g := range a.bins {
		add(a.bins[g][:], o.bins[g][:])
	}
	a.sum.add(uint64(o.sum))
}

func (g *group) merge(o *group) {
	g.users += o.users
	g.events += o.events
	for t := range g.texts {
		add(g.texts[t][:], o.texts[t][:])
		add(g.values[t][:], o.values[t][:])
	}
	add(g.hours[:], o.hours[:])
	add(g.seconds[:], o.seconds[:])
	add(g.progress[:], o.progress[:])
	add(g.rating[:], o.rating[:])
	add(g.late[:], o.late[:])
	add(g.eventsPerUser[:], o.eventsPerUser[:])
	add(g.itemsPerUser[:], o.itemsPerUser[:])
	g.watched.add(uint64(o.watched))
	g.progressed.add(uint64(o.progressed))
	g.rated.add(uint64(o.rated))
}
