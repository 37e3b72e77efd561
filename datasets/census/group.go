package census

import (
	"curio/datasets/event"
)

// Users are dealt to groups by the hash of their id. How much the groups differ
// tells how much of a difference between two data sets is chance, given that
// what one user does is all alike (random groups; Wolter, Introduction to
// Variance Estimation, 2007, chapter 2).
const groups = 32

// byGroup is a count for each group.
type byGroup [groups]int64

// The text fields that are told apart by presence.
const (
	withID = 1 << iota
	withTS
	withReceived
	withItem
	withCurrency
	withPlan
	withChannel
	textSets
)

const valueSets = 16 // of event.Has

// group is what is counted of the users of a group.
type group struct {
	users, events int64

	texts  [event.Types][textSets]int64  // events by type and texts they have
	values [event.Types][valueSets]int64 // events by type and values they have

	hours    [hoursOfDay]int64
	seconds  [steps]int64
	progress [progressBins]int64
	rating   [ratingBins]int64
	late     [latenessSteps]int64

	eventsPerUser [steps]int64
	itemsPerUser  [steps]int64

	watched    sum // milliseconds
	progressed sum // basis points
	rated      sum // hundredths of a star
}

// add counts an event, which had an id if it is named, but for what is counted by
// user or day.
func (g *group) add(e *event.Event, named bool) {
	kind := e.Type
	if int(kind) >= event.Types {
		kind = 0
	}
	var texts int
	if named {
		texts |= withID
	}
	if e.TS > 0 {
		texts |= withTS
	}
	if e.ReceivedAt > 0 {
		texts |= withReceived
	}
	if e.ItemID != "" {
		texts |= withItem
	}
	if e.Currency != "" {
		texts |= withCurrency
	}
	if e.Plan != "" {
		texts |= withPlan
	}
	if e.Channel != "" {
		texts |= withChannel
	}
	g.texts[kind][texts]++
	has := e.Has % valueSets
	g.values[kind][has]++
	if texts&(withTS|withReceived) == withTS|withReceived {
		g.late[latenessBin(int64(e.ReceivedAt-e.TS))]++
	}
	if has == 0 {
		return
	}
	if has&event.HasWatched != 0 {
		g.seconds[step(e.Watched/1000)]++
		g.watched.add(uint64(max(e.Watched, 0)))
	}
	if has&event.HasProgress != 0 {
		g.progress[progressBin(e.Progress)]++
		g.progressed.add(uint64(max(e.Progress, 0)))
	}
	if has&event.HasRating != 0 {
		g.rating[ratingBin(e.Rating)]++
		g.rated.add(uint64(max(e.Rating, 0)))
	}
}

// amounts are the payments in one currency.
type amounts struct {
	bins [groups][steps]int64 // of minor units
	sum  sum                  // minor units
}
