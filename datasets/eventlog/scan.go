package eventlog

import (
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// scan takes typed values out of a row. After its first fault every method
// returns zero values. Texts are valid until the next row.
type scan struct {
	t     *table
	r     *row
	o     *Options
	fault fault
}

func (s *scan) fail(column int, code, message string) {
	if !s.fault.found() {
		s.fault = fault{code: code, field: s.t.columns[column], message: message}
	}
}

// failValue is fail for a value that may be shown.
func (s *scan) failValue(column int, why string) {
	if !s.fault.found() {
		s.fault = fault{code: why, field: s.t.columns[column], value: s.r.cells[column].text, message: code.Message(why)}
	}
}

// scalar returns the text of a cell, false if it is not given or no text, number
// or truth.
func (s *scan) scalar(column int) (string, bool) {
	c := &s.r.cells[column]
	switch c.kind {
	case text, number, truth:
		return c.text, !s.fault.found()
	case list, wrong:
		s.fail(column, code.JSONType, "must be one value")
	}
	return "", false
}

// id returns an id, or fails with missing if that is a code and there is none.
func (s *scan) id(column int, missing string) string {
	if c := &s.r.cells[column]; c.clean && c.kind == text && len(c.text) <= s.o.MaxID && c.text[0] != ' ' && !s.fault.found() {
		return c.text
	}
	v, ok := s.scalar(column)
	if !ok {
		if missing != "" {
			s.fail(column, missing, "missing")
		}
		return ""
	}
	switch s.r.cells[column].kind {
	case truth:
		s.fail(column, code.JSONType, "must be a text or an integer")
	case number:
		if strings.ContainsAny(v, ".eE+") {
			s.fail(column, code.JSONType, "must be a text or an integer")
		}
	}
	if f := field.ID(v, s.o.MaxID); f != "" {
		s.fail(column, f, code.Message(f))
	}
	return v
}

// text returns a text of at most max bytes.
func (s *scan) text(column, max int) string {
	if c := &s.r.cells[column]; c.clean && c.kind == text && len(c.text) <= max && !s.fault.found() {
		return c.text
	}
	v, ok := s.scalar(column)
	if !ok {
		return ""
	}
	if s.r.cells[column].kind != text {
		s.fail(column, code.JSONType, "must be a text")
	}
	if f := field.Text(v, max); f != "" {
		s.fail(column, f, code.Message(f))
	}
	return v
}

// time returns an instant that read accepts and that is not after Options.Now.
func (s *scan) time(column int, read func(string) (event.Time, string)) event.Time {
	v, ok := s.scalar(column)
	if !ok {
		return 0
	}
	t, f := read(v)
	if f == "" && s.o.Now != 0 && t > s.o.Now {
		f = code.TSFuture
	}
	if f != "" && !s.fault.found() {
		s.failValue(column, f)
		s.fault.message += s.timeHint(f, v)
	}
	if f != "" {
		return 0
	}
	return t
}

// timeHint says what a number outside of the years of its column may be.
func (s *scan) timeHint(why, number string) string {
	century := strings.HasPrefix(number, "19") || strings.HasPrefix(number, "20")
	switch {
	case why == code.TSUnparsable || strings.Trim(number, "0123456789") != "":
		return ""
	case s.o.mapped(s.t) != nil:
		return "; check its unit in the mapping"
	case len(number) == 8 && century:
		return "; a number with 8 digits is a date: use a mapping with layout: YYYYMMDD"
	case len(number) == 14 && century:
		return "; a number with 14 digits is a date: use a mapping with layout: YYYYMMDDhhmmss"
	case len(number) == 16:
		return "; a number with 16 digits is microseconds: use a mapping with unit: us"
	case len(number) == 19:
		return "; a number with 19 digits is nanoseconds: use a mapping with unit: ns"
	}
	return "; numbers are Unix seconds, from 100,000,000,000 on milliseconds"
}

// value returns a value by one of the readers of package field, and whether it
// was given.
func value[T any](s *scan, column int, read func(string) (T, string)) (T, bool) {
	var none T
	v, ok := s.scalar(column)
	if !ok {
		return none, false
	}
	got, f := read(v)
	if f != "" {
		s.failValue(column, f)
		return none, false
	}
	return got, true
}

// money returns an amount in minor units and its currency, and whether an amount
// was given. A currency may stand alone; an amount other than zero may not.
func (s *scan) money(amountColumn, currencyColumn int) (int64, string, bool) {
	m, _ := value(s, currencyColumn, field.Currency)
	v, ok := s.scalar(amountColumn)
	if !ok {
		return 0, m.Code, false
	}
	n, f := m.Amount(v)
	if f == code.CurrencyUnknown {
		s.fail(currencyColumn, code.CurrencyUnknown, "an amount needs a currency")
		return 0, "", false
	}
	if f != "" {
		s.failValue(amountColumn, f)
		return 0, "", false
	}
	return n, m.Code, true
}

// list returns the entries of a list, nil if it is not given, each a text that
// check accepts. Empty entries are dropped. A column that is there and empty is
// an empty list if keepEmpty is set.
func (s *scan) list(column int, keepEmpty bool, check func(string, int) string, max int) []string {
	c := &s.r.cells[column]
	var entries []string
	switch {
	case s.fault.found() || c.kind == absent:
		return nil
	case c.kind == empty:
		if keepEmpty {
			return []string{}
		}
		return nil
	case c.kind == text:
		var f string
		if entries, f = listOf(c.text); f != "" {
			s.fail(column, f, "must be a JSON array of texts, or texts joined by |")
			return nil
		}
	case c.kind == list:
		entries = s.r.lists[c.list]
	default:
		s.fail(column, code.JSONType, "must be a list of texts")
		return nil
	}
	if len(entries) > maxList {
		s.fail(column, code.ListTooLong, code.Message(code.ListTooLong))
		return nil
	}
	if len(entries) == 0 && !keepEmpty {
		return nil
	}
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		if f := check(e, max); f != "" {
			s.fail(column, f, code.Message(f))
			return nil
		}
		if e != "" {
			out = append(out, e)
		}
	}
	return out
}
