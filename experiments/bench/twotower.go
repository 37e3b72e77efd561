package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"curio/artifacts/interest"
	"curio/train/twotower"
)

// Step is the training step to measure.
type Step struct {
	Users     int `json:"users"`
	Items     int `json:"items"`
	Batch     int `json:"batch"`
	Negatives int `json:"negatives"` // at most Items
	Dim       int `json:"dim"`       // of the embeddings
	Steps     int `json:"steps"`     // measured, in each round
	Workers   int `json:"workers"`
}

// Check names what cannot be measured as asked.
func (s Step) Check() error {
	if s.Negatives > s.Items {
		return fmt.Errorf("%d negatives from %d items: training would use each item once and no more", s.Negatives, s.Items)
	}
	return nil
}

// Speed is what a training step took. Flops are those of the softmax's three
// matrix products, 6 x batch x negatives x dim; everything else a step does
// takes time and counts for none.
type Speed struct {
	MsPerStep   float64 `json:"ms_per_step"` // median
	SamplesPerS float64 `json:"samples_per_s"`
	GFLOPs      float64 `json:"gflops"`
}

const (
	warmUp  = 3 // steps before those that are measured
	repeats = 8 // random pairs, and one, for each item
)

// MaxSteps bounds Step.Steps.
const MaxSteps = 1000

// TwoTower trains the two-tower model on random pairs of users without history
// or features and measures whole steps: the batch is drawn and its rows gathered,
// gorgonia runs the graph with the fused loss, and Adam updates rows and dense
// weights.
func TwoTower(ctx context.Context, s Step, clock Clock) (Speed, error) {
	d := s.data()
	o := twotower.Default()
	o.EmbeddingSize, o.BatchSize, o.Negatives, o.Workers = s.Dim, s.Batch, s.Negatives, s.Workers
	perEpoch := (len(d.Pairs) + s.Batch - 1) / s.Batch
	o.Epochs = (warmUp + s.Steps + perEpoch - 1) / perEpoch

	fitting, stop := context.WithCancel(ctx)
	defer stop()
	marks := make([]time.Time, 0, warmUp+s.Steps)
	_, err := twotower.Fit(fitting, d, o, &twotower.Watch{Step: func(done, _ int) {
		marks = append(marks, clock())
		if done == warmUp+s.Steps {
			stop() // what is left of the epoch is not measured
		}
	}})
	if ctx.Err() != nil {
		return Speed{}, ctx.Err()
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return Speed{}, fmt.Errorf("bench twotower: %w", err)
	}
	return s.speed(marks), nil
}

// data is random pairs, one of each item first: negatives are drawn from items
// with an interaction, and all are to be.
func (s Step) data() twotower.Data { return s.random(max(s.Batch, (1+repeats)*s.Items)) }

// random is n pairs.
func (s Step) random(n int) twotower.Data {
	r := rand.New(rand.NewPCG(1, 0))
	pairs := make([]twotower.Pair, n)
	for i := range pairs {
		item := i
		if i >= s.Items {
			item = r.IntN(s.Items)
		}
		pairs[i] = twotower.Pair{User: int32(r.IntN(s.Users)), Item: int32(item), Weight: 1}
	}
	return twotower.Data{Users: s.Users, Items: s.Items, Pairs: pairs, History: make([][]interest.Touch, s.Users)}
}

// speed is that of the steps which ended at marks, but for the first warmUp.
func (s Step) speed(marks []time.Time) Speed {
	var took []float64
	for i := warmUp; i < len(marks); i++ {
		took = append(took, marks[i].Sub(marks[i-1]).Seconds())
	}
	return s.speedOf(median(took))
}

// speedOf rounds to what a clock can tell.
func (s Step) speedOf(seconds float64) Speed {
	seconds = max(seconds, 1e-9)
	flops := 6 * float64(s.Batch) * float64(s.Negatives) * float64(s.Dim)
	return Speed{
		MsPerStep:   roundTo(seconds*1e3, 3),
		SamplesPerS: roundTo(float64(s.Batch)/seconds, 0),
		GFLOPs:      roundTo(flops/seconds/1e9, 2),
	}
}

// roundTo rounds to a number of decimals.
func roundTo(v float64, digits int) float64 {
	unit := math.Pow10(digits)
	return math.Round(v*unit) / unit
}

// median of at least one value, the mean of the middle two where there are two.
func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
