package eventlog

import (
	"context"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
	"curio/datasets/eventlog/rowhash"
)

// The columns of events.
const (
	eventID = iota
	eventTS
	eventUser
	eventItem
	eventType
	eventSeconds
	eventProgress
	eventRating
	eventAmount
	eventCurrency
	eventPlan
	eventChannel
	eventReceived
)

var eventTable = newTable("events",
	[]string{"event_id", "ts", "user_id", "item_id", "type", "seconds", "progress", "rating", "amount", "currency",
		"plan", "channel", "received_at"},
	[]string{"ts", "user_id", "type"}, eventUser, eventID)

// Events reads the events in order of their files and lines, as event.Source
// says; all of them are in event.Train. Finding duplicates takes 20 to 30 bytes
// an event; package rowhash states the chance of a false one.
func (s *Source) Events(ctx context.Context, reject func(event.Reject), yield func(*event.Event, event.Part) error) error {
	if reject == nil {
		reject = discard
	}
	var e event.Event
	var hasher rowhash.Hasher
	var seen rowhash.Set
	return s.each(ctx, eventTable, reject, func(r *row) (fault, error) {
		if f := s.event(r, &e); f.found() {
			return f, nil
		}
		if !seen.Add(hasher.Identity(&e)) {
			f := fault{code: code.Duplicate, message: "an equal event stood earlier"}
			if e.ID != "" {
				f.field, f.message = eventTable.columns[eventID], "the event id stood earlier"
			}
			return f, nil
		}
		return fault{}, yield(&e, event.Train)
	})
}

// event fills e from r. Its texts are those of r.
func (s *Source) event(r *row, e *event.Event) fault {
	c := scan{t: eventTable, r: r, o: &s.o}
	*e = event.Event{UserID: c.id(eventUser, code.UserMissing), ID: c.id(eventID, "")}
	name, _ := c.scalar(eventType) // a missing type is an unknown one
	var ok bool
	if e.Type, ok = event.ParseType(name); !ok {
		c.failValue(eventType, code.TypeUnknown)
	}
	if e.TS = c.time(eventTS); e.TS == 0 {
		c.fail(eventTS, code.TSMissing, "missing")
	}
	e.ReceivedAt = c.time(eventReceived)
	if e.ItemID = c.id(eventItem, ""); e.ItemID == "" && e.Type != event.Search {
		c.fail(eventItem, code.ItemMissing, "missing")
	}
	if v, ok := value(&c, eventSeconds, field.Seconds); ok {
		e.Watched, e.Has = v, e.Has|event.HasWatched
	}
	if v, ok := value(&c, eventProgress, field.Progress); ok {
		e.Progress, e.Has = v, e.Has|event.HasProgress
	} else if e.Type == event.Progress {
		c.fail(eventProgress, code.ProgressMissing, "a progress event needs its share")
	}
	if v, ok := value(&c, eventRating, field.Rating); ok {
		e.Rating, e.Has = v, e.Has|event.HasRating
	} else if e.Type == event.Rating {
		c.fail(eventRating, code.RatingMissing, "a rating event needs its stars")
	}
	if e.Amount, e.Currency, ok = c.money(eventAmount, eventCurrency); ok {
		e.Has |= event.HasAmount
	}
	e.Plan = c.text(eventPlan, maxText)
	e.Channel = c.text(eventChannel, maxText)
	return c.fault
}
