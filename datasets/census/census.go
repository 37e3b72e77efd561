// Package census counts what is in a data set, for the data report: how much of
// what, in which time, what is missing, whose behaviour looks like a program's,
// and how far all that has moved since an earlier report.
//
// A Census is an accumulator of integers. Users may be added in any order, to
// any number of accumulators that are merged afterwards: the report is the same,
// byte for byte. Memory grows with distinct items, some 100 bytes each, and not
// with users or events; 24 MB hold every day up to the year 9999.
package census

import (
	"strings"

	"curio/datasets/event"
	"curio/datasets/timeline"

	"github.com/zeebo/xxh3"
)

// How many distinct names are told apart; the events of others are counted
// together. A field with more is no category.
const (
	MaxCategories = 1000 // channels, plans
	MaxCurrencies = 256
)

// Census counts the users added to it. It is for one goroutine at a time.
type Census struct {
	options Options
	groups  [groups]group

	items map[string]uint32 // to their tallies
	tally []tally
	turn  int64 // of the user being added
	pairs int64 // distinct (user, item)

	days        dayCounts
	first, last event.Time // 0 without events with a time

	channels, plans, currencies kept[byGroup]
	amounts                     kept[amounts] // by currency

	heavy    top[Heavy]
	suspects top[Suspect]
	rules    map[string]int64 // suspects by rule
	accused  struct{ users, events int64 }
}

// tally is what is known of an item.
type tally struct {
	events int64
	turn   int64 // of the last user with an event about it
}

// New returns an empty census. The options must be valid.
func New(o Options) *Census {
	c := &Census{
		options:    o,
		items:      make(map[string]uint32),
		channels:   newKept[byGroup](MaxCategories),
		plans:      newKept[byGroup](MaxCategories),
		currencies: newKept[byGroup](MaxCurrencies),
		amounts:    newKept[amounts](MaxCurrencies),
		rules:      make(map[string]int64),
	}
	c.heavy = top[Heavy]{most: o.Top, order: func(a, b Heavy) int { return byCount(a.Events, a.ID, b.Events, b.ID) }}
	c.suspects = top[Suspect]{most: o.Top, order: func(a, b Suspect) int { return byCount(a.Events, a.ID, b.Events, b.ID) }}
	return c
}

// Add counts a user, who must not have been added before, and returns why it is
// suspected to be a program, as Bots.Suspect does. A suspect is listed, and with
// Bots.Drop not counted otherwise. A user without events is no user of the data
// set. Nothing of u is kept.
func (c *Census) Add(u *timeline.User) []Reason {
	if len(u.Entries) == 0 {
		return nil
	}
	reasons := c.options.Bots.Suspect(u)
	if len(reasons) > 0 {
		c.accuse(u, reasons)
		if c.options.Bots.Drop {
			return reasons
		}
	}
	number := int(xxh3.HashString(u.ID) % groups)
	g := &c.groups[number]
	c.turn++
	var (
		items, days   int64
		slot          = -1
		item, channel string
		today         = int64(-1)
		inChannel     int64 // events since the channel changed
		onDay         int64 // events of today
	)
	for i := range u.Entries {
		e := &u.Entries[i].Event
		g.add(e, u.Entries[i].Named)
		if e.ItemID != "" {
			if slot < 0 || e.ItemID != item {
				item, slot = e.ItemID, c.slot(e.ItemID)
			}
			t := &c.tally[slot]
			t.events++
			if t.turn != c.turn {
				t.turn = c.turn
				items++
			}
		}
		if e.Channel != channel {
			count(&c.channels, channel, number, inChannel)
			channel, inChannel = e.Channel, 0
		}
		inChannel++
		if e.Has&event.HasAmount != 0 || e.Currency != "" || e.Plan != "" {
			c.pay(e, number)
		}
		if e.TS <= 0 {
			continue
		}
		if day := min(int64(e.TS/event.Day), lastDay); day != today {
			if today < 0 {
				c.first = earlier(c.first, e.TS)
			}
			c.days.add(today, onDay)
			today, onDay = day, 0
			days++
		}
		onDay++
		g.hours[e.TS%event.Day/hour]++
	}
	count(&c.channels, channel, number, inChannel)
	c.days.add(today, onDay)
	c.last = max(c.last, u.Entries[len(u.Entries)-1].TS)

	c.pairs += items
	g.users++
	g.events += int64(len(u.Entries))
	g.eventsPerUser[step(int64(len(u.Entries)))]++
	g.itemsPerUser[step(items)]++
	h := Heavy{ID: u.ID, Events: int64(len(u.Entries)), Items: items, Days: days}
	if c.heavy.takes(h) {
		h.ID = strings.Clone(u.ID)
		c.heavy.add(h)
	}
	return reasons
}

// slot finds the tally of an item.
func (c *Census) slot(id string) int {
	if slot, ok := c.items[id]; ok {
		return int(slot)
	}
	slot := len(c.tally)
	c.items[strings.Clone(id)] = uint32(slot)
	c.tally = append(c.tally, tally{})
	return slot
}

// pay counts what a purchase or refund carries.
func (c *Census) pay(e *event.Event, group int) {
	count(&c.plans, e.Plan, group, 1)
	count(&c.currencies, e.Currency, group, 1)
	if e.Has&event.HasAmount == 0 {
		return
	}
	if a := c.amounts.at(e.Currency); a != nil {
		a.bins[group][step(e.Amount)]++
		a.sum.add(uint64(max(e.Amount, 0)))
	}
}

func count(names *kept[byGroup], name string, group int, events int64) {
	if name == "" || events == 0 {
		return
	}
	if n := names.at(name); n != nil {
		n[group] += events
	}
}

func (c *Census) accuse(u *timeline.User, reasons []Reason) {
	c.accused.users++
	c.accused.events += int64(len(u.Entries))
	for _, r := range reasons {
		c.rules[r.Rule]++
	}
	s := Suspect{ID: u.ID, Events: int64(len(u.Entries)), Reasons: reasons}
	if c.suspects.takes(s) {
		s.ID = strings.Clone(u.ID)
		c.suspects.add(s)
	}
}
