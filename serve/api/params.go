package api

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// The bounds of what a request may ask for.
const (
	DefaultN  = 10
	MaxN      = 100
	MaxOffset = 10_000
	MaxText   = 256 // bytes of an id or a name
)

// params reads a query string and collects its faults.
type params struct {
	values url.Values
	faults *faults
}

// newParams parses a raw query. Parameters outside allowed are faults, so that a
// misspelt one is not silently without effect; so are repeated ones.
func newParams(raw string, f *faults, allowed ...string) params {
	p := params{values: url.Values{}, faults: f}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		n, errName := url.QueryUnescape(name)
		v, errValue := url.QueryUnescape(value)
		switch {
		case errName != nil || !utf8.ValidString(n):
			p.fault(name, CodeInvalid, "the parameter's name is not percent-encoded UTF-8")
		case !slices.Contains(allowed, n):
			p.fault(n, CodeUnknown, "there is no such parameter here; known are "+list(allowed))
		case errValue != nil:
			p.fault(n, CodeInvalid, "the value is not percent-encoded UTF-8")
		case p.values.Has(n):
			p.fault(n, CodeRepeated, "give the parameter once")
		default:
			p.values.Set(n, v)
		}
	}
	return p
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func (p params) fault(name, code, detail string) {
	if len(name) > MaxText {
		name = name[:MaxText]
	}
	p.faults.add(Fault{In: "query", Name: strings.ToValidUTF8(name, "\uFFFD"), Code: code, Detail: detail})
}

// integer returns the parameter, or fallback when it is absent.
func (p params) integer(name string, fallback, low, high int) int {
	if !p.values.Has(name) {
		return fallback
	}
	text := p.values.Get(name)
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil && !wholeNumber(text):
		p.fault(name, CodeInvalid, "want a whole number, got "+shorten(text))
	case err != nil || n < int64(low) || n > int64(high):
		p.fault(name, CodeRange, fmt.Sprintf("want %d..%d, got %s", low, high, shorten(text)))
	default:
		return int(n)
	}
	return fallback
}

// wholeNumber tells a number too large to hold from text that is no number.
func wholeNumber(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return digits != "" && len(text)-len(digits) <= 1 && strings.Trim(digits, "0123456789") == ""
}

// boolean returns the parameter; absent means false.
func (p params) boolean(name string) bool {
	if !p.values.Has(name) {
		return false
	}
	switch text := p.values.Get(name); text {
	case "true", "1":
		return true
	case "false", "0":
		return false
	default:
		p.fault(name, CodeInvalid, "want true or false, got "+shorten(text))
		return false
	}
}

// text returns the parameter; absent means empty, and empty is a fault.
func (p params) text(name string) string {
	if !p.values.Has(name) {
		return ""
	}
	text := p.values.Get(name)
	if kind, detail := checkText(text); kind != "" {
		p.fault(name, kind, detail)
		return ""
	}
	return text
}

// checkText returns an empty kind when text can be an id or a name: 1..MaxText
// bytes of UTF-8 without control characters. Else it is the code of a Fault.
func checkText(text string) (kind, detail string) {
	if text == "" {
		return CodeMissing, "want at least one character"
	}
	why := field.ID(text, MaxText)
	switch why {
	case "":
		return "", ""
	case code.IDTooLong:
		return CodeTooLong, fmt.Sprintf("want at most %d bytes, got %d", MaxText, len(text))
	}
	return faultCode(why), code.Message(why)
}
