package intake

import (
	"bytes"
	"errors"

	"github.com/valyala/fastjson"

	"curio/datasets/event"
	"curio/datasets/event/field"
)

// maxLine is more than any line that is written has, in bytes.
const maxLine = 64 << 10

// errLine says that a line is none that was written here.
var errLine = errors.New("no line of an event log")

// decoder reads lines as they are written here. It reuses its memory.
type decoder struct {
	parser fastjson.Parser
	number []byte
	failed bool
}

// event reads a line without its end. Columns it does not know are ignored.
func (d *decoder) event(line []byte) (event.Event, error) {
	var e event.Event
	if len(line) > maxLine || bytes.IndexByte(line, '\\') >= 0 && (fastjson.ValidateBytes(line) != nil || field.HalfSurrogate(line)) {
		return e, errLine
	}
	v, err := d.parser.ParseBytes(line)
	if err != nil || v.Type() != fastjson.TypeObject {
		return e, errLine
	}
	d.failed = false
	e.ID, e.UserID, e.ItemID = d.text(v, "event_id"), d.text(v, "user_id"), d.text(v, "item_id")
	e.Plan, e.Channel, e.Currency = d.text(v, "plan"), d.text(v, "channel"), d.text(v, "currency")
	e.Type, _ = event.ParseType(d.text(v, "type"))
	e.TS, _ = measure(d, v, "ts", field.Happened)
	e.ReceivedAt, _ = measure(d, v, "received_at", field.Happened)
	var has [4]bool
	e.Watched, has[0] = measure(d, v, "seconds", field.Seconds)
	e.Progress, has[1] = measure(d, v, "progress", field.Progress)
	e.Rating, has[2] = measure(d, v, "rating", field.Rating)
	m, _ := field.Currency(e.Currency)
	e.Amount, has[3] = measure(d, v, "amount", m.Amount)
	for i, what := range []event.Has{event.HasWatched, event.HasProgress, event.HasRating, event.HasAmount} {
		if has[i] {
			e.Has |= what
		}
	}
	if d.failed || e.ID == "" || e.TS == 0 || e.ReceivedAt == 0 || check(&e) != "" {
		return event.Event{}, errLine
	}
	return e, nil
}

func (d *decoder) text(v *fastjson.Value, name string) string {
	switch found := v.Get(name); {
	case found == nil:
		return ""
	case found.Type() != fastjson.TypeString:
		d.failed = true
		return ""
	default:
		return string(found.GetStringBytes())
	}
}

// measure returns a time or a number, and whether it is there.
func measure[T any](d *decoder, v *fastjson.Value, name string, read func(string) (T, string)) (T, bool) {
	var none T
	found := v.Get(name)
	if found == nil {
		return none, false
	}
	switch found.Type() {
	case fastjson.TypeString:
		d.number = append(d.number[:0], found.GetStringBytes()...)
	case fastjson.TypeNumber:
		d.number = found.MarshalTo(d.number[:0])
	default:
		d.failed = true
		return none, false
	}
	got, why := read(string(d.number))
	if why != "" {
		d.failed = true
		return none, false
	}
	return got, true
}
