package api

import (
	"bytes"
	"fmt"
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// The methods here read the fields of an event as the log readers do: an empty
// text is an absent value, numbers may stand in texts, and package field says
// what a value means.

// said reports whether a field has a value: neither null nor an empty text.
func (o object) said(name string) bool {
	raw, ok := o.raw(name)
	return ok && string(raw) != `""`
}

// scalar returns the text of a text, a number, true or false; false when the
// field is absent, empty or a fault.
func (o object) scalar(name string) (string, bool) {
	if !o.said(name) {
		return "", false
	}
	raw, _ := o.raw(name)
	switch raw[0] {
	case '[', '{':
		o.fault(name, CodeInvalid, "want one value, got "+shorten(string(raw)))
		return "", false
	case '"':
		if bytes.IndexByte(raw, '\\') >= 0 && field.HalfSurrogate(raw) {
			o.refuse(name, code.NotUTF8, string(raw))
			return "", false
		}
		return unquote(raw)
	}
	return string(raw), true
}

// id returns an id: a text or an integer.
func (o object) id(name string) string {
	s, ok := o.scalar(name)
	if !ok {
		return ""
	}
	raw, _ := o.raw(name)
	if raw[0] != '"' && strings.Trim(s, "-0123456789") != "" {
		o.fault(name, CodeInvalid, "want a text or an integer, got "+shorten(s))
		return ""
	}
	if why := field.ID(s, MaxText); why != "" {
		o.refuse(name, why, s)
		return ""
	}
	return s
}

// label returns the name of a plan, a channel and the like.
func (o object) label(name string) string {
	s, ok := o.scalar(name)
	if !ok {
		return ""
	}
	if raw, _ := o.raw(name); raw[0] != '"' {
		o.fault(name, CodeInvalid, "want a text, got "+shorten(s))
		return ""
	}
	if why := field.Text(s, MaxText); why != "" {
		o.refuse(name, why, s)
		return ""
	}
	return s
}

// value returns a field by one of the readers of package field; false when it is
// absent or a fault.
func value[T any](o object, name string, read func(string) (T, string)) (T, bool) {
	var none T
	s, ok := o.scalar(name)
	if !ok {
		return none, false
	}
	v, why := read(s)
	if why != "" {
		o.refuse(name, why, s)
		return none, false
	}
	return v, true
}

// time returns an instant not after latest, if that is not 0; absent means
// unknown.
func (o object) time(name string, latest event.Time) event.Time {
	t, _ := value(o, name, func(s string) (event.Time, string) {
		t, why := field.Happened(s)
		if why == "" && latest != 0 && t > latest {
			why = code.TSFuture
		}
		return t, why
	})
	return t
}

// money reads amount and currency.
func (o object) money(e *event.Event) {
	m, known := value(o, "currency", field.Currency)
	e.Currency = m.Code
	s, ok := o.scalar("amount")
	if !ok {
		return
	}
	v, why := m.Amount(s)
	switch {
	case why == "":
		e.Amount, e.Has = v, e.Has|event.HasAmount
	case why != code.CurrencyUnknown:
		detail := code.Message(why)
		if why == code.AmountPrecision {
			detail = fmt.Sprintf("%s has %d decimals", m.Code, m.Decimals)
		}
		o.fault("amount", faultCode(why), detail+", got "+shorten(s))
	case !known && !o.said("currency"):
		o.fault("currency", CodeMissing, "an amount has a currency")
	}
}

// refuse reports that a value is not accepted, with the log's code for it.
func (o object) refuse(name, why, got string) {
	o.fault(name, faultCode(why), code.Message(why)+", got "+shorten(got))
}

// faultCode is the code of a Fault for a code of package code about one value.
func faultCode(why string) string {
	switch why {
	case code.TSRange, code.TSFuture, code.NumberRange, code.RatingRange, code.ProgressRange,
		code.SecondsNegative, code.AmountNegative:
		return CodeRange
	case code.IDTooLong, code.TextTooLong:
		return CodeTooLong
	}
	return CodeInvalid
}
