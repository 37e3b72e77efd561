package census

import (
	"math"
	"slices"
	"testing"
)

func TestSteps(t *testing.T) {
	for v, want := range []int{0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 8} {
		if got := step(int64(v)); got != want {
			t.Errorf("step(%d) = %d, want %d", v, got, want)
		}
	}
	if got := step(-5); got != 0 {
		t.Errorf("step(-5) = %d", got)
	}
	if got := step(math.MaxInt64); got != steps-1 {
		t.Errorf("the largest number is in bin %d of %d", got, steps)
	}
	for bin := range steps {
		from := stepFrom(bin)
		if step(from) != bin {
			t.Errorf("bin %d begins at %d, which is in bin %d", bin, from, step(from))
		}
		if bin > 0 && step(from-1) != bin-1 {
			t.Errorf("%d is in bin %d, want %d", from-1, step(from-1), bin-1)
		}
	}
}

func TestFixedBins(t *testing.T) {
	for _, c := range []struct {
		name string
		got  int
		want int
	}{
		{"one star", ratingBin(100), 0},
		{"below one star", ratingBin(0), 0},
		{"almost a quarter", ratingBin(124), 0},
		{"a quarter", ratingBin(125), 1},
		{"five stars", ratingBin(500), ratingBins - 1},
		{"past five", ratingBin(math.MaxInt32), ratingBins - 1},
		{"nothing", progressBin(0), 0},
		{"less than nothing", progressBin(math.MinInt32), 0},
		{"a twentieth", progressBin(500), 1},
		{"almost all", progressBin(9_999), progressBins - 2},
		{"all", progressBin(10_000), progressBins - 1},
		{"received before", latenessBin(-1), 0},
		{"at once", latenessBin(0), 1},
		{"999 ms", latenessBin(999), 1},
		{"a second", latenessBin(1000), 2},
		{"almost a day", latenessBin(24*3_600_000 - 1), 6},
		{"a day", latenessBin(24 * 3_600_000), 7},
		{"ages", latenessBin(math.MaxInt64), latenessSteps - 1},
	} {
		if c.got != c.want {
			t.Errorf("%s: bin %d, want %d", c.name, c.got, c.want)
		}
	}
	if !slices.IsSorted(lateness[:]) {
		t.Error("lateness bins are not in order")
	}
}

func TestSumStopsAtItsLargest(t *testing.T) {
	var s sum
	s.add(math.MaxUint64 - 1)
	s.add(1)
	if s != math.MaxUint64 {
		t.Errorf("%d", s)
	}
	s.add(7)
	if s != math.MaxUint64 {
		t.Errorf("%d after it was full", s)
	}
}
