package census

import "math/bits"

// Values are counted in bins that never change, so that reports can be added up
// and compared. Counts and lengths use steps of half an octave: 0, 1, 2, 3, 4, 6,
// 8, 12, 16, 24, ...
const (
	steps         = 126
	ratingBins    = 17 // quarters of a star, from 1 to 5
	progressBins  = 21 // twentieths; the last is 1 exactly
	hoursOfDay    = 24
	latenessSteps = 11
)

// step is the bin of a number >= 0.
func step(v int64) int {
	if v < 2 {
		return int(max(v, 0))
	}
	octave := bits.Len64(uint64(v)) - 1
	return 2*octave + int(v>>(octave-1)&1)
}

// stepFrom is the smallest number in a bin of step.
func stepFrom(bin int) int64 {
	if bin < 2 {
		return int64(bin)
	}
	return int64(2+bin&1) << (bin/2 - 1)
}

func ratingBin(hundredths int32) int {
	return min(max(int(hundredths)-100, 0)/25, ratingBins-1)
}

func progressBin(basisPoints int32) int {
	return min(max(int(basisPoints), 0)/500, progressBins-1)
}

// lateness is where the bins of how late events came begin, in milliseconds. The
// first holds those that were received before they happened.
var lateness = [latenessSteps]int64{
	-1, 0, 1000, 60_000, 600_000, 3_600_000, 6 * 3_600_000,
	24 * 3_600_000, 3 * 24 * 3_600_000, 7 * 24 * 3_600_000, 30 * 24 * 3_600_000,
}

func latenessBin(ms int64) int {
	bin := 0
	for bin+1 < latenessSteps && ms >= lateness[bin+1] {
		bin++
	}
	return bin
}

// sum adds up numbers >= 0 and stops at its largest value instead of going
// round: in any order the result is the same.
type sum uint64

func (s *sum) add(v uint64) {
	total, carry := bits.Add64(uint64(*s), v, 0)
	if carry != 0 {
		total = ^uint64(0)
	}
	*s = sum(total)
}
