package clean

import (
	"strconv"
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// check looks at events one at a time.
type check struct {
	shelf    *shelf // nil if items do not matter
	exchange exchange
	out      event.Event // what it made of an event, until the next one
	tally    tally
}

func (s *Source) check(shelf *shelf) check { return check{shelf: shelf, exchange: s.exchange} }

// tally is what a worker counts.
type tally struct {
	converted  int
	currencies map[string]int // events with an amount by its currency, without a base

	last string // the currency that recent counts, which are not in currencies yet
	run  int
}

// in counts an event with an amount in a currency.
func (t *tally) in(currency string) {
	if currency != t.last {
		t.flush()
		t.last = strings.Clone(currency)
	}
	t.run++
}

func (t *tally) flush() {
	if t.currencies == nil {
		t.currencies = make(map[string]int)
	}
	if t.run > 0 && t.last != "" { // nothing in no currency adds up with all
		t.currencies[t.last] += t.run
	}
	t.run = 0
}

// add adds the counts of o to t.
func (t *tally) add(o *tally) {
	t.flush()
	o.flush()
	t.converted += o.converted
	for currency, n := range o.currencies {
		t.currencies[currency] += n
	}
}

// finding is why an event is rejected.
type finding struct {
	at    event.Place
	code  string
	field string
	value string
}

// look returns the event as it is to be handed on, or nil and why it is not. The
// finding has no place, and texts that are valid as long as those of e.
func (c *check) look(e *event.Event) (*event.Event, finding) {
	if c.shelf != nil && e.ItemID != "" && (c.shelf.refuses || e.Has&event.HasWatched != 0) {
		limit, known := c.shelf.limits[e.ItemID]
		switch {
		case known && e.Has&event.HasWatched != 0 && e.Watched > limit:
			return nil, finding{code: code.SecondsTooLong, field: "seconds", value: seconds(e.Watched)}
		case !known && c.shelf.refuses:
			return nil, finding{code: code.ItemUnknown, field: "item_id", value: e.ItemID}
		}
	}
	if e.Has&event.HasAmount == 0 {
		return e, finding{}
	}
	if !c.exchange.converts() {
		c.tally.in(e.Currency)
		return e, finding{}
	}
	if e.Currency == c.exchange.base {
		return e, finding{}
	}
	amount, fault := c.exchange.worth(e.Amount, e.Currency)
	switch fault {
	case "":
	case code.CurrencyUnknown:
		return nil, finding{code: fault, field: "currency", value: e.Currency}
	default:
		return nil, finding{code: fault, field: "amount", value: strconv.FormatInt(e.Amount, 10)}
	}
	if e.Currency != "" {
		c.tally.converted++
	}
	c.out = *e
	c.out.Amount, c.out.Currency = amount, c.exchange.base
	return &c.out, finding{}
}

// seconds writes milliseconds as seconds.
func seconds(ms int64) string { return strconv.FormatFloat(float64(ms)/1000, 'f', -1, 64) }

// worker is what one goroutine reads events through.
type worker struct {
	check
	held     *held
	findings []finding
	sink     event.Sink
}

func (w *worker) event(e *event.Event, part event.Part, at event.Place) error {
	passed, why := w.look(e)
	if passed != nil {
		return w.sink(passed, part, at)
	}
	if !w.held.room() {
		w.findings = nil
		return nil
	}
	w.findings = append(w.findings, why.kept(e, at))
	return nil
}

// kept gives a finding its place and a value of its own, unless that is the id of
// the user.
func (f finding) kept(e *event.Event, at event.Place) finding {
	f.at = at
	if f.value == e.UserID {
		f.value = ""
	}
	f.value = strings.Clone(f.value)
	return f
}
