package synth

import (
	"slices"

	"curio/datasets/event"
)

// How likely a user stays with the topic they are at.
const (
	stay  = 0.10 // within a domain
	carry = 0.65 // from one domain to another
)

// liked is how often a user looks at items of the two tags they like best.
var liked = [2]float64{0.50, 0.25}

// choose returns an item that is new to the user and available to them, or -1
// if none was found. The domain follows from the last one, the topic from taste
// and demand, the item from popularity, tag, difficulty and price.
func (w *walk) choose() int32 {
	d := w.s.pick(conversion[w.domain][:])
	if d == course && w.s.chance(w.who.habit.follow) {
		if i := w.sequel(); i >= 0 {
			return i
		}
	}
	for range 3 {
		c := w.turn(d)
		if c < 0 {
			d = course
			continue
		}
		place := &w.p.shelves[d][c]
		if x := w.s.Float64(); x < liked[0]+liked[1] {
			tag := w.who.favoured[c][0]
			if x >= liked[0] {
				tag = w.who.favoured[c][1]
			}
			if i := w.browse(&place.tagged[tag]); i >= 0 {
				return i
			}
		}
		if i := w.browse(&place.all); i >= 0 {
			return i
		}
	}
	return w.anything()
}

// available reports whether an item can be had now, is new to the user, and
// needs nothing that the user has not completed.
func (w *walk) available(i int32) bool {
	it := &w.p.items[i]
	if w.known[i] == w.number || w.now < it.published || w.now >= it.withdrawn {
		return false
	}
	for _, need := range it.needs {
		if w.done[need] != w.number {
			return false
		}
	}
	return true
}

// sequel returns the part that follows the course finished last, or one before
// it, or -1.
func (w *walk) sequel() int32 {
	for k := len(w.follow) - 1; k >= 0; k-- {
		if i := w.follow[k]; w.available(i) {
			w.follow = slices.Delete(w.follow, k, k+1)
			return i
		}
	}
	return -1
}

// turn returns the topic to look at in a domain, or -1 if the domain is empty.
func (w *walk) turn(d int) int {
	shelves := &w.p.shelves[d]
	same := stay
	if d != w.domain {
		same = carry
	}
	if w.topic >= 0 && len(shelves[w.topic].all.items) > 0 && w.s.chance(same) {
		return w.topic
	}
	demand := w.p.demand(d, w.now)
	var weights [len(topics)]float64
	var total float64
	for c := range weights {
		if len(shelves[c].all.items) > 0 {
			weights[c] = w.who.taste[c] * float64(demand[c])
			total += weights[c]
		}
	}
	if total == 0 {
		return -1
	}
	return w.s.pick(weights[:])
}

// browse takes items off a shelf until one appeals. After many that do not, it
// settles for the last one available, or returns -1.
func (w *walk) browse(shelf *shelf) int32 {
	settled := int32(-1)
	if len(shelf.items) == 0 {
		return settled
	}
	for range 16 {
		i := shelf.draw(w.s)
		if !w.available(i) {
			continue
		}
		it := &w.p.items[i]
		if w.s.chance(w.closeness(it) / (1 + w.who.sparing*float64(it.price)/15_000)) {
			return i
		}
		settled = i
	}
	return settled
}

// anything looks for an available item from a random place on.
func (w *walk) anything() int32 {
	n := len(w.p.items)
	first := w.s.IntN(n)
	for k := range min(n, 256) {
		if i := int32((first + k) % n); w.available(i) {
			return i
		}
	}
	return -1
}

// demand is the attention to each topic of a domain at an instant.
func (p *Platform) demand(domain int, now event.Time) *[len(topics)]float32 {
	w := int((now - p.begin) / week)
	return &p.attention[domain][min(max(w, 0), weeks-1)]
}
