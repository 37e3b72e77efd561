package privacy

import (
	"hash/maphash"
	"strings"

	"curio/datasets/event"
)

// verdict says what becomes of the events of a user.
type verdict uint8

const (
	unknown verdict = iota
	passes
	isErased
	hasNotAgreed
)

// ruling is the verdict on one user, and the id the user has from here on.
type ruling struct {
	user string
	name string
	verdict
}

// cacheSize is the number of rulings a worker remembers, a power of two. A log
// brings a user's events in bursts; more would not stay near the processor.
const cacheSize = 1 << 14

// worker is what one goroutine reads events through.
type worker struct {
	o      *Options
	cutoff event.Time
	agreed map[string]struct{} // does not change any more
	sink   event.Sink
	open   bool    // every user passes as it is
	handle *Handle // nil without pseudonyms
	seed   maphash.Seed
	cache  []ruling
	out    event.Event
	tally  eventTally
}

func (w *worker) event(e *event.Event, part event.Part, at event.Place) error {
	if e.TS != 0 && e.TS < w.cutoff {
		w.tally.pastRetention++
		if w.o.Erasures.has(e.UserID) {
			w.tally.erased[strings.Clone(e.UserID)] += 0 // found, though it does not count
		}
		return nil
	}
	if w.open {
		return w.sink(e, part, at)
	}
	r := w.rule(e.UserID)
	switch r.verdict {
	case isErased:
		w.tally.erased[r.user]++
		return nil
	case hasNotAgreed:
		w.tally.withoutConsent++
		return nil
	}
	if w.handle == nil {
		return w.sink(e, part, at)
	}
	w.out = *e
	w.out.UserID = r.name
	if e.ID != "" {
		w.out.ID = w.handle.event(e.ID)
	}
	w.out.Plan, w.out.Channel = without(e.UserID, e.Plan), without(e.UserID, e.Channel)
	return w.sink(&w.out, part, at)
}

// rule returns the ruling on a user, good until the next call.
func (w *worker) rule(user string) *ruling {
	r := &w.cache[maphash.String(w.seed, user)&(cacheSize-1)]
	if r.verdict != unknown && r.user == user {
		return r
	}
	r.user = strings.Clone(user)
	r.name, r.verdict = r.user, passes
	switch _, agreed := w.agreed[user]; {
	case w.o.Erasures.has(user):
		r.verdict = isErased
	case len(w.o.Consent) > 0 && !agreed:
		r.verdict = hasNotAgreed
	case w.handle != nil:
		r.name = w.handle.User(user)
	}
	return r
}

// without returns text, or nothing where it repeats the user's id. An id of up to
// three bytes counts only when it is all of the text: within one it is chance.
func without(user, text string) string {
	if text == user || len(user) > 3 && strings.Contains(text, user) {
		return ""
	}
	return text
}
