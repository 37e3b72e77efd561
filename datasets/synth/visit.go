package synth

import (
	"slices"

	"curio/datasets/event"
)

// visit is what happens around one item: something begun goes on, or a new item
// is looked at and perhaps begun.
func (w *walk) visit() {
	habit := &w.who.habit
	if n := len(w.begun); n > 0 && w.s.chance(habit.resume) {
		i := w.s.IntN(n)
		b := w.begun[i]
		w.begun = slices.Delete(w.begun, i, i+1)
		w.resume(b)
		return
	}
	searches := w.s.chance(habit.search)
	if searches && w.s.chance(0.3) {
		w.tell(event.Event{Type: event.Search}, -1, w.s.between(2, 30)*second)
	}
	item := w.choose()
	if item < 0 {
		w.revisit()
		return
	}
	w.meet(item)
	if searches {
		w.tell(event.Event{Type: event.Search}, item, w.s.between(2, 30)*second)
	}
	w.tell(event.Event{Type: event.View}, item, w.s.between(2, 90)*second)
	fit := w.fit(item)
	switch {
	case w.s.chance(habit.engage * (0.5 + 0.5*fit)):
		w.begin(item, fit)
	case w.s.chance(habit.dismiss * (1.4 - fit)):
		w.tell(event.Event{Type: event.Dismiss}, item, w.s.between(1, 10)*second)
	case w.s.chance(habit.favourite):
		w.tell(event.Event{Type: event.Favourite}, item, w.s.between(1, 10)*second)
		w.remember(begun{item: item})
	}
}

// resume goes on with an item, or begins on one that was kept for later.
func (w *walk) resume(b begun) {
	if b.progress == 0 || w.s.chance(0.4) {
		w.tell(event.Event{Type: event.View}, b.item, w.s.between(1, 20)*second)
	}
	if b.progress == 0 {
		w.begin(b.item, w.fit(b.item))
		return
	}
	w.sit(b)
}

// meet notes that the user knows an item from now on.
func (w *walk) meet(item int32) {
	it := &w.p.items[item]
	w.known[item] = w.number
	w.domain, w.topic = int(it.domain), int(it.topic)
	w.recent[w.met%len(w.recent)] = item
	w.met++
}

// revisit looks at a known item again, for want of a new one.
func (w *walk) revisit() {
	item := int32(-1)
	if n := min(w.met, len(w.recent)); n > 0 {
		item = w.recent[w.s.IntN(n)]
	}
	kind := event.View
	if item < 0 {
		kind = event.Search
	}
	w.tell(event.Event{Type: kind}, item, w.s.between(2, 90)*second)
}

// remember keeps an item for later sessions; of too many the oldest is dropped.
func (w *walk) remember(b begun) {
	const most = 6
	if len(w.begun) == most {
		w.begun = slices.Delete(w.begun, 0, 1)
	}
	w.begun = append(w.begun, b)
}

// fit is how well an item suits the user in 0..1, beyond its topic: by tag and
// difficulty.
func (w *walk) fit(item int32) float64 {
	it := &w.p.items[item]
	return 0.5*w.tagged(it) + 0.5*w.closeness(it)
}

func (w *walk) tagged(it *item) float64 {
	liked := &w.who.favoured[it.topic]
	switch {
	case it.tags[0] == liked[0]:
		return 1
	case it.tags[0] == liked[1], it.tags[1] == liked[0]:
		return 0.6
	}
	return 0.1
}

// closeness of an item's difficulty to the user's skill; an item of a domain
// without difficulty is close to everyone.
func (w *walk) closeness(it *item) float64 {
	if it.difficulty == 0 {
		return 0.7
	}
	x := (float64(it.difficulty) - w.who.level) / 0.5
	return 1 / (1 + x*x)
}
