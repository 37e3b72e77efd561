package mapping

import (
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

func TestLine(t *testing.T) {
	percent := line{times: 1, by: 100}
	rating10 := line{times: 40000, plus: 100000, by: 100000} // 0..10 to 1..5
	for _, test := range []struct {
		l          line
		text, want string
		flaw       string
	}{
		{percent, "50", "500000e-6", ""},
		{percent, "33.333333", "3333331e-7", ""},
		{percent, "-0.00000001", "-01e-7", ""},
		{percent, "1e2", "1000000e-6", ""},
		{percent, "+1e-2", "100e-6", ""},
		{percent, ".5", "5000e-6", ""},
		{percent, "5.", "50000e-6", ""},
		{line{times: 60, by: 1}, "1.5", "90000000e-6", ""},
		{line{times: 3600, by: 1}, "0.3333333333333333", "11999999991e-7", ""},
		{rating10, "0", "1000000e-6", ""},
		{rating10, "10", "5000000e-6", ""},
		{rating10, "7", "3800000e-6", ""},
		{rating10, "10.0000000001", "50000001e-7", ""},
		{line{times: 40000, plus: 100000000000, by: 1}, "100000000", "4100000000000000000e-6", ""},
		{line{times: 40000, plus: 100000000000, by: 1}, "100000001", "4100000040000000000e-6", ""},
		{line{times: 1, by: 3}, "100000000", "333333333333331e-7", ""},
		{line{times: 1, by: 3}, "-100000000", "-333333333333331e-7", ""},
		{rating10, "-3", "-200000e-6", ""},
		{percent, strings.Repeat("9", 100), strings.Repeat("9", 100) + "0000e-6", ""},
		{percent, strings.Repeat("9", 102), "", code.NumberRange},
		{percent, "1e100", "1" + strings.Repeat("0", 104) + "e-6", ""},
		{percent, "1e101", "", code.NumberRange},
		{percent, "1e-101", "", code.NumberRange},
		{percent, "1e99999999999999999999", "", code.NumberRange},
		{percent, "", "", code.NumberInvalid},
		{percent, "-", "", code.NumberInvalid},
		{percent, ".", "", code.NumberInvalid},
		{percent, "1e", "", code.NumberInvalid},
		{percent, "1e+", "", code.NumberInvalid},
		{percent, "1.2.3", "", code.NumberInvalid},
		{percent, "NaN", "", code.NumberInvalid},
		{percent, "0x10", "", code.NumberInvalid},
		{percent, "1 ", "", code.NumberInvalid},
		{percent, "١", "", code.NumberInvalid},
	} {
		got, flaw := test.l.append(nil, test.text)
		if string(got) != test.want || flaw != test.flaw {
			t.Errorf("%v of %q is %q (%s), want %q (%s)", test.l, test.text, got, flaw, test.want, test.flaw)
		}
	}
}

// What package field makes of a converted number is what exact arithmetic makes of
// the original one.
func TestLineIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		low, high := random.Int64N(200_000)-100_000, int64(0)
		high = low + 1 + random.Int64N(200_000)
		l := line{times: 4e4, plus: high - low - 4*low, by: high - low}
		// Near the ends of the scale, near halves of a hundredth, or anywhere.
		digits := random.IntN(12)
		x := new(big.Rat).SetFrac64(low+random.Int64N(high-low+3)-1, 10_000)
		if random.IntN(2) == 0 {
			x.Add(x, new(big.Rat).SetFrac64(random.Int64N(2001)-1000, 1_000_000_000))
		}
		text := x.FloatString(digits)
		x.SetString(text)
		got, flaw := l.append(nil, text)
		if flaw != "" {
			t.Fatalf("%s: %s", text, flaw)
		}
		stars, outside := field.Rating(string(got))

		y := new(big.Rat).Mul(x, new(big.Rat).SetInt64(l.times))
		y.Add(y, new(big.Rat).SetInt64(l.plus)).Quo(y, new(big.Rat).SetInt64(l.by))
		if y.Cmp(big.NewRat(1, 1)) < 0 || y.Cmp(big.NewRat(5, 1)) > 0 {
			if outside != code.RatingRange {
				t.Fatalf("%s on %d..%d is %s, accepted as %d", text, low, high, y.FloatString(12), stars)
			}
			continue
		}
		y.Mul(y, big.NewRat(100, 1)).Add(y, big.NewRat(1, 2))
		want := new(big.Int).Quo(y.Num(), y.Denom()).Int64() // halves up
		if outside != "" || int64(stars) != want {
			t.Fatalf("%s on %d..%d (%s) is %d (%s), want %d", text, low, high, got, stars, outside, want)
		}
	}
}

func BenchmarkLine(b *testing.B) {
	l := line{times: 1, by: 1000}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = l.append(buf[:0], "12345678")
	}
}
