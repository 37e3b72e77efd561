package segment

import (
	"math"
	"slices"
	"strconv"
)

// unit is how people read a raw feature.
type unit struct {
	log   bool                    // the raw feature is the logarithm of 1 + the quantity
	per   float64                 // what people read of one of the quantity: 100 for a percentage
	whole bool                    // there are only whole ones
	flag  bool                    // 0 or 1
	round func(v float64) float64 // nearest number that is easy to read
}

var (
	plain   = unit{per: 1, round: round}
	counts  = unit{log: true, per: 1, whole: true, round: roundCount}
	hours   = unit{log: true, per: 1, round: round}
	days    = unit{log: true, per: 1, round: roundDays}
	money   = unit{log: true, per: 0.01, round: round} // of minor units
	percent = unit{per: 100, round: roundPercent}
	stars   = unit{per: 1, round: func(v float64) float64 { return math.Round(10*v) / 10 }}
	flag    = unit{per: 1, flag: true, round: func(float64) float64 { return 0.5 }}
)

// most bounds what is read, so that every number has few digits.
const most = 1e15

// read returns what people call the raw value x.
func (u *unit) read(x float64) float64 {
	if u.log {
		x = math.Expm1(x)
	}
	return min(max(u.per*x, -most), most)
}

// raw returns the value that people call v as a feature holds it: the threshold
// "at least 12" is not above what a user with exactly 12 has.
func (u *unit) raw(v float64) float64 {
	v /= u.per
	if u.log {
		v = math.Log1p(v)
	}
	return float64(float32(v))
}

// Readable returns the threshold next to x, both raw values of a feature, that reads
// as a round number in the units people use.
func Readable(feature string, x float64) float64 {
	u := phraseOf(feature).unit
	return u.raw(u.round(u.read(x)))
}

// round keeps one digit or two.
func round(v float64) float64 {
	a := math.Abs(v)
	if a < 1e-9 {
		return 0
	}
	scale := math.Pow10(int(math.Floor(math.Log10(a))))
	return math.Copysign(nearest([]float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10}, a/scale)*scale, v)
}

func roundCount(v float64) float64 {
	if v < 10 {
		return max(math.Round(v), 1)
	}
	return round(v)
}

func roundDays(v float64) float64 {
	return nearest([]float64{1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 548, 730, 1095, 1461, 1826, 2557, 3652}, v)
}

func roundPercent(v float64) float64 {
	if v < 10 {
		return max(math.Round(v), 1)
	}
	return min(5*math.Round(v/5), 100)
}

// nearest returns the member of ascending list nearest to v.
func nearest(list []float64, v float64) float64 {
	i, _ := slices.BinarySearch(list, v)
	if i == len(list) || i > 0 && v-list[i-1] < list[i]-v {
		i--
	}
	return list[i]
}

// number writes v with up to three digits that count.
func number(v float64) string {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	if short == 0 {
		return "0" // not -0
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}
