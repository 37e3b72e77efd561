package synth

import "curio/datasets/event"

// walk is one reading of the events. What belongs to the current user is set
// anew by user; the tables by item hold user numbers, so they need no clearing.
type walk struct {
	p     *Platform
	yield func(*event.Event, event.Part) error
	s     *stream // where the choices of the current user come from
	known []int32 // by item: the last user who met it
	done  []int32 // by item: the last user who completed it
	names names
	out   event.Event

	who      persona
	number   int32 // of the user, from 1
	id       string
	left     int        // events still to tell
	now      event.Time // of the last event
	until    event.Time // no session starts later
	limit    event.Time // every event is earlier
	sessions float64    // so far, and
	told     float64    // the events in them; both begin with a guess
	channel  string     // of this sitting
	domain   int        // of the last new item
	topic    int        // of the last new item, -1 before the first
	begun    []begun
	orders   []order
	follow   []int32 // the next parts of series whose last part is done
	recent   [8]int32
	met      int // distinct items
	err      error
}

// begun is an item that a user means to come back to.
type begun struct {
	item     int32
	progress int32 // basis points; 0 if it was only kept for later
	watched  int64 // milliseconds
}

// order is a purchase that will be taken back once it is due.
type order struct {
	item   int32
	amount int64
	plan   string
	due    event.Time
}

func newWalk(p *Platform, yield func(*event.Event, event.Part) error) *walk {
	return &walk{
		p: p, yield: yield, s: newStream(p.options.Seed),
		known: make([]int32, len(p.items)),
		done:  make([]int32, len(p.items)),
	}
}

// user yields all events of user u, and returns the error of yield, if any.
func (w *walk) user(u int) error {
	w.left = int(w.p.quotas[u])
	if w.left == 0 {
		return nil
	}
	span := w.p.span(u, w.s)
	w.who = w.p.persona(u, w.s)
	w.s.start(forEvents, u)
	w.names.start(w.p.options.Seed, u)
	w.number, w.id = int32(u+1), w.p.userID(u)
	w.now, w.until = span.signup, span.until
	w.limit = min(w.until+event.Day, w.p.options.End)
	w.sessions, w.told = 4, 4*3*(1+w.who.habit.visits)
	w.domain, w.topic, w.met = course, -1, 0
	w.begun, w.orders, w.follow = w.begun[:0], w.orders[:0], w.follow[:0]
	for w.on() {
		w.session()
	}
	return w.err
}

// on reports whether the user has anything left to do.
func (w *walk) on() bool { return w.left > 0 && w.err == nil }
