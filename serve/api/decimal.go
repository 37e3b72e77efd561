package api

import (
	"strconv"
	"strings"
)

// maxDigits bounds the text of a number that is read exactly.
const maxDigits = 40

// decimal returns a number within low..high, low at least 0, times 10^scale, to
// the nearest integer, halves up. It never passes through a float, so that an
// event means the same in a request as in a log. high*10^scale fits an int64.
func (o object) decimal(name string, scale int, low, high float64) (int64, bool) {
	v, rest, ok := o.cut(name, scale, low, high)
	if rest != "" && rest[0] >= '5' {
		v++
	}
	return v, ok
}

// cut is decimal without the rounding; rest are the digits that were cut off.
func (o object) cut(name string, scale int, low, high float64) (v int64, rest string, ok bool) {
	_, text, ok := o.number(name, low, high)
	if !ok {
		return 0, "", false
	}
	mantissa, power := text, 0
	if e := strings.IndexAny(text, "eE"); e >= 0 {
		mantissa = text[:e]
		var err error
		if power, err = strconv.Atoi(text[e+1:]); err != nil {
			power = maxDigits + 1
		}
	}
	if len(text) > maxDigits || power > maxDigits || power < -maxDigits {
		o.fault(name, CodeTooLong, "write the number with fewer digits")
		return 0, "", false
	}
	v, rest = scaled(mantissa, power+scale)
	return v, rest, true
}

// scaled returns a decimal fraction >= 0 times 10^power, cut to an integer, and
// the digits behind it.
func scaled(text string, power int) (v int64, rest string) {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	digits, keep := whole+fraction, len(whole)+power
	if keep < 0 {
		return 0, "0" + digits
	}
	for i := range keep {
		v *= 10
		if i < len(digits) {
			v += int64(digits[i] - '0')
		}
	}
	return v, digits[min(keep, len(digits)):]
}
