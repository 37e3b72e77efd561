package clean

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"math/bits"
	"slices"
	"strings"

	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// exchange converts amounts to one currency. The zero value, of no currency,
// converts none.
type exchange struct {
	base  string
	rates map[string]rate // by ISO 4217 code in upper case; the base is one of them
}

// rate is what one minor unit of a currency is worth in minor units of the base:
// num/den, in lowest terms and both above zero.
type rate struct{ num, den uint64 }

// newExchange names every fault of c.
func newExchange(c Currency) (exchange, error) {
	if c.Base == "" {
		if len(c.Rates) > 0 {
			return exchange{}, errors.New("currency: rates without a base say nothing")
		}
		return exchange{}, nil
	}
	base, fault := field.Currency(c.Base)
	if fault != "" {
		return exchange{}, fmt.Errorf("currency: base %.40q is not a currency of ISO 4217", c.Base)
	}
	x := exchange{base: base.Code, rates: map[string]rate{base.Code: {1, 1}}}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(c.Rates)) {
		money, fault := field.Currency(name)
		_, twice := x.rates[money.Code]
		switch {
		case fault != "":
			faults = append(faults, fmt.Errorf("currency: %.40q is not a currency of ISO 4217", name))
			continue
		case money.Code == base.Code:
			faults = append(faults, fmt.Errorf("currency: %s is the base and has no rate", base.Code))
			continue
		case twice:
			faults = append(faults, fmt.Errorf("currency: %s has two rates", money.Code))
			continue
		}
		r, err := parseRate(c.Rates[name], base.Decimals-money.Decimals)
		if err != nil {
			faults = append(faults, fmt.Errorf("currency: rate of %s: %w", money.Code, err))
		}
		x.rates[money.Code] = r
	}
	return x, errors.Join(faults...)
}

// maxRate is the longest text of a rate in bytes.
const maxRate = 40

// parseRate reads a rate between main units, and scales it by 10^shift to one
// between minor units.
func parseRate(text Rate, shift int) (rate, error) {
	whole, fraction, _ := strings.Cut(string(text), ".")
	digits := whole + fraction
	if digits == "" || len(text) > maxRate || strings.Trim(digits, "0123456789") != "" {
		return rate{}, fmt.Errorf("%.40q is not a decimal number such as 0.92", text)
	}
	exact, _ := new(big.Rat).SetString(digits + "e" + fmt.Sprint(shift-len(fraction)))
	switch {
	case exact.Sign() == 0:
		return rate{}, fmt.Errorf("%q must be above zero", text)
	case !exact.Num().IsUint64() || !exact.Denom().IsUint64():
		return rate{}, fmt.Errorf("%q has more digits than can be kept exactly", text)
	}
	return rate{exact.Num().Uint64(), exact.Denom().Uint64()}, nil
}

// convert returns the worth of an amount in minor units of the base, to the
// nearest one and of two equally near to the even one. It is not ok if that is
// past an int64, or if the amount is negative.
func (r rate) convert(amount int64) (worth int64, ok bool) {
	if amount < 0 {
		return 0, false
	}
	high, low := bits.Mul64(uint64(amount), r.num)
	if high >= r.den {
		return 0, false
	}
	q, rest := bits.Div64(high, low, r.den)
	if up := r.den - rest; rest > up || rest == up && q&1 == 1 {
		q++ // rest > 0, so that q is below 2^64-1 or past the range anyway
	}
	return int64(q), q <= math.MaxInt64
}

// worth converts an amount. Nothing is worth nothing in every currency; else a
// currency without a rate, or none, is CurrencyUnknown. What an int64 does not
// hold is NumberRange.
func (x exchange) worth(amount int64, currency string) (int64, string) {
	if amount == 0 {
		return 0, ""
	}
	r, ok := x.rates[currency]
	if !ok {
		return 0, code.CurrencyUnknown
	}
	v, ok := r.convert(amount)
	if !ok {
		return 0, code.NumberRange
	}
	return v, ""
}

// converts reports whether there is a base.
func (x exchange) converts() bool { return x.base != "" }
