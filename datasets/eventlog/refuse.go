package eventlog

import (
	"strings"
	"unicode"

	"curio/datasets/event"
)

// Bytes of a value that a reject shows.
const (
	maxPlain = 3  // as it is
	maxShown = 64 // of its shape
)

// refuse describes a row that is not accepted, with the faulty value if that is
// short, and else its shape. As the columns of a row may be mixed up, any longer
// value may be the id of a person; so may a short one that a private column repeats,
// which is not shown.
func (t *table) refuse(name string, line int, f fault, r *row) event.Reject {
	value := f.value
	if len(value) > maxPlain {
		value = shape(value)
	}
	for _, p := range t.private {
		if value == r.cells[p].text {
			value = ""
		}
	}
	return event.Reject{File: name, Line: line, Code: f.code, Field: f.field, Value: strings.Clone(value), Message: f.message}
}

// shape puts a for each letter and 9 for each digit at the start of a value, and ?
// for what is neither and not ASCII, so that its form is seen and not what it says.
func shape(value string) string {
	if len(value) > maxShown {
		value = strings.ToValidUTF8(value[:maxShown], "")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r):
			return 'a'
		case unicode.IsDigit(r):
			return '9'
		case r > unicode.MaxASCII:
			return '?'
		}
		return r
	}, value)
}
