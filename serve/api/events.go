package api

import (
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

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

// Events are what a user did lately, in any order.
type Events []event.Event

// read drops repeated event ids, like the log readers do.
func (e *Events) read(s source, name string) {
	o, ok := s.(object)
	if !ok {
		return
	}
	seen := make(map[string]bool)
	for row, at := range o.rows(name, MaxEvents) {
		fields, ok := readObject(row, at, o.faults, eventFields)
		if !ok {
			continue
		}
		row := fields.event()
		if row.ID != "" && seen[row.ID] {
			continue
		}
		seen[row.ID] = true
		*e = append(*e, row)
	}
}

// event reads one event. It means what it means in a canonical log.
func (o object) event() event.Event {
	e := event.Event{
		ID:      o.id("event_id"),
		TS:      o.time("ts", o.faults.latest),
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

// Schema implements huma.SchemaProvider.
func (Events) Schema(huma.Registry) *huma.Schema {
	most := MaxEvents
	text := func(doc string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: doc} }
	number := func(doc string, low float64, high *float64) *huma.Schema {
		return &huma.Schema{Type: huma.TypeNumber, Description: doc, Minimum: &low, Maximum: high}
	}
	share, stars := 1.0, 5.0
	types := text("What the user did.")
	for _, name := range strings.Split(eventTypes, ", ") {
		types.Enum = append(types.Enum, name)
	}
	one := &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"type"},
		Properties: map[string]*huma.Schema{
			"event_id": text("Unique name of the event; a repeated one counts once."),
			"ts":       {Description: "When it happened: RFC 3339, or Unix seconds or milliseconds.", OneOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeNumber}}},
			"item_id":  text("Id of the item; only a search has none."),
			"type":     types,
			"seconds":  number("Time watched or read.", 0, nil),
			"progress": number("Share of the item that was reached.", 0, &share),
			"rating":   number("Stars.", 1, &stars),
			"amount":   number("Money paid, in major units of the currency.", 0, nil),
			"currency": text("ISO 4217."),
			"plan":     text("How it was bought: single, subscription, ..."),
			"channel":  text("Where it came from: app, web, partner, ..."),
		},
	}
	return &huma.Schema{Type: huma.TypeArray, Items: one, MaxItems: &most}
}
