package evaluate

import (
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"curio/experiments/run"
)

// resample draws o.Bootstrap resamples of the rows, with replacement and as many
// as there are rows, and returns the sum of each column over each resample:
// sums[column][resample]. All columns share the resamples, so differences and
// quotients of columns keep their pairing.
//
// A resample is a count of each row (a multinomial draw), one byte a row.
// Resample number r depends on the seed and r alone and is summed in the order of
// the rows, so the result does not depend on the workers. Without resamples every
// element of sums is empty.
func resample(ctx context.Context, cols [][]float64, o Options) ([][]float64, error) {
	sums := columns(len(cols), max(0, o.Bootstrap))
	if o.Bootstrap <= 0 || len(cols) == 0 {
		return sums, ctx.Err()
	}
	batches := (o.Bootstrap + batch - 1) / batch
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range min(o.Workers, batches) {
		g.Go(func() error {
			counts := make([][]uint8, batch)
			for i := range counts {
				counts[i] = make([]uint8, len(cols[0]))
			}
			for {
				from := (int(next.Add(1)) - 1) * batch
				if from >= o.Bootstrap {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				drawn := counts[:min(batch, o.Bootstrap-from)]
				for i, c := range drawn {
					draw(c, o.Seed, uint64(from+i))
				}
				addWeighted(sums, from, cols, drawn)
			}
		})
	}
	return sums, g.Wait()
}

// draw counts how often each row is in resample number r. A byte is enough: up
// to 255 rows it cannot overflow, and past that a row drawn 256 times has a
// probability below 1e-500.
func draw(counts []uint8, seed, r uint64) {
	clear(counts)
	first := mix(seed + mix(r))
	source := rand.NewPCG(first, mix(first))
	n := uint64(len(counts))
	for range counts {
		row, _ := bits.Mul64(source.Uint64(), n)
		counts[row]++
	}
}

// mix is the output function of SplitMix64 (Steele, Lea and Flood 2014): it
// turns neighbouring numbers into unrelated ones.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Columns are read from memory once for a batch of resamples: a strip of rows of
// a few columns stays in the first-level cache while every resample of the batch
// adds it up. Several columns at once hide the latency of an addition.
const (
	batch = 8
	strip = 512
	lanes = 5
)

// addWeighted adds to sums[c][from+i] the rows of column c, each as often as
// counts[i] says, in the order of the rows.
func addWeighted(sums [][]float64, from int, cols [][]float64, counts [][]uint8) {
	rows := len(cols[0])
	for lo := 0; lo < rows; lo += strip {
		hi := min(lo+strip, rows)
		for c := 0; c < len(cols); c += lanes {
			group := cols[c:min(c+lanes, len(cols))]
			var col [lanes][]float64 // the last column again where there are fewer
			for l := range col {
				col[l] = group[min(l, len(group)-1)][lo:hi]
			}
			for i, n := range counts {
				var s [lanes]float64
				for l := range group {
					s[l] = sums[c+l][from+i]
				}
				s = accumulate(s, n[lo:hi], col)
				for l := range group {
					sums[c+l][from+i] = s[l]
				}
			}
		}
	}
}

// accumulate returns s plus the weighted rows of the columns. Products are
// rounded before they are added, on every architecture.
func accumulate(s [lanes]float64, counts []uint8, col [lanes][]float64) [lanes]float64 {
	s0, s1, s2, s3, s4 := s[0], s[1], s[2], s[3], s[4]
	n := len(counts)
	c0, c1, c2, c3, c4 := col[0][:n], col[1][:n], col[2][:n], col[3][:n], col[4][:n]
	for row, count := range counts {
		w := float64(count)
		s0 += float64(w * c0[row])
		s1 += float64(w * c1[row])
		s2 += float64(w * c2[row])
		s3 += float64(w * c3[row])
		s4 += float64(w * c4[row])
	}
	return [lanes]float64{s0, s1, s2, s3, s4}
}

// average is the mean of a column with its interval from the resampled sums.
func average(column, sums []float64) Value {
	n := float64(len(column))
	v := run.Point(sum(column) / n)
	return bounded(v, sums, func(s float64, _ int) float64 { return s / n })
}

// quotient is value, the quotient of two column sums, with its interval from
// their resampled sums. A resample with nothing below the line is left out.
func quotient(value float64, above, below []float64) Value {
	return bounded(run.Point(value), above, func(s float64, r int) float64 {
		if below[r] == 0 {
			return math.NaN()
		}
		return s / below[r]
	})
}

// bounded gives v the 95% percentile interval (Efron 1979) of f over the
// resampled sums. NaN results are left out; without results v stays as it is.
func bounded(v Value, sums []float64, f func(sum float64, r int) float64) Value {
	results := make([]float64, 0, len(sums))
	for r, s := range sums {
		if x := f(s, r); !math.IsNaN(x) {
			results = append(results, x)
		}
	}
	if len(results) == 0 {
		return v
	}
	slices.Sort(results)
	v.Low, v.High = quantile(results, 0.025), quantile(results, 0.975)
	return v
}

// quantile interpolates linearly between the order statistics of sorted, the
// first at 0 and the last at 1 (Hyndman and Fan 1996, type 7).
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
