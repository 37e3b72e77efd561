package synth

import (
	"math"
	"slices"

	"curio/datasets/event"
)

// begin starts on an item that was just seen, after buying it if need be. Who
// neither has a subscription nor buys only gets a glimpse.
func (w *walk) begin(item int32, fit float64) {
	it := &w.p.items[item]
	habit := &w.who.habit
	wants := habit.buy * (0.5 + 0.5*fit) / (1 + w.who.sparing*float64(it.price)/10_000)
	buys := it.price > 0 && w.s.chance(wants)
	if buys {
		w.buy(item, fit)
	}
	if it.price > 0 && !buys && !w.who.member {
		glimpse := float64(it.duration) * w.s.between(0.02, 0.08)
		ms := whole(int64(glimpse))
		w.tell(event.Event{Type: event.Watch, Has: event.HasWatched, Watched: ms}, item, float64(ms)+5*second)
		return
	}
	w.sit(begun{item: item})
}

// buy tells of a purchase, and may set its refund.
func (w *walk) buy(item int32, fit float64) {
	plan := &single
	switch {
	case w.who.member:
		plan = &subscription
	case w.s.chance(0.2):
		plan = &bundle
	}
	amount := w.p.items[item].price * plan.percent / 100
	w.tell(event.Event{
		Type: event.Purchase, Has: event.HasAmount,
		Amount: amount, Currency: currency, Plan: plan.name,
	}, item, w.s.between(10, 120)*second)
	if w.s.chance(w.who.habit.refund * (1.5 - fit)) {
		due := w.now + event.Time(w.s.between(0.5, 12)*float64(event.Day))
		w.orders = append(w.orders, order{item: item, amount: amount, plan: plan.name, due: due})
	}
}

// sit watches or reads a part of an item, up to its end; what is left may be
// remembered for later.
func (w *walk) sit(b begun) {
	it := &w.p.items[b.item]
	habit := &w.who.habit
	chunk := domains[it.domain].chunk
	step := int32(10_000 * w.s.between(chunk[0], chunk[1]))
	b.progress = min(b.progress+max(step, 1), 10_000)
	watched := whole(it.duration * int64(b.progress) / 10_000)
	ms := watched - b.watched
	b.watched = watched
	w.tell(event.Event{Type: event.Watch, Has: event.HasWatched, Watched: ms}, b.item, float64(ms)+5*second)
	fit := w.fit(b.item)
	if b.progress == 10_000 {
		w.progress(b)
		w.complete(b.item, fit)
		return
	}
	if w.s.chance(0.6) {
		w.progress(b)
	}
	if w.s.chance(0.3 * habit.comment) {
		w.tell(event.Event{Type: event.Comment}, b.item, w.s.between(20, 200)*second)
	}
	switch {
	case w.s.chance(habit.goOn * (0.6 + 0.5*fit)):
		if w.s.chance(0.4) {
			w.sit(b)
			return
		}
		w.remember(b)
	case w.s.chance(0.3 * habit.rate): // given up
		w.rate(b.item, fit-0.4)
	}
}

func (w *walk) progress(b begun) {
	w.tell(event.Event{Type: event.Progress, Has: event.HasProgress, Progress: b.progress}, b.item, second)
}

// complete finishes an item: the user learns from it, says what they think, and
// the next part of its series is open to them.
func (w *walk) complete(item int32, fit float64) {
	w.tell(event.Event{Type: event.Complete}, item, second)
	it := &w.p.items[item]
	w.done[item] = w.number
	if it.difficulty > 0 {
		w.who.level += 0.1 * max(0, float64(it.difficulty)+0.5-w.who.level)
	}
	if it.next >= 0 {
		const most = 16
		if len(w.follow) == most {
			w.follow = slices.Delete(w.follow, 0, 1)
		}
		w.follow = append(w.follow, it.next)
	}
	habit := &w.who.habit
	if w.s.chance(habit.rate) {
		w.rate(item, fit)
	}
	if w.s.chance(habit.like * (0.4 + 0.6*fit)) {
		w.tell(event.Event{Type: event.Like}, item, w.s.between(2, 20)*second)
	}
	if w.s.chance(habit.comment) {
		w.tell(event.Event{Type: event.Comment}, item, w.s.between(20, 200)*second)
	}
	if w.s.chance(habit.share * (0.4 + 0.6*fit)) {
		w.tell(event.Event{Type: event.Share}, item, w.s.between(5, 60)*second)
	}
}

// rate gives half stars: more for what fits and for what is good.
func (w *walk) rate(item int32, fit float64) {
	stars := 2.6 + 1.6*fit + 0.5*float64(w.p.items[item].quality) + 0.5*w.s.NormFloat64()
	stars = min(max(math.Round(2*stars)/2, 1), 5)
	w.tell(event.Event{Type: event.Rating, Has: event.HasRating, Rating: int32(100 * stars)}, item, w.s.between(5, 60)*second)
}

// whole rounds down to seconds, as players report them.
func whole(ms int64) int64 { return ms - ms%second }
