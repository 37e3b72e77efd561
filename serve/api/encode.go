package api

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// The functions here write what encoding/json without HTML escapes would, for the one
// answer that is asked for most.

// appender is an answer that writes itself.
type appender interface{ appendJSON(b []byte) []byte }

func (r *Recommendations) appendJSON(b []byte) []byte {
	b = r.Envelope.appendFields(append(b, '{'))
	b = append(b, ',')
	b = r.RecommendedList.appendFields(b)
	return append(b, '}')
}

func (e *Envelope) appendFields(b []byte) []byte {
	b = appendString(append(b, `"request_id":`...), e.RequestID)
	b = appendString(append(b, `,"model_version":`...), e.ModelVersion)
	b = appendString(append(b, `,"strategy":`...), e.Strategy)
	return appendFloat(append(b, `,"took_ms":`...), e.TookMS, 64)
}

func (l *RecommendedList) appendFields(b []byte) []byte {
	if l.UserID != "" {
		b = append(appendString(append(b, `"user_id":`...), l.UserID), ',')
	}
	b = strconv.AppendInt(append(b, `"n":`...), int64(l.N), 10)
	b = strconv.AppendInt(append(b, `,"offset":`...), int64(l.Offset), 10)
	if l.Ignored != 0 {
		b = strconv.AppendInt(append(b, `,"ignored_events":`...), int64(l.Ignored), 10)
	}
	b = appendString(append(b, `,"score_kind":`...), l.Scores)
	if l.Seed != nil {
		b = strconv.AppendUint(append(b, `,"seed":`...), *l.Seed, 10)
	}
	b = append(b, `,"items":`...)
	if l.encoded != nil {
		return append(b, l.encoded...)
	}
	return appendItems(b, l.Items)
}

func appendItems(b []byte, items []RecommendedItem) []byte {
	b = append(b, '[')
	for i := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = items[i].appendJSON(b)
	}
	return append(b, ']')
}

func (r *RecommendedItem) appendJSON(b []byte) []byte {
	b = appendString(append(b, `{"item_id":`...), r.ItemID)
	b = strconv.AppendInt(append(b, `,"rank":`...), int64(r.Rank), 10)
	b = appendFloat(append(b, `,"score":`...), float64(r.Score), 32)
	b = appendText(b, `,"title":`, r.Title)
	b = appendText(b, `,"domain":`, r.Domain)
	b = appendText(b, `,"category":`, r.Category)
	if r.Promoted {
		b = append(b, `,"promoted":true`...)
	}
	if r.Propensity != nil {
		b = appendFloat(append(b, `,"propensity":`...), *r.Propensity, 64)
	}
	if r.Because != nil {
		b = append(b, `,"because":[`...)
		for i := range r.Because {
			if i > 0 {
				b = append(b, ',')
			}
			because := &r.Because[i]
			b = appendString(append(b, `{"item_id":`...), because.ItemID)
			b = appendText(b, `,"title":`, because.Title)
			b = append(appendFloat(append(b, `,"weight":`...), float64(because.Weight), 32), '}')
		}
		b = append(b, ']')
	}
	if r.Why != nil {
		why, _ := json.Marshal(r.Why) // of numbers and a plain text: it cannot fail
		b = append(append(b, `,"why":`...), why...)
	}
	return append(b, '}')
}

// appendText writes a field that is left out when it is empty.
func appendText(b []byte, name, s string) []byte {
	if s == "" {
		return b
	}
	return appendString(append(b, name...), s)
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendEscaped(b, s)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// appendEscaped writes a text that holds more than plain ASCII.
func appendEscaped(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', digits[r>>4], digits[r&15])
		case r == '\u2028' || r == '\u2029': // no line ends for JavaScript's sake
			b = append(b, '\\', 'u', '2', '0', '2', digits[r&15])
		case r == utf8.RuneError && size == 1:
			b = append(b, `\ufffd`...)
		default:
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return append(b, '"')
}

// appendFloat writes a finite number with as few digits as tell it apart.
func appendFloat(b []byte, v float64, bits int) []byte {
	form := byte('f')
	if size := math.Abs(v); size != 0 {
		if bits == 64 && (size < 1e-6 || size >= 1e21) || bits == 32 && (float32(size) < 1e-6 || float32(size) >= 1e21) {
			form = 'e'
		}
	}
	b = strconv.AppendFloat(b, v, form, -1, bits)
	if n := len(b); form == 'e' && n >= 4 && b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' { // e-09 to e-9
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}
