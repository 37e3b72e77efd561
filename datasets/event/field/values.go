package field

import (
	"strings"

	"curio/datasets/event/code"
)

// MaxSeconds is the longest duration Seconds accepts: about 31 years.
const MaxSeconds = 1_000_000_000

// Seconds turns seconds into milliseconds, to the nearest one.
func Seconds(s string) (int64, string) {
	v, cut, fault := scaled(s, 3)
	switch {
	case fault != "":
		return 0, fault
	case below(s, v, cut):
		return 0, code.SecondsNegative
	case v > MaxSeconds*1000 || v == MaxSeconds*1000 && cut != nothing:
		return 0, code.NumberRange
	}
	return round(s, 3)
}

// Progress turns a share of 0..1 into basis points, to the nearest one.
func Progress(s string) (int32, string) {
	return within(s, 4, 0, 10000, code.ProgressRange)
}

// Rating turns 1..5 stars into hundredths, to the nearest one.
func Rating(s string) (int32, string) {
	return within(s, 2, 100, 500, code.RatingRange)
}

// Age reads whole years, 1..120. A fraction of a year is dropped.
func Age(s string) (int32, string) {
	v, _, fault := scaled(s, 0)
	if fault != "" {
		return 0, fault
	}
	if v < 1 || v > 120 {
		return 0, code.AgeRange
	}
	return int32(v), ""
}

// Difficulty turns 1..5, or the words beginner (1), intermediate (3) and advanced
// (5), into hundredths.
func Difficulty(s string) (int32, string) {
	switch s {
	case "beginner":
		return 100, ""
	case "intermediate":
		return 300, ""
	case "advanced":
		return 500, ""
	}
	v, fault := within(s, 2, 100, 500, code.DifficultyUnknown)
	if fault != "" {
		return 0, code.DifficultyUnknown
	}
	return v, ""
}

// Bool reads true, false, yes, no, in any case, 1 and 0.
func Bool(s string) (bool, string) {
	switch strings.ToLower(s) {
	case "true", "yes", "1":
		return true, ""
	case "false", "no", "0":
		return false, ""
	}
	return false, code.BoolInvalid
}

// Fixed returns s * 10^scale to the nearest integer.
func Fixed(s string, scale int) (int64, string) { return round(s, scale) }

// within reads a number between low and high, both included and both in units of
// 10^-scale, to the nearest unit. The bounds hold before rounding.
func within(s string, scale int, low, high int64, outside string) (int32, string) {
	v, cut, fault := scaled(s, scale)
	switch {
	case fault == code.NumberRange:
		return 0, outside
	case fault != "":
		return 0, fault
	case v < low || v > high || v == high && cut != nothing || below(s, v, cut):
		return 0, outside
	}
	v, _ = round(s, scale)
	return int32(v), ""
}

// below reports whether s, cut to v, is less than zero.
func below(s string, v int64, cut rest) bool {
	return s[0] == '-' && (v != 0 || cut != nothing)
}
