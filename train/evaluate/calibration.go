package evaluate

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"curio/experiments/run"
)

// Forecast is what was foretold of the candidates of one user, and what came.
type Forecast struct {
	Probability []float32 // 0..1
	Taken       []bool    // len(Probability)
}

// ErrForecast is wrapped by errors of forecasts that cannot be judged.
var ErrForecast = errors.New("forecasts cannot be judged")

// Bins is into how many bins, as equal in number as can be, forecasts are sorted.
const Bins = 15

// leastProbability keeps the logarithm of a certain and wrong forecast finite.
const leastProbability = 1e-7

// Calibrate measures how far the probabilities are right: the log-loss in nats,
// beside that of foretelling the base rate for everything; the area under the ROC
// curve (ties count half, Hanley and McNeil 1982); and the expected calibration
// error over bins of equal mass (Naeini, Cooper and Hauskrecht, AAAI 2015;
// Nixon et al., CVPR 2019 workshops). Intervals are of resampled users, of which
// o.Bootstrap, o.Seed and o.Workers decide as in Evaluate.
//
// It returns an error that wraps ErrForecast if a probability is outside 0..1,
// lengths differ, or nothing was taken up or everything.
func Calibrate(ctx context.Context, forecasts []Forecast, o Options) (*run.Calibration, error) {
	o, err := o.filled()
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	all, err := collect(forecasts)
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	loss, number := make([]float64, len(forecasts)), make([]float64, len(forecasts))
	taken := 0.0
	for _, f := range all {
		number[f.user]++
		p := 1 - f.p
		if f.taken {
			p, taken = f.p, taken+1
		}
		loss[f.user] -= math.Log(max(p, leastProbability))
	}
	n := float64(len(all))
	sums, err := resample(ctx, [][]float64{loss, number}, o)
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	areas, err := resampleAreas(ctx, all, len(forecasts), o)
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	once := bytes.Repeat([]byte{1}, len(forecasts))
	rate := taken / n
	c := &run.Calibration{
		AUC:         bounded(run.Point(area(all, once)), areas, func(a float64, _ int) float64 { return a }),
		LogLoss:     quotient(sum(loss)/n, sums[0], sums[1]),
		BaseLogLoss: -(rate*math.Log(rate) + (1-rate)*math.Log(1-rate)),
		Bins:        bin(all),
	}
	for _, b := range c.Bins {
		c.ECE += math.Abs(b.Predicted-b.Observed) * float64(b.Count) / n
	}
	return c, nil
}

// forecast is one candidate.
type forecast struct {
	p     float64
	user  int32
	taken bool
}

// collect lists all candidates by probability.
func collect(forecasts []Forecast) ([]forecast, error) {
	n, taken := 0, 0
	for _, f := range forecasts {
		n += len(f.Probability)
	}
	all := make([]forecast, 0, n)
	for u, f := range forecasts {
		if len(f.Taken) != len(f.Probability) {
			return nil, fmt.Errorf("user %d has %d probabilities and %d outcomes: %w", u, len(f.Probability), len(f.Taken), ErrForecast)
		}
		for i, p := range f.Probability {
			if !(p >= 0 && p <= 1) {
				return nil, fmt.Errorf("user %d has a probability of %v: %w", u, p, ErrForecast)
			}
			if f.Taken[i] {
				taken++
			}
			all = append(all, forecast{float64(p), int32(u), f.Taken[i]})
		}
	}
	if taken == 0 || taken == len(all) {
		return nil, fmt.Errorf("%d of %d candidates were taken up: %w", taken, len(all), ErrForecast)
	}
	slices.SortStableFunc(all, func(a, b forecast) int { return cmp.Compare(a.p, b.p) })
	return all, nil
}

// resampleAreas returns the area of each resample of the users, which are those of
// resample.
func resampleAreas(ctx context.Context, all []forecast, users int, o Options) ([]float64, error) {
	areas := make([]float64, max(0, o.Bootstrap))
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range min(o.Workers, len(areas)) {
		g.Go(func() error {
			counts := make([]uint8, users)
			for {
				r := int(next.Add(1)) - 1
				if r >= len(areas) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				draw(counts, o.Seed, uint64(r))
				areas[r] = area(all, counts)
			}
		})
	}
	return areas, g.Wait()
}

// area is the area under the ROC curve of ascending forecasts, each as often as
// its user is counted; NaN if all that are counted came to the same.
func area(all []forecast, counts []uint8) float64 {
	var below, taken, won float64
	for i := 0; i < len(all); {
		var t, f float64
		p := all[i].p
		for ; i < len(all) && all[i].p == p; i++ {
			if w := float64(counts[all[i].user]); all[i].taken {
				t += w
			} else {
				f += w
			}
		}
		won += float64(t*below) + float64(t*f)/2
		below += f
		taken += t
	}
	if taken == 0 || below == 0 {
		return math.NaN()
	}
	return won / (taken * below)
}

func bin(all []forecast) []run.Bin {
	bins := make([]run.Bin, 0, Bins)
	for b := range Bins {
		part := all[b*len(all)/Bins : (b+1)*len(all)/Bins]
		if len(part) == 0 {
			continue
		}
		var p, taken float64
		for _, f := range part {
			p += f.p
			if f.taken {
				taken++
			}
		}
		n := float64(len(part))
		bins = append(bins, run.Bin{Predicted: p / n, Observed: taken / n, Count: len(part)})
	}
	return bins
}
