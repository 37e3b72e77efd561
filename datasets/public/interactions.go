package public

import (
	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// interactions turns rows of user, item, rating and time into events.
type interactions struct {
	scale scale
	event event.Event
}

// accept gives the event of a row, nil if it is rejected. Rating and ts may be
// empty. The event is valid until the next call.
func (x *interactions) accept(where *at, user, item, rating, ts string) *event.Event {
	x.event = event.Event{Type: event.View, UserID: user, ItemID: item}
	for _, id := range []struct{ field, value, missing string }{
		{"user_id", user, code.UserMissing}, {"item_id", item, code.ItemMissing},
	} {
		if id.value == "" {
			where.refuse(id.missing, id.field, "", "missing")
			return nil
		}
		if fault := field.ID(id.value, maxID); fault != "" {
			where.refuse(fault, id.field, "", "an id has at most 256 bytes of UTF-8 and no control characters")
			return nil
		}
	}
	if rating != "" && !x.scale.none() {
		stars, fault := x.scale.stars(rating)
		if fault != "" {
			where.refuse(fault, "rating", hide(rating, user), "not a rating on the scale of the others")
			return nil
		}
		x.event.Type, x.event.Has, x.event.Rating = event.Rating, event.HasRating, stars
	}
	if ts != "" {
		var fault string
		if x.event.TS, fault = field.Time(ts); fault != "" {
			where.refuse(fault, "timestamp", hide(ts, user), "not a time after 1970")
			return nil
		}
	}
	return &x.event
}

// hide drops a value that repeats a user's id.
func hide(value, user string) string {
	if value == user {
		return ""
	}
	return value
}
