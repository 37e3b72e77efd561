package synth

import (
	"math"
	"slices"

	"curio/datasets/event"
)

// session is one sitting: a few visits to items, close in time.
func (w *walk) session() {
	w.open()
	w.refund()
	visits := 1 + int(w.s.ExpFloat64()*w.who.habit.visits)
	for range visits {
		if !w.on() {
			break
		}
		w.visit()
	}
	w.sessions++
}

// open moves to the start of the next session. The sessions still needed are
// taken to be uniform over the time left, and the next is the first of them; it
// is then moved to the user's time of day and towards the weekend.
func (w *walk) open() {
	w.channel = channels[w.s.pick(w.who.channel[:])]
	last := min(w.until, w.limit-event.Time(w.left)*30*second)
	if last <= w.now {
		return
	}
	needed := math.Ceil(float64(w.left) * w.sessions / w.told)
	gap := float64(last-w.now) * (1 - math.Pow(w.s.Float64(), 1/needed))
	start := w.now + event.Time(gap)
	if at := w.rhythm(start); at > w.now && at < last {
		start = at
	}
	w.now = start
}

// rhythm moves an instant within its day to when the user tends to be there, and
// now and then to the Saturday after.
func (w *walk) rhythm(t event.Time) event.Time {
	day := t / event.Day
	if weekday := (int(day) + 4) % 7; weekday >= 1 && weekday <= 5 && w.s.chance(0.10) {
		day += event.Time(6 - weekday)
	}
	clock := math.Mod(w.who.hour+1.5*w.s.NormFloat64()+48, 24)
	return day*event.Day + event.Time(clock*float64(hour))
}

// refund tells of orders taken back since the last session. What was completed
// in the meantime is kept.
func (w *walk) refund() {
	kept := w.orders[:0]
	for _, o := range w.orders {
		if w.done[o.item] == w.number {
			continue
		}
		if o.due > w.now || !w.on() {
			kept = append(kept, o)
			continue
		}
		w.tell(event.Event{
			Type: event.Refund, Has: event.HasAmount,
			Amount: o.amount, Currency: currency, Plan: o.plan,
		}, o.item, 20*second)
		w.begun = slices.DeleteFunc(w.begun, func(b begun) bool { return b.item == o.item })
	}
	w.orders = kept
}
