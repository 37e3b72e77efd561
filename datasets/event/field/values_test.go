package field

import (
	"math/big"
	"strings"
	"testing"

	"curio/datasets/event/code"
)

// check runs a reader over texts; a want that is no number is a code.
func check[T int32 | int64](t *testing.T, read func(string) (T, string), want map[string]any) {
	t.Helper()
	for in, w := range want {
		got, fault := read(in)
		switch w := w.(type) {
		case int:
			if fault != "" || int64(got) != int64(w) {
				t.Errorf("%q: %d %s, want %d", in, got, fault, w)
			}
		case string:
			if fault != w || got != 0 {
				t.Errorf("%q: %d %q, want code %s", in, got, fault, w)
			}
		}
	}
}

func TestFixed(t *testing.T) {
	check(t, func(s string) (int64, string) { return Fixed(s, 2) }, map[string]any{
		"0": 0, "1": 100, "-1": -100, "+1": 100, "1.": 100, ".5": 50, "1.005": 101, "1.0049999": 100,
		"-1.005": -101, "1e2": 10000, "1E+2": 10000, "25e-1": 250, "5e-3": 1, "49e-4": 0, "-5e-3": -1, "0e9999": 0,
		"0.1e99999999999999": code.NumberRange, "1e-99999999999": 0, "00012": 1200, "0.000": 0, "-0": 0,
		"92233720368547758.07": 9223372036854775807, "92233720368547758.08": code.NumberRange,
		"92233720368547758.075": code.NumberRange, "1e17": code.NumberRange, "1e16": 1000000000000000000,
		strings.Repeat("9", 400): code.NumberRange, "0." + strings.Repeat("0", 400) + "1": 0,
		"": code.NumberInvalid, "-": code.NumberInvalid, ".": code.NumberInvalid, "e1": code.NumberInvalid,
		"1e": code.NumberInvalid, "1e+": code.NumberInvalid, "1.2.3": code.NumberInvalid, "1,5": code.NumberInvalid,
		" 1": code.NumberInvalid, "1 ": code.NumberInvalid, "0x10": code.NumberInvalid, "NaN": code.NumberInvalid,
		"Inf": code.NumberInvalid, "--1": code.NumberInvalid, "1_0": code.NumberInvalid, "٣": code.NumberInvalid,
	})
}

func TestSeconds(t *testing.T) {
	check(t, Seconds, map[string]any{
		"0": 0, "12.5": 12500, "0.0005": 1, "0.0004": 0, "1e3": 1000000,
		"-0": 0, "-1": code.SecondsNegative, "-0.0001": code.SecondsNegative, "-1e99": code.NumberRange,
		"999999999.999": 999999999999, "1000000000": 1000000000000, "1000000000.0001": code.NumberRange,
		"x": code.NumberInvalid,
	})
}

func TestProgress(t *testing.T) {
	check(t, Progress, map[string]any{
		"0": 0, "1": 10000, "0.35": 3500, "0.33333": 3333, "0.00005": 1, "1.000": 10000, "-0": 0,
		"1.00001": code.ProgressRange, "-0.00001": code.ProgressRange, "85": code.ProgressRange,
		"1e99": code.ProgressRange, "half": code.NumberInvalid,
	})
}

func TestRating(t *testing.T) {
	check(t, Rating, map[string]any{
		"1": 100, "5": 500, "4.5": 450, "4.333": 433, "4.335": 434, "1.0": 100,
		"0.999": code.RatingRange, "5.001": code.RatingRange, "0": code.RatingRange, "-3": code.RatingRange,
		"10": code.RatingRange, "NaN": code.NumberInvalid,
	})
}

func TestAge(t *testing.T) {
	check(t, Age, map[string]any{
		"1": 1, "34": 34, "34.9": 34, "120": 120, "0": code.AgeRange, "121": code.AgeRange, "-5": code.AgeRange, "?": code.NumberInvalid,
	})
}

func TestDifficulty(t *testing.T) {
	check(t, Difficulty, map[string]any{
		"beginner": 100, "intermediate": 300, "advanced": 500, "1": 100, "2.5": 250, "5": 500,
		"0.9": code.DifficultyUnknown, "5.1": code.DifficultyUnknown, "hard": code.DifficultyUnknown,
	})
}

