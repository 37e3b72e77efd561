package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"curio/datasets/event/field"
)

// object is one JSON object of a body, its fields not yet decoded.
type object struct {
	known  []string
	values [][]byte // by place in known; nil when absent
	at     string   // JSON pointer of the object
	faults *faults
}

// readObject takes apart data, which is valid JSON. Its fields must all be in
// known, spelt exactly so: unknown and repeated ones are faults, each named. It
// reports false, and one fault, when data is not an object.
func readObject(data []byte, at string, f *faults, known []string) (object, bool) {
	o := object{known: known, values: make([][]byte, len(known)), at: at, faults: f}
	if data = skipSpace(data); data[0] != '{' {
		o.fault("", CodeInvalid, "want a JSON object")
		return o, false
	}
	for quoted, value := range members(data) {
		name, _ := unquote(quoted)
		switch i := slices.Index(known, name); {
		case i < 0:
			o.fault(name, CodeUnknown, "there is no such field here; known are "+listed(known))
		case o.values[i] != nil:
			o.fault(name, CodeRepeated, "give the field once")
		default:
			o.values[i] = value
		}
	}
	return o, true
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1") // RFC 6901

func (o object) fault(name, code, detail string) {
	pointer := o.at
	if name != "" {
		if len(name) > MaxText {
			name = strings.ToValidUTF8(name[:MaxText], "\uFFFD")
		}
		pointer += "/" + pointerEscapes.Replace(name)
	}
	o.faults.add(Fault{In: "body", Pointer: pointer, Code: code, Detail: detail})
}

// given reports whether a field is there and not null.
func (o object) given(name string) bool {
	_, ok := o.raw(name)
	return ok
}

// raw returns a field that is there and not null.
func (o object) raw(name string) ([]byte, bool) {
	i := slices.Index(o.known, name)
	if i < 0 || o.values[i] == nil || bytes.Equal(o.values[i], []byte("null")) {
		return nil, false
	}
	return o.values[i], true
}

// words returns a text of at most so many bytes; absent and null mean empty.
func (o object) words(name string, longest int) string {
	raw, ok := o.raw(name)
	if !ok {
		return ""
	}
	s, code, detail := readText(raw, longest)
	if code != "" {
		o.fault(name, code, detail)
	}
	return s
}

// readText returns a text, or what is wrong with it as a Fault has it.
func readText(raw []byte, longest int) (s, code, detail string) {
	s, ok := unquote(raw)
	switch {
	case !ok:
		return "", CodeInvalid, "want a string, got " + shorten(string(raw))
	case field.HalfSurrogate(raw):
		return "", CodeInvalid, "holds half of a surrogate pair"
	}
	if code, detail = checkText(s, longest); code != "" {
		return "", code, detail
	}
	return s, "", ""
}

// list returns a list of texts; absent and null mean none.
func (o object) list(name string, most int) []string {
	var texts []string
	for row, at := range o.rows(name, most) {
		s, code, detail := readText(row, MaxText)
		if code != "" {
			o.faults.add(Fault{In: "body", Pointer: at, Code: code, Detail: detail})
		}
		texts = append(texts, s)
	}
	return texts
}

// rows yields the elements of a list and their JSON pointers, and none of a list that
// is too long.
func (o object) rows(name string, most int) iter.Seq2[[]byte, string] {
	return func(yield func([]byte, string) bool) {
		raw, ok := o.raw(name)
		if !ok {
			return
		}
		if raw[0] != '[' {
			o.fault(name, CodeInvalid, "want a list")
			return
		}
		n := 0
		for range elements(raw) {
			if n++; n > most {
				o.fault(name, CodeTooLong, fmt.Sprintf("want at most %d", most))
				return
			}
		}
		n = 0
		for row := range elements(raw) {
			if !yield(row, fmt.Sprintf("%s/%s/%d", o.at, name, n)) {
				return
			}
			n++
		}
	}
}

// decimal returns a number within low..high; false when it is absent, null or a fault.
func (o object) decimal(name string, low, high float64) (float64, bool) {
	v, _, ok := o.number(name, low, high)
	return v, ok
}

// boolean returns a field; absent and null mean false.
func (o object) boolean(name string) bool {
	raw, ok := o.raw(name)
	var b bool
	if ok && json.Unmarshal(raw, &b) != nil {
		o.fault(name, CodeInvalid, "want true or false, got "+shorten(string(raw)))
	}
	return b
}

// integer returns a field, or fallback when it is absent or null.
func (o object) integer(name string, fallback, low, high int) int {
	v, text, ok := o.number(name, float64(low), float64(high))
	if !ok {
		return fallback
	}
	if v != float64(int(v)) {
		o.fault(name, CodeInvalid, "want a whole number, got "+shorten(text))
		return fallback
	}
	return int(v)
}

// number returns a field within low..high, and as it was written; false when it
// is absent, null or a fault.
func (o object) number(name string, low, high float64) (v float64, text string, ok bool) {
	raw, ok := o.raw(name)
	if !ok {
		return 0, "", false
	}
	text = string(raw)
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		o.fault(name, CodeInvalid, "want a number, got "+shorten(text))
		return 0, "", false
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v < low || v > high {
		o.fault(name, CodeRange, fmt.Sprintf("want %s..%s, got %s", plain(low), plain(high), shorten(text)))
		return 0, "", false
	}
	return v, text, true
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
