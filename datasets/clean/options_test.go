package clean

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestValidate(t *testing.T) {
	rates := func(base string, pairs ...string) Options {
		o := Options{Currency: Currency{Base: base, Rates: map[string]Rate{}}}
		for i := 0; i < len(pairs); i += 2 {
			o.Currency.Rates[pairs[i]] = Rate(pairs[i+1])
		}
		return o
	}
	for name, c := range map[string]struct {
		o    Options
		want []string // in the error; none for no error
	}{
		"Zero":        {Options{}, nil},
		"Default":     {Default(), nil},
		"Least":       {Options{MaxWatch: 1}, nil},
		"Most":        {Options{MaxWatch: maxFactor}, nil},
		"TooLittle":   {Options{MaxWatch: 0.99}, []string{"max_watch"}},
		"TooMuch":     {Options{MaxWatch: maxFactor + 1}, []string{"max_watch"}},
		"Negative":    {Options{MaxWatch: -1}, []string{"max_watch"}},
		"NaN":         {Options{MaxWatch: math.NaN()}, []string{"max_watch"}},
		"Infinite":    {Options{MaxWatch: math.Inf(1)}, []string{"max_watch"}},
		"Word":        {Options{UnknownItems: "drop"}, []string{"unknown_items"}},
		"Base":        {rates("EUR"), nil},
		"Rates":       {rates("eur", "usd", "0.9", "JPY", "00.006", "KWD", "3.", "CHF", ".5"), nil},
		"NoBase":      {rates("", "USD", "1"), []string{"without a base"}},
		"OtherBase":   {rates("EURO", "USD", "1"), []string{"EURO"}},
		"OtherCode":   {rates("EUR", "XBT", "1"), []string{"XBT"}},
		"OfBase":      {rates("EUR", "EUR", "1"), []string{"is the base"}},
		"Twice":       {rates("EUR", "USD", "1", "usd", "1"), []string{"two rates"}},
		"ZeroRate":    {rates("EUR", "USD", "0.00"), []string{"above zero"}},
		"MinusRate":   {rates("EUR", "USD", "-1"), []string{"-1"}},
		"NaNRate":     {rates("EUR", "USD", "NaN"), []string{"NaN"}},
		"EmptyRate":   {rates("EUR", "USD", ""), []string{"decimal"}},
		"Dot":         {rates("EUR", "USD", "."), []string{"decimal"}},
		"TwoDots":     {rates("EUR", "USD", "1.2.3"), []string{"decimal"}},
		"Exponent":    {rates("EUR", "USD", "1e999999999"), []string{"decimal"}},
		"Fraction":    {rates("EUR", "USD", "1/3"), []string{"decimal"}},
		"Comma":       {rates("EUR", "USD", "0,92"), []string{"decimal"}},
		"Long":        {rates("EUR", "USD", strings.Repeat("1", 41)), []string{"decimal"}},
		"Digits":      {rates("EUR", "USD", "0.1234567890123456789"), nil},
		"ManyDigits":  {rates("EUR", "USD", "0.12345678901234567891"), []string{"more digits"}},
		"ManyShifted": {rates("CLF", "JPY", "18446744073709551615"), []string{"more digits"}},
		"EveryFault":  {Options{MaxWatch: -1, UnknownItems: "x", Currency: Currency{Base: "EUR", Rates: map[string]Rate{"USD": "x", "ABC": "1"}}}, []string{"max_watch", "unknown_items", "USD", "ABC"}},
	} {
		err := c.o.Validate()
		if (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v does not name %s", name, err, part)
			}
		}
		if _, err := New(nil, c.o); (err == nil) != (c.want == nil) {
			t.Errorf("%s: New says %v", name, err)
		}
	}
}

// Rates that are written as numbers keep every digit.
func TestOptionsInYAML(t *testing.T) {
	o := Default()
	err := yaml.UnmarshalWithOptions([]byte("max_watch: 2.5\nunknown_items: reject\ncurrency:\n  base: EUR\n  rates:\n    USD: 0.9200000000000000001 # by the bank\n    JPY: \"0.0061\"\n    KRW: 0.00000061\n    GBP: 1\n"), &o, yaml.Strict())
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "options", Options{MaxWatch: 2.5, UnknownItems: Refuse, Currency: Currency{
		Base: "EUR", Rates: map[string]Rate{"USD": "0.9200000000000000001", "JPY": "0.0061", "KRW": "0.00000061", "GBP": "1"},
	}}, o)
}

// FuzzConvert compares with exact fractions.
func FuzzConvert(f *testing.F) {
	f.Add(int64(101), "0.5", "USD", "EUR")
	f.Add(int64(math.MaxInt64), "0.0061", "JPY", "KWD")
	f.Add(int64(3), "18446744073709551615", "CLF", "JPY")
	f.Add(int64(1), "0.0000000000000000005", "EUR", "USD")
	f.Fuzz(func(t *testing.T, amount int64, text, from, to string) {
		x, err := newExchange(Currency{Base: to, Rates: map[string]Rate{from: Rate(text)}})
		if err != nil || to == "" {
			return
		}
		for name, r := range x.rates {
			got, ok := r.convert(amount)
			exact := new(big.Rat).Mul(new(big.Rat).SetInt64(amount), new(big.Rat).SetFrac(new(big.Int).SetUint64(r.num), new(big.Int).SetUint64(r.den)))
			if want := nearest(exact); ok != (amount >= 0 && want.IsInt64()) || ok && want.Int64() != got {
				t.Errorf("%d at %s (%s): %d, %v; want %v", amount, text, name, got, ok, want)
			}
		}
	})
}

// nearest rounds, halves to the even.
func nearest(r *big.Rat) *big.Int {
	double := new(big.Int).Mul(r.Num(), big.NewInt(2))
	q, rest := new(big.Int).DivMod(new(big.Int).Add(double, r.Denom()), new(big.Int).Mul(r.Denom(), big.NewInt(2)), new(big.Int))
	if rest.Sign() == 0 && q.Bit(0) == 1 {
		q.Sub(q, big.NewInt(1))
	}
	return q
}