func TestAmount(t *testing.T) {
	for _, c := range []struct {
		currency, in string
		want         any
	}{
		{"USD", "9.99", 999}, {"USD", "9.990", 999}, {"USD", "9.999", code.AmountPrecision}, {"USD", "1e1", 1000},
		{"usd", "0.1", 10}, {"USD", "-0.01", code.AmountNegative}, {"USD", "-0.001", code.AmountNegative}, {"USD", "-0", 0},
		{"JPY", "1200", 1200}, {"JPY", "1200.00", 1200}, {"JPY", "1200.5", code.AmountPrecision},
		{"KWD", "1.234", 1234}, {"KWD", "1.2345", code.AmountPrecision}, {"CLF", "1.2345", 12345},
		{"USD", "92233720368547758.07", 9223372036854775807}, {"USD", "92233720368547758.08", code.NumberRange},
		{"USD", "free", code.NumberInvalid},
		{"XXX", "1", code.CurrencyUnknown}, {"", "1", code.CurrencyUnknown}, {"US", "1", code.CurrencyUnknown},
		{"USDT", "1", code.CurrencyUnknown}, {"€€€", "1", code.CurrencyUnknown}, {"XAU", "1", code.CurrencyUnknown},
	} {
		m, fault := Currency(c.currency)
		if fault == "" {
			check(t, m.Amount, map[string]any{c.in: c.want})
			if m.Code != strings.ToUpper(c.currency) {
				t.Errorf("currency %q became %q", c.currency, m.Code)
			}
		} else if fault != c.want {
			t.Errorf("%q: %s, want %v", c.currency, fault, c.want)
		}
	}
}

func TestAmountWithoutCurrency(t *testing.T) {
	check(t, Money{}.Amount, map[string]any{
		"0": 0, "0.00": 0, "1": code.CurrencyUnknown, "0.01": code.CurrencyUnknown, "-1": code.AmountNegative, "x": code.NumberInvalid,
	})
}

func TestBool(t *testing.T) {
	for in, want := range map[string]bool{"true": true, "TRUE": true, "Yes": true, "yes": true, "1": true, "false": false, "no": false, "False": false, "NO": false, "0": false} {
		if got, fault := Bool(in); got != want || fault != "" {
			t.Errorf("%q: %v %s", in, got, fault)
		}
	}
	for _, in := range []string{"", "TRUE ", "2", "maybe"} {
		if _, fault := Bool(in); fault != code.BoolInvalid {
			t.Errorf("%q: %q, want %s", in, fault, code.BoolInvalid)
		}
	}
}

// Any decimal number is rounded as exact arithmetic rounds it.
func FuzzFixed(f *testing.F) {
	for _, s := range []string{"1.005", "-2.5e-1", "1e20", "0.1e1", ".5", "NaN", "00.0e-0"} {
		f.Add(s, 2)
	}
	f.Fuzz(func(t *testing.T, s string, scale int) {
		if scale < 0 || scale > 6 || len(s) > 60 {
			return
		}
		got, fault := Fixed(s, scale)
		if d, ok := parse(s); !ok || d.exponent > 300 || d.exponent < -300 {
			if !ok && fault != code.NumberInvalid {
				t.Errorf("%q: %q, want %s", s, fault, code.NumberInvalid)
			}
			return
		}
		exact, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatalf("%q is accepted but is no number", s)
		}
		exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
		want := new(big.Int).Mul(exact.Num(), big.NewInt(2))
		want.Add(want, new(big.Int).Mul(exact.Denom(), big.NewInt(int64(exact.Sign()))))
		want.Quo(want, new(big.Int).Mul(exact.Denom(), big.NewInt(2)))
		switch {
		case fault == "" && (!want.IsInt64() || want.Int64() != got):
			t.Errorf("%q * 10^%d: %d, want %s", s, scale, got, want)
		case fault == code.NumberRange && want.BitLen() < 63:
			t.Errorf("%q * 10^%d: refused, but it is %s", s, scale, want)
		}
	})
}
