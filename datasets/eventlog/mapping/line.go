package mapping

import (
	"math"
	"math/big"
	"strconv"

	"curio/datasets/event/code"
)

// line is the function (x*times + plus) / by of a decimal x. The zero value stands
// for none; times and by are positive.
type line struct{ times, plus, by int64 }

// Decimals that a result keeps. No quantity of ours has more than four; one more
// decides how it is rounded.
const (
	places  = 6
	million = 1_000_000
)

// Longest number that is converted: digits, and size of the exponent.
const maxDigits = 100

// Integers up to this size are converted without big numbers: for every line there
// is, with times up to 4*10^4 and plus up to 10^11, an int64 holds the result.
const small = 100_000_000

// append writes the function of a number as a decimal. A result with more than
// six decimals is cut, and a seventh digit of 1 says that something was cut off:
// it compares with any bound and rounds to any quantity of ours as the exact one
// does. The code is NumberInvalid, or NumberRange for numbers of more than 100
// digits or with an exponent beyond 100.
func (l line) append(to []byte, text string) ([]byte, string) {
	if v, err := strconv.ParseInt(text, 10, 64); err == nil && v <= small && v >= -small {
		if above := (v*l.times + l.plus) * million; above >= 0 {
			to = strconv.AppendInt(to, above/l.by, 10)
			return ending(to, above%l.by == 0), ""
		}
	}
	negative, whole, exact, flaw := l.apply(text, places)
	if flaw != "" {
		return to, flaw
	}
	if negative {
		to = append(to, '-')
	}
	return ending(whole.Append(to, 10), exact), ""
}

// ending completes a result in units of 10^-places.
func ending(to []byte, exact bool) []byte {
	if exact {
		return append(to, "e-6"...)
	}
	return append(to, "1e-7"...)
}

// apply returns the size of the function of a number in units of 10^-digits, cut
// toward zero, and whether nothing was cut off.
func (l line) apply(text string, digits int64) (negative bool, whole *big.Int, exact bool, flaw string) {
	x, exponent, ok := parse(text)
	switch {
	case !ok:
		return false, nil, false, code.NumberInvalid
	case x == nil:
		return false, nil, false, code.NumberRange
	}
	// With x = m * 10^e the result is (m*times*10^e + plus) * 10^digits / by, both
	// sides of the fraction multiplied with 10^-e if e is negative.
	above := x.Mul(x, big.NewInt(l.times))
	plus, below := big.NewInt(l.plus), big.NewInt(l.by)
	if exponent > 0 {
		above.Mul(above, power(exponent))
	} else if exponent < 0 {
		p := power(-exponent)
		plus.Mul(plus, p)
		below.Mul(below, p)
	}
	above.Add(above, plus)
	above.Mul(above, power(digits))
	negative = above.Sign() < 0
	whole, rest := new(big.Int).QuoRem(above.Abs(above), below, new(big.Int))
	return negative, whole, rest.Sign() == 0, ""
}

func power(n int64) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil)
}

// parse cuts a decimal number, written as package field accepts it, into an
// integer and a power of ten. The integer is nil if the number is too long.
func parse(text string) (x *big.Int, exponent int64, ok bool) {
	var kept []byte
	var buf [maxDigits + 1]byte
	kept = buf[:0]
	i, fraction, any := 0, int64(0), false
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		if text[i] == '-' {
			kept = append(kept, '-')
		}
		i++
	}
	long, point := false, false
	for ; i < len(text); i++ {
		c := text[i]
		if c == '.' && !point {
			point = true
			continue
		}
		if c-'0' > 9 {
			break
		}
		any = true
		if len(kept) == cap(kept) {
			long = true
			continue
		}
		kept = append(kept, c)
		if point {
			fraction++
		}
	}
	if !any {
		return nil, 0, false
	}
	if i < len(text) {
		if text[i] != 'e' && text[i] != 'E' {
			return nil, 0, false
		}
		var fine bool
		if exponent, fine = parseExponent(text[i+1:]); !fine {
			return nil, 0, false
		}
	}
	if long || exponent > maxDigits || exponent < -maxDigits {
		return nil, 0, true
	}
	if v, err := strconv.ParseInt(string(kept), 10, 64); err == nil {
		return big.NewInt(v), exponent - fraction, true
	}
	x, ok = new(big.Int).SetString(string(kept), 10)
	return x, exponent - fraction, ok
}

// parseExponent reads the digits of an exponent; those past 9999 are taken as
// 9999.
func parseExponent(text string) (int64, bool) {
	minus := false
	if text != "" && (text[0] == '-' || text[0] == '+') {
		minus = text[0] == '-'
		text = text[1:]
	}
	if text == "" {
		return 0, false
	}
	n := int64(0)
	for i := range len(text) {
		if text[i]-'0' > 9 {
			return 0, false
		}
		n = min(n*10+int64(text[i]-'0'), 9999)
	}
	if minus {
		n = -n
	}
	return n, true
}

// milliseconds applies a function that gives milliseconds, cut toward zero. The
// code is TSUnparsable or TSRange.
func (l line) milliseconds(text string) (int64, string) {
	if v, err := strconv.ParseInt(text, 10, 64); err == nil && v <= math.MaxInt64/l.times && v >= -math.MaxInt64/l.times {
		return v * l.times / l.by, ""
	}
	negative, whole, _, flaw := l.apply(text, 0)
	switch {
	case flaw == code.NumberInvalid:
		return 0, code.TSUnparsable
	case flaw != "" || !whole.IsInt64():
		return 0, code.TSRange
	case negative:
		return -whole.Int64(), ""
	}
	return whole.Int64(), ""
}
