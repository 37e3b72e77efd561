package api

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// MaxText is the most bytes that an id or a name has.
const MaxText = 256

// params reads a query string and collects its faults.
type params struct {
	values url.Values
	faults *faults
}

// newParams parses a raw query. Parameters outside allowed are faults, so that a
// misspelt one is not silently without effect; so are repeated ones that are no lists.
func newParams(raw string, f *faults, allowed []inputField) params {
	p := params{values: url.Values{}, faults: f}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		n, errName := url.QueryUnescape(name)
		v, errValue := url.QueryUnescape(value)
		known := slices.IndexFunc(allowed, func(field inputField) bool { return field.name == n })
		switch {
		case errName != nil || !utf8.ValidString(n):
			p.fault(name, CodeInvalid, "the parameter's name is not percent-encoded UTF-8")
		case known < 0:
			p.fault(n, CodeUnknown, "there is no such parameter here; known are "+listed(names(allowed)))
		case errValue != nil:
			p.fault(n, CodeInvalid, "the value is not percent-encoded UTF-8")
		case p.values.Has(n) && !allowed[known].repeats:
			p.fault(n, CodeRepeated, "give the parameter once")
		default:
			p.values.Add(n, v)
		}
	}
	return p
}

func listed(names []string) string {
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

func (p params) given(name string) bool { return p.values.Has(name) }

// decimal returns the parameter; false when it is absent or a fault.
func (p params) decimal(name string, low, high float64) (float64, bool) {
	if !p.values.Has(name) {
		return 0, false
	}
	text := p.values.Get(name)
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		p.fault(name, CodeInvalid, "want a number, got "+shorten(text))
	case err != nil || !(v >= low && v <= high):
		p.fault(name, CodeRange, fmt.Sprintf("want %s..%s, got %s", plain(low), plain(high), shorten(text)))
	default:
		return v, true
	}
	return 0, false
}

// words returns the parameter; absent means empty, and empty is a fault.
func (p params) words(name string, longest int) string {
	if !p.values.Has(name) {
		return ""
	}
	text := p.values.Get(name)
	if kind, detail := checkText(text, longest); kind != "" {
		p.fault(name, kind, detail)
		return ""
	}
	return text
}

// list returns the values of a parameter that may be repeated.
func (p params) list(name string, most int) []string {
	values := p.values[name]
	if len(values) > most {
		p.fault(name, CodeTooLong, fmt.Sprintf("want at most %d, got %d", most, len(values)))
		return nil
	}
	for _, text := range values {
		if kind, detail := checkText(text, MaxText); kind != "" {
			p.fault(name, kind, detail)
			return nil
		}
	}
	return values
}

// checkText returns an empty kind when text can be an id or a name: 1..longest
// bytes of UTF-8 without control characters. Else it is the code of a Fault.
func checkText(text string, longest int) (kind, detail string) {
	if text == "" {
		return CodeMissing, "want at least one character"
	}
	why := field.ID(text, longest)
	switch why {
	case "":
		return "", ""
	case code.IDTooLong:
		return CodeTooLong, fmt.Sprintf("want at most %d bytes, got %d", longest, len(text))
	}
	return faultCode(why), code.Message(why)
}
