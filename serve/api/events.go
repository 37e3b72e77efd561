package api

import (
	"fmt"
	"strings"

	"curio/datasets/event"
)

// MaxEvents is the most events one request may bring.
const MaxEvents = 1000

// The fields of an event in a body: those of the canonical log without user_id
// and received_at. Values have the units of that log.
var eventFields = []string{"event_id", "ts", "item_id", "type", "seconds", "progress", "rating", "amount", "currency", "plan", "channel"}

// The bounds of an event's numbers, in the units of the canonical log.
const (
	maxSeconds = 1_000_000_000
	maxAmount  = 1e14
)

// events reads a list of events. Repeated event ids are dropped, like the log
// readers do.
func (o object) events(name string) []event.Event {
	raw, ok := o.raw(name)
	if !ok {
		return nil
	}
	if raw[0] != '[' {
		o.fault(name, CodeInvalid, "want a list of events")
		return nil
	}
	var events []event.Event
	seen, n := make(map[string]bool), 0
	for row := range elements(raw) {
		if n++; n > MaxEvents {
			o.fault(name, CodeTooLong, fmt.Sprintf("want at most %d events", MaxEvents))
			return nil
		}
		fields, ok := readObject(row, fmt.Sprintf("%s/%s/%d", o.at, name, n-1), o.faults, eventFields)
		if !ok {
			continue
		}
		e := fields.event()
		if e.ID != "" {
			if seen[e.ID] {
				continue
			}
			seen[e.ID] = true
		}
		events = append(events, e)
	}
	return events
}

// event reads one event.
func (o object) event() event.Event {
	e := event.Event{
		ID:      o.text("event_id"),
		TS:      o.time("ts"),
		ItemID:  o.text("item_id"),
		Type:    o.eventType("type"),
		Plan:    o.text("plan"),
		Channel: o.text("channel"),
	}
	if v, ok := o.decimal("seconds", 3, 0, maxSeconds); ok {
		e.Watched, e.Has = v, e.Has|event.HasWatched
	}
	if v, ok := o.decimal("progress", 4, 0, 1); ok {
		e.Progress, e.Has = int32(v), e.Has|event.HasProgress
	}
	if v, ok := o.decimal("rating", 2, 1, 5); ok {
		e.Rating, e.Has = int32(v), e.Has|event.HasRating
	}
	o.money(&e)
	if !o.given("item_id") && e.Type != event.Search && e.Type != 0 {
		o.fault("item_id", CodeMissing, "an event of this type names an item")
	}
	if !o.given("rating") && e.Type == event.Rating {
		o.fault("rating", CodeMissing, "a rating has a number of stars, 1..5")
	}
	if !o.given("progress") && e.Type == event.Progress {
		o.fault("progress", CodeMissing, "progress has a share, 0..1")
	}
	return e
}

func (o object) eventType(name string) event.Type {
	text := o.text(name)
	if text == "" {
		if _, there := o.raw(name); !there {
			o.fault(name, CodeMissing, "want one of "+eventTypes)
		}
		return 0
	}
	t, ok := event.ParseType(text)
	if !ok {
		o.fault(name, CodeInvalid, "want one of "+eventTypes+", got "+shorten(text))
	}
	return t
}

var eventTypes = func() string {
	var names []string
	for t := event.Type(1); int(t) < event.Types; t++ {
		names = append(names, t.String())
	}
	return strings.Join(names, ", ")
}()
