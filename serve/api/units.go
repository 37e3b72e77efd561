package api

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"curio/datasets/event"
)

// money reads amount and currency; an amount without a currency is a fault,
// and so is one with more decimals than the currency has.
func (o object) money(e *event.Event) {
	currency := o.text("currency")
	decimals, known := minorUnits(currency)
	_, hasAmount := o.raw("amount")
	switch {
	case currency != "" && !known:
		o.fault("currency", CodeInvalid, "want a code of ISO 4217, got "+shorten(currency))
	case currency == "" && hasAmount:
		o.fault("currency", CodeMissing, "an amount has a currency")
	}
	v, rest, ok := o.cut("amount", decimals, 0, maxAmount)
	if strings.Trim(rest, "0") != "" {
		o.fault("amount", CodeInvalid, fmt.Sprintf("the currency has %d decimals", decimals))
	}
	if ok {
		e.Amount, e.Has = v, e.Has|event.HasAmount
	}
	e.Currency = strings.ToUpper(currency)
}

// minorUnits returns how many decimals the minor unit of a currency has (ISO
// 4217), and whether code can be one at all.
func minorUnits(code string) (decimals int, ok bool) {
	if len(code) != 3 || strings.Trim(strings.ToUpper(code), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return 2, false
	}
	code = strings.ToUpper(code)
	for decimals, codes := range map[int][]string{
		0: {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"},
		3: {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"},
		4: {"CLF", "UYW"},
	} {
		if slices.Contains(codes, code) {
			return decimals, true
		}
	}
	return 2, true
}

// Unix times below this are seconds, others milliseconds.
const millisecondsFrom = 100_000_000_000

// time reads RFC 3339 text, a date, or a Unix time in seconds or milliseconds;
// absent means unknown.
func (o object) time(name string) event.Time {
	raw, ok := o.raw(name)
	if !ok {
		return 0
	}
	const last = 253402300799999 // the end of the year 9999
	var ms int64
	if raw[0] == '"' {
		text, _ := unquote(raw)
		layout := time.RFC3339
		if len(text) == len(time.DateOnly) {
			layout = time.DateOnly
		}
		t, err := time.Parse(layout, text)
		if err != nil {
			o.fault(name, CodeInvalid, "want RFC 3339 or Unix time, got "+shorten(text))
			return 0
		}
		ms = t.UnixMilli()
	} else {
		v, _, ok := o.number(name, 0, last)
		if !ok {
			return 0
		}
		scale := 0
		if v < millisecondsFrom {
			scale = 3
		}
		if ms, _, ok = o.cut(name, scale, 0, last); !ok {
			return 0
		}
	}
	if ms <= 0 || ms > last {
		o.fault(name, CodeRange, "want a time after 1970-01-01T00:00:00Z and not past the year 9999")
		return 0
	}
	return event.Time(ms)
}
