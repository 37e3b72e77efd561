package evaluate

import (
	"context"
	"math"
	"slices"
	"testing"
)

// TestDraw checks that a resample has as many rows as there are and takes every
// row equally often: the counts of a row over many resamples have mean 1 and
// variance 1 - 1/n.
func TestDraw(t *testing.T) {
	const rows, resamples = 37, 20_000
	var sums, squares [rows]float64
	counts := make([]uint8, rows)
	for r := range uint64(resamples) {
		draw(counts, 9, r)
		total := 0
		for i, n := range counts {
			total += int(n)
			sums[i] += float64(n)
			squares[i] += float64(n) * float64(n)
		}
		if total != rows {
			t.Fatalf("resample %d has %d rows, want %d", r, total, rows)
		}
	}
	for i := range rows {
		mean := sums[i] / resamples
		variance := squares[i]/resamples - mean*mean
		if math.Abs(mean-1) > 0.035 || math.Abs(variance-(1-1./rows)) > 0.06 {
			t.Errorf("row %d is drawn %.3f times with variance %.3f", i, mean, variance)
		}
	}
}

// TestResampleSums compares with plain sums, for numbers of rows, columns and
// resamples around the sizes of the loops.
func TestResampleSums(t *testing.T) {
	for _, rows := range []int{1, strip - 1, strip, strip + 1, 3*strip + 7} {
		for _, width := range []int{1, lanes - 1, lanes, lanes + 1, 3 * lanes} {
			cols := columns(width, rows)
			for c := range cols {
				for r := range cols[c] {
					cols[c][r] = 1 / float64(c*rows+r+1)
				}
			}
			o := Options{Bootstrap: 2*batch + 1, Seed: 4, Workers: 3}
			got, err := resample(context.Background(), cols, o)
			if err != nil {
				t.Fatal(err)
			}
			counts := make([]uint8, rows)
			for r := range o.Bootstrap {
				draw(counts, o.Seed, uint64(r))
				for c := range cols {
					want := 0.0
					for i, n := range counts {
						want += float64(float64(n) * cols[c][i])
					}
					if got[c][r] != want {
						t.Fatalf("%d rows, %d columns: resample %d of column %d is %v, want %v",
							rows, width, r, c, got[c][r], want)
					}
				}
			}
		}
	}
}

func TestQuantile(t *testing.T) {
	tests := []struct {
		sorted  []float64
		q, want float64
	}{
		{[]float64{3}, 0.025, 3},
		{[]float64{1, 2}, 0, 1},
		{[]float64{1, 2}, 1, 2},
		{[]float64{1, 2}, 0.25, 1.25},
		{[]float64{1, 2, 4, 8}, 0.5, 3},
	}
	for _, tt := range tests {
		if got := quantile(tt.sorted, tt.q); math.Abs(got-tt.want) > 1e-15 {
			t.Errorf("quantile(%v, %v) = %v, want %v", tt.sorted, tt.q, got, tt.want)
		}
	}
}

// TestQuotientLeavesOutUndefined has resamples with nothing below the line.
func TestQuotientLeavesOutUndefined(t *testing.T) {
	v := quotient(2, []float64{4, 1, 6}, []float64{2, 0, 2})
	if v.Value != 2 || math.Abs(v.Low-2.025) > 1e-12 || math.Abs(v.High-2.975) > 1e-12 {
		t.Errorf("quotient = %+v", v)
	}
	if v := quotient(2, []float64{1, 1}, []float64{0, 0}); v.HasInterval() {
		t.Errorf("quotient of nothing has an interval: %+v", v)
	}
}

func TestMixSpreads(t *testing.T) {
	var all []uint64
	for x := range uint64(1000) {
		all = append(all, mix(x))
	}
	slices.Sort(all)
	if n := len(slices.Compact(all)); n != 1000 {
		t.Errorf("1000 seeds give %d states", n)
	}
}
