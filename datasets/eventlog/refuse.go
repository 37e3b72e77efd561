package eventlog

import (
	"strings"
	"unicode"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// Bytes of a value that a reject shows.
const maxShown = 64

// refuse describes a row that is not accepted, with as much of the faulty value
// as can be shown. A value that repeats one of a private column, or holds one of
// more than three bytes, is not shown at all. For rows whose columns are mixed
// up, numbers that can be read and words where words belong (types, currencies,
// levels) are shown as they are, and of anything else only its shape.
func (t *table) refuse(name string, line int, f fault, r *row) event.Reject {
	value := f.value
	for _, p := range t.private {
		secret := r.cells[p].text
		if secret != "" && (value == secret || len(secret) > 3 && strings.Contains(value, secret)) {
			value = ""
		}
	}
	if len(value) > maxShown {
		value = strings.ToValidUTF8(value[:maxShown], "")
	}
	switch f.code {
	case code.TSUnparsable, code.NumberInvalid:
		value = shape(value)
	case code.TypeUnknown, code.CurrencyUnknown, code.DifficultyUnknown, code.BoolInvalid:
		if !isWord(value) {
			value = shape(value)
		}
	}
	return event.Reject{File: name, Line: line, Code: f.code, Field: f.field, Value: strings.Clone(value), Message: f.message}
}

// shape puts a for each letter and 9 for each digit of a value, so that its form
// is seen and not what it says.
func shape(value string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r):
			return 'a'
		case unicode.IsDigit(r):
			return '9'
		}
		return r
	}, value)
}

// isWord reports whether a value is letters and underscores alone.
func isWord(value string) bool {
	for _, r := range value {
		if !unicode.IsLetter(r) && r != '_' {
			return false
		}
	}
	return true
}
