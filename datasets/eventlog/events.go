package eventlog

import (
	"context"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
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

// Events reads the events in parallel, as event.Source says; all of them are in
// event.Train. Repeated events are all given.
func (s *Source) Events(ctx context.Context, workers int, reject func(event.Reject), open func() event.Sink) error {
	return s.read(ctx, eventTable, workers, reject, func(w *worker) {
		w.sink = open()
		w.accept = func(r *row, at event.Place) (fault, error) {
			if f := s.event(r, &w.e); f.found() {
				return f, nil
			}
			return fault{}, w.sink(&w.e, event.Train, at)
		}
	})
}

// event fills e from r. Its texts are those of r.
func (s *Source) event(r *row, e *event.Event) fault {
	c := scan{t: eventTable, r: r, o: &s.o}
	*e = event.Event{UserID: c.id(eventUser, code.UserMissing), ID: c.id(eventID, "")}
	name, _ := c.scalar(eventType) // a missing type is an unknown one
	if e.Type, _ = event.ParseType(name); e.Type == 0 {
		c.failValue(eventType, code.TypeUnknown)
	}
	if e.TS = c.time(eventTS, field.Happened); e.TS == 0 {
		c.fail(eventTS, code.TSMissing, "missing")
	}
	if e.ItemID = c.id(eventItem, ""); e.ItemID == "" && e.Type != event.Search {
		c.fail(eventItem, code.ItemMissing, "missing")
	}
	if r.given&optional != 0 || e.Type == event.Progress || e.Type == event.Rating {
		s.measures(&c, e)
	}
	return c.fault
}

// optional has a bit for each column that few events have.
const optional = 1<<eventSeconds | 1<<eventProgress | 1<<eventRating | 1<<eventAmount | 1<<eventCurrency |
	1<<eventPlan | 1<<eventChannel | 1<<eventReceived

// measures fills what few events have.
func (s *Source) measures(c *scan, e *event.Event) {
	e.ReceivedAt = c.time(eventReceived, field.Happened)
	if v, ok := value(c, eventSeconds, field.Seconds); ok {
		e.Watched, e.Has = v, e.Has|event.HasWatched
	}
	if v, ok := value(c, eventProgress, field.Progress); ok {
		e.Progress, e.Has = v, e.Has|event.HasProgress
	} else if e.Type == event.Progress {
		c.fail(eventProgress, code.ProgressMissing, "a progress event needs its share")
	}
	if v, ok := value(c, eventRating, field.Rating); ok {
		e.Rating, e.Has = v, e.Has|event.HasRating
	} else if e.Type == event.Rating {
		c.fail(eventRating, code.RatingMissing, "a rating event needs its stars")
	}
	var ok bool
	if e.Amount, e.Currency, ok = c.money(eventAmount, eventCurrency); ok {
		e.Has |= event.HasAmount
	}
	e.Plan = c.text(eventPlan, maxText)
	e.Channel = c.text(eventChannel, maxText)
}
