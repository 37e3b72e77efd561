package api

import (
	"fmt"
	"strings"
	"time"

	"curio/datasets/event"
	"curio/datasets/event/field"
)

// MaxEvents is the most events one request may bring.
const MaxEvents = 1000

// The fields of an event in a body: those of the canonical log without user_id
// and received_at. Values have the units of that log.
var eventFields = []string{"event_id", "ts", "item_id", "type", "seconds", "progress", "rating", "amount", "currency", "plan", "channel"}

// maxSkew is how far a client's clock may be ahead of the server's.
const maxSkew event.Time = 60_000

// latestAt is the time past which an event is not believed.
func latestAt(now time.Time) event.Time { return event.Time(now.UnixMilli()) + maxSkew }

// events reads a list of events, none later than latest if that is not 0.
// Repeated event ids are dropped, like the log readers do.
func (o object) events(name string, latest event.Time) []event.Event {
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
		e := fields.event(latest)
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

// event reads one event. It means what it means in a canonical log.
func (o object) event(latest event.Time) event.Event {
	e := event.Event{
		ID:      o.id("event_id"),
		TS:      o.time("ts", latest),
		ItemID:  o.id("item_id"),
		Type:    o.eventType("type"),
		Plan:    o.label("plan"),
		Channel: o.label("channel"),
	}
	if v, ok := value(o, "seconds", field.Seconds); ok {
		e.Watched, e.Has = v, e.Has|event.HasWatched
	}
	if v, ok := value(o, "progress", field.Progress); ok {
		e.Progress, e.Has = v, e.Has|event.HasProgress
	}
	if v, ok := value(o, "rating", field.Rating); ok {
		e.Rating, e.Has = v, e.Has|event.HasRating
	}
	o.money(&e)
	if !o.said("item_id") && e.Type != event.Search && e.Type != 0 {
		o.fault("item_id", CodeMissing, "an event of this type names an item")
	}
	if !o.said("rating") && e.Type == event.Rating {
		o.fault("rating", CodeMissing, "a rating has a number of stars, 1..5")
	}
	if !o.said("progress") && e.Type == event.Progress {
		o.fault("progress", CodeMissing, "progress has a share, 0..1")
	}
	return e
}

func (o object) eventType(name string) event.Type {
	if !o.said(name) {
		o.fault(name, CodeMissing, "want one of "+eventTypes)
		return 0
	}
	text, ok := o.scalar(name)
	if !ok {
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
