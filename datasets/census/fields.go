package census

import "curio/datasets/event"

// optional is a field that an event may lack. User and type are not among them:
// no event is without. A field is expected of some types only.
type optional struct {
	name  string
	text  int       // its flag among texts, or
	value event.Has // its flag among values
	types []event.Type
}

var (
	everyType = []event.Type{
		event.View, event.Watch, event.Progress, event.Complete, event.Rating, event.Purchase,
		event.Refund, event.Comment, event.Like, event.Favourite, event.Share, event.Search, event.Dismiss,
	}
	paidTypes = []event.Type{event.Purchase, event.Refund}
)

var optionals = []optional{
	{name: "event_id", text: withID, types: everyType},
	{name: "ts", text: withTS, types: everyType},
	{name: "received_at", text: withReceived, types: everyType},
	{name: "item_id", text: withItem, types: []event.Type{
		event.View, event.Watch, event.Progress, event.Complete, event.Rating, event.Purchase,
		event.Refund, event.Comment, event.Like, event.Favourite, event.Share, event.Dismiss,
	}},
	{name: "seconds", value: event.HasWatched, types: []event.Type{event.Watch}},
	{name: "progress", value: event.HasProgress, types: []event.Type{event.Progress}},
	{name: "rating", value: event.HasRating, types: []event.Type{event.Rating}},
	{name: "amount", value: event.HasAmount, types: paidTypes},
	{name: "currency", text: withCurrency, types: paidTypes},
	{name: "plan", text: withPlan, types: []event.Type{event.Purchase}},
	{name: "channel", text: withChannel, types: everyType},
}

func (c *Census) fields(users int64) []Field {
	var all []Field
	for _, o := range optionals {
		f := Field{Name: o.name}
		counts := make([][]int64, groups)
		for i := range c.groups {
			g := &c.groups[i]
			for t := range g.texts {
				f.Present += o.present(g, t)
			}
			var expected, present int64
			for _, t := range o.types {
				for _, n := range g.values[t] {
					expected += n
				}
				present += o.present(g, int(t))
			}
			counts[i] = []int64{present, expected - present}
			f.Expected += expected
			f.Missing += expected - present
		}
		f.Share = ratio(float64(f.Missing), float64(f.Expected))
		f.Precision = precision(counts, users, false)
		all = append(all, f)
	}
	return all
}

// present is how many events of a type have the field.
func (o *optional) present(g *group, kind int) int64 {
	var n int64
	for set, events := range g.texts[kind] {
		if set&o.text != 0 {
			n += events
		}
	}
	for set, events := range g.values[kind] {
		if event.Has(set)&o.value != 0 {
			n += events
		}
	}
	return n
}
