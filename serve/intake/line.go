package intake

import (
	"encoding/json"
	"strconv"
	"time"

	"curio/datasets/event"
	"curio/datasets/event/field"
)

// A line is {"event_id":ID CONTENT "ts":TIME,"received_at":TIME}. CONTENT is what
// says whether two events are the same.

// appendHead appends the beginning of a line, up to its content.
func appendHead(b []byte, id string) []byte {
	return appendQuoted(append(b, `{"event_id":`...), id)
}

// appendContent appends all that e says but its id and its times.
func appendContent(b []byte, e *event.Event) []byte {
	text := func(name, v string) {
		if v != "" {
			b = appendQuoted(append(append(append(b, `,"`...), name...), `":`...), v)
		}
	}
	number := func(what event.Has, name string, v int64, decimals int) {
		if e.Has&what != 0 {
			b = appendDecimal(append(append(append(b, `,"`...), name...), `":`...), v, decimals)
		}
	}
	text("user_id", e.UserID)
	text("item_id", e.ItemID)
	text("type", e.Type.String())
	number(event.HasWatched, "seconds", e.Watched, 3)
	number(event.HasProgress, "progress", int64(e.Progress), 4)
	number(event.HasRating, "rating", int64(e.Rating), 2)
	m, _ := field.Currency(e.Currency)
	number(event.HasAmount, "amount", e.Amount, m.Decimals)
	text("currency", e.Currency)
	text("plan", e.Plan)
	text("channel", e.Channel)
	return b
}

// appendTS appends when an event happened.
func appendTS(b []byte, t event.Time) []byte { return appendTime(append(b, `,"ts":`...), t) }

// appendTail appends the end of a line.
func appendTail(b []byte, received event.Time) []byte {
	return append(appendTime(append(b, `,"received_at":`...), received), "}\n"...)
}

// appendTime appends RFC 3339 in UTC with milliseconds.
func appendTime(b []byte, t event.Time) []byte {
	return time.UnixMilli(int64(t)).UTC().AppendFormat(b, `"2006-01-02T15:04:05.000Z"`)
}

// appendDecimal appends v >= 0 in units of 10^-decimals, without zeros at the end.
func appendDecimal(b []byte, v int64, decimals int) []byte {
	unit := int64(1)
	for range decimals {
		unit *= 10
	}
	b = strconv.AppendInt(b, v/unit, 10)
	rest := v % unit
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for rest > 0 {
		unit /= 10
		b = append(b, byte('0'+rest/unit))
		rest %= unit
	}
	return b
}

func appendQuoted(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // a string never fails
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
