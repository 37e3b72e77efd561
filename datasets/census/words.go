package census

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// grouped writes 1234567 as 1,234,567.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

// percent writes a share of one. What is not nothing does not look like it.
func percent(share float64) string {
	switch p := share * 100; {
	case p > 0 && p < 0.01:
		return "<0.01%"
	case p == 0 || math.Abs(p) >= 10:
		return fmt.Sprintf("%.1f%%", p)
	default:
		return fmt.Sprintf("%.2f%%", p)
	}
}

func share(part, whole int64) string { return percent(ratio(float64(part), float64(whole))) }

// plain is a text of others, fit for a line of a terminal: quoted unless every
// character of it shows.
func plain(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "..."
	}
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.Quote(s)
	}
	return s
}

// number writes a measurement with three digits or so.
func number(x float64) string {
	switch a := math.Abs(x); {
	case a >= 1000:
		return grouped(int64(math.Round(x)))
	case a >= 100 || x == math.Trunc(x):
		return strconv.FormatFloat(x, 'f', 0, 64)
	default:
		return strconv.FormatFloat(x, 'g', 3, 64)
	}
}

// span writes a length of time in seconds.
func span(seconds float64) string {
	switch s := seconds; {
	case s < 0:
		return "before"
	case s >= 86_400:
		return number(s/86_400) + " d"
	case s >= 3600:
		return number(s/3600) + " h"
	case s >= 60:
		return number(s/60) + " min"
	default:
		return number(s) + " s"
	}
}

// label is how a bin that begins at x is marked.
func (h *Histogram) label(x float64) string {
	if h.Unit == "s" {
		return span(x)
	}
	return number(x)
}

// quantile is where the bin begins that holds a share q of the numbers or more
// together with those before it.
func (h *Histogram) quantile(q float64) float64 {
	var seen int64
	for _, b := range h.Bins {
		if seen += b.Count; float64(seen) >= q*float64(h.Count) && seen > 0 {
			return b.From
		}
	}
	return 0
}

var titles = map[string]string{
	"events_per_user": "Events per user",
	"items_per_user":  "Distinct items per user",
	"events_per_item": "Events per item",
	"hour_of_day":     "Hour of the day",
	"seconds":         "Time watched per event",
	"progress":        "Progress",
	"rating":          "Rating",
	"lateness":        "Received after it happened",
}

// title is the heading of a histogram.
func (h *Histogram) title() string {
	if t, ok := titles[h.Name]; ok {
		return t
	}
	return "Amount in " + plain(strings.TrimPrefix(h.Name, amountPrefix))
}
