package encode

import (
	"math"

	"curio/datasets/event"
	"curio/features/profile"
)

const millisAnHour = 3_600_000

func logCount(n int64) float64 { return math.Log1p(float64(n)) }

// ratio returns x/n, missing when n is 0.
func ratio(x float64, n int64) float64 {
	if n == 0 {
		return math.NaN()
	}
	return x / float64(n)
}

// logDays returns log(1+days) from since to asOf, 0 when since is later, and
// missing when either is unknown.
func logDays(since, asOf event.Time) float64 {
	if since == 0 || asOf == 0 {
		return math.NaN()
	}
	return math.Log1p(max((float64(asOf)-float64(since))/float64(event.Day), 0))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// shares writes weights scaled to sum to 1, missing when they sum to 0, and
// returns the rest of dst.
func shares(dst, weights []float64) (rest []float64) {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	for i, w := range weights {
		if total > 0 {
			dst[i] = w / total
		} else {
			dst[i] = math.NaN()
		}
	}
	return dst[len(weights):]
}

// ageBand returns the band of an age in years, empty for an unknown one.
func ageBand(age int32) string {
	if b := profile.BandOf(age); b > 0 {
		return b.String()
	}
	return ""
}
