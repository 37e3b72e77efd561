// Package field reads the values of a row: exact numbers, times, ids, text and
// currencies. Each reader returns a code of package code, empty when the value is
// accepted. Nothing passes through a float.
package field

import (
	"math"

	"curio/datasets/event/code"
)

// rest says what Scaled cut off, as a share of one unit.
type rest uint8

const (
	nothing   rest = iota
	belowHalf      // more than zero, less than a half
	halfUp         // a half or more
)

// decimal is a number as it is written, cut into its parts.
type decimal struct {
	negative bool
	whole    string // digits before the point
	fraction string // digits behind it
	exponent int    // power of ten it is multiplied with
}

// parse cuts s, written as in JSON; a plus sign and a missing digit on one side
// of the point are accepted as well. Exponents past 9999 are taken as 9999.
func parse(s string) (decimal, bool) {
	var d decimal
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	d.whole, s = digits(s)
	if s != "" && s[0] == '.' {
		d.fraction, s = digits(s[1:])
	}
	if d.whole == "" && d.fraction == "" {
		return d, false
	}
	if s == "" {
		return d, true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return d, false
	}
	s = s[1:]
	minus := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		minus = s[0] == '-'
		s = s[1:]
	}
	power, s := digits(s)
	if power == "" || s != "" {
		return d, false
	}
	for i := range len(power) {
		d.exponent = min(d.exponent*10+int(power[i]-'0'), 9999)
	}
	if minus {
		d.exponent = -d.exponent
	}
	return d, true
}

// digits splits off the leading digits of s.
func digits(s string) (head, tail string) {
	i := 0
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	return s[:i], s[i:]
}

// scaled returns s * 10^scale cut toward zero, and what was cut. The code is
// NumberInvalid for what is no decimal number (NaN and infinities included) and
// NumberRange for what an int64 does not hold.
func scaled(s string, scale int) (value int64, cut rest, fault string) {
	if v, ok := short(s, scale); ok {
		return v, nothing, ""
	}
	d, ok := parse(s)
	if !ok {
		return 0, nothing, code.NumberInvalid
	}
	keep := len(d.whole) + d.exponent + scale // digits of whole+fraction that stay
	for i := range len(d.whole) + len(d.fraction) {
		digit := int64(d.digit(i) - '0')
		switch {
		case i < keep:
			if value > (math.MaxInt64-digit)/10 {
				return 0, nothing, code.NumberRange
			}
			value = value*10 + digit
		case i == keep && digit >= 5:
			cut = halfUp
		case digit > 0 && cut == nothing:
			cut = belowHalf
		}
	}
	for i := len(d.whole) + len(d.fraction); i < keep && value > 0; i++ {
		if value > math.MaxInt64/10 {
			return 0, nothing, code.NumberRange
		}
		value *= 10
	}
	if d.negative {
		value = -value
	}
	return value, cut, ""
}

var powers = [...]int64{1, 10, 100, 1000, 10_000}

// short is scaled for what most numbers are: a few digits without an exponent,
// of which nothing is cut off.
func short(s string, scale int) (value int64, ok bool) {
	if len(s) == 0 || len(s) > 14 || scale >= len(powers) {
		return 0, false
	}
	at := 0
	if s[0] == '-' {
		at = 1
	}
	point, first := -1, at
	for ; at < len(s); at++ {
		c := s[at] - '0'
		if c > 9 {
			if s[at] != '.' || point >= 0 {
				return 0, false
			}
			point = at
			continue
		}
		value = value*10 + int64(c)
	}
	places := 0
	if point >= 0 {
		places = len(s) - 1 - point
		first++
	}
	if first == len(s) || places > scale {
		return 0, false
	}
	value *= powers[scale-places]
	if s[0] == '-' {
		value = -value
	}
	return value, true
}

// digit returns digit i of the mantissa.
func (d *decimal) digit(i int) byte {
	if i < len(d.whole) {
		return d.whole[i]
	}
	return d.fraction[i-len(d.whole)]
}

// round returns s * 10^scale to the nearest integer, halves away from zero.
func round(s string, scale int) (int64, string) {
	v, cut, fault := scaled(s, scale)
	if fault != "" || cut != halfUp {
		return v, fault
	}
	if v == math.MaxInt64 || v == -math.MaxInt64 {
		return 0, code.NumberRange
	}
	if s[0] == '-' {
		return v - 1, ""
	}
	return v + 1, ""
}
