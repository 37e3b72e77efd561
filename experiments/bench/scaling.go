package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/train/twotower"
)

// Scaling asks what an epoch costs by the number of interactions and what a step
// costs by the number of items. Users come with the interactions: PerUser of them
// each, of which the first History are the user's history.
//
// A step reads the rows of its pairs, its negatives and the histories of its
// users. In a small catalogue many of these are the same, so that there are fewer
// to update; a step costs more with the items until hardly any are.
type Scaling struct {
	Interactions []int `json:"interactions"` // of fits with Items items, each at least Items
	Items        int   `json:"items"`
	Catalogues   []int `json:"catalogues"` // items of fits to Fixed interactions, each at most Fixed
	Fixed        int   `json:"fixed"`
	Batch        int   `json:"batch"`
	Negatives    int   `json:"negatives"` // at most the smallest catalogue
	Dim          int   `json:"dim"`       // of the embeddings
	History      int   `json:"history"`   // 0..PerUser
	Workers      int   `json:"workers"`
	Rounds       int   `json:"rounds"`
}

// PerUser is the interactions of a user in Scaling.
const PerUser = 20

// Limits of Scaling.
const (
	MaxInteractions = 100_000_000
	MaxCatalogue    = 10_000_000
)

// Check names what cannot be measured as asked.
func (s Scaling) Check() error {
	var faults []error
	for _, line := range []struct {
		name        string
		sizes       []int
		least, most int
	}{
		{"interactions", s.Interactions, max(s.Items, s.Batch), MaxInteractions},
		{"catalogues", s.Catalogues, s.Negatives, min(s.Fixed, MaxCatalogue)},
	} {
		if len(line.sizes) < 2 || !slices.IsSorted(line.sizes) || line.sizes[0] == line.sizes[len(line.sizes)-1] {
			faults = append(faults, fmt.Errorf("%s %v are no line: want two sizes or more, ascending", line.name, line.sizes))
			continue
		}
		if first, last := line.sizes[0], line.sizes[len(line.sizes)-1]; first < line.least || last > line.most {
			faults = append(faults, fmt.Errorf("%s %v are outside %d..%d", line.name, line.sizes, line.least, line.most))
		}
	}
	if s.Negatives > s.Items || s.Batch > s.Fixed {
		faults = append(faults, fmt.Errorf("%d negatives from %d items and batches of %d from %d interactions: steps would be smaller than asked",
			s.Negatives, s.Items, s.Batch, s.Fixed))
	}
	return errors.Join(faults...)
}

// Run measures every fit once a round. Each is noted.
func (s Scaling) Run(ctx context.Context, clock Clock, notes io.Writer) (*ScalingResult, error) {
	r := &ScalingResult{Scaling: s, ISA: kernel.ISA()}
	for _, n := range s.Interactions {
		r.ByInteractions = append(r.ByInteractions, FitCost{Interactions: n, Items: s.Items})
	}
	for _, items := range s.Catalogues {
		r.ByCatalogue = append(r.ByCatalogue, FitCost{Interactions: s.Fixed, Items: items})
	}
	for _, line := range [][]FitCost{r.ByInteractions, r.ByCatalogue} {
		seconds, ms := make([][]float64, len(line)), make([][]float64, len(line))
		for round := range s.Rounds {
			for i, c := range line {
				c, err := s.epoch(ctx, c, clock)
				if err != nil {
					return nil, fmt.Errorf("bench scaling: %d interactions, %d items: %w", c.Interactions, c.Items, err)
				}
				fmt.Fprintf(notes, "round %d of %d: %d interactions, %d items: %.2f s, %.2f ms a step\n",
					round+1, s.Rounds, c.Interactions, c.Items, c.Seconds, c.MsPerStep)
				seconds[i], ms[i] = append(seconds[i], c.Seconds), append(ms[i], c.MsPerStep)
				line[i] = c
			}
		}
		for i := range line {
			line[i].Seconds, line[i].MsPerStep = median(seconds[i]), median(ms[i])
		}
	}
	r.InteractionsExponent = exponent(r.ByInteractions, func(c FitCost) (float64, float64) { return float64(c.Interactions), c.Seconds })
	r.CatalogueExponent = exponent(r.ByCatalogue, func(c FitCost) (float64, float64) { return float64(c.Items), c.MsPerStep })
	return r, nil
}

// epoch measures one pass over c.Interactions random pairs. A second one, which
// is stopped before it begins, leaves out the freezing of the model.
func (s Scaling) epoch(ctx context.Context, c FitCost, clock Clock) (FitCost, error) {
	c.Users = (c.Interactions + PerUser - 1) / PerUser
	c.Steps = (c.Interactions + s.Batch - 1) / s.Batch
	d := Step{Users: c.Users, Items: c.Items}.random(c.Interactions)
	for i, p := range d.Pairs {
		d.Pairs[i].User = int32(i % c.Users)
		if h := &d.History[i%c.Users]; len(*h) < s.History {
			*h = append(*h, interest.Touch{Item: p.Item, Weight: 1})
		}
	}
	o := twotower.Default()
	o.EmbeddingSize, o.BatchSize, o.Negatives, o.Workers, o.Epochs = s.Dim, s.Batch, s.Negatives, s.Workers, 2

	fitting, stop := context.WithCancel(ctx)
	defer stop()
	marks := make([]float64, 1, c.Steps+1)
	started := clock()
	_, err := twotower.Fit(fitting, d, o, &twotower.Watch{Step: func(done, _ int) {
		marks = append(marks, clock().Sub(started).Seconds())
		if done == c.Steps {
			stop()
		}
	}})
	if ctx.Err() != nil {
		return c, ctx.Err()
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return c, err
	}
	steps := make([]float64, 0, c.Steps)
	for i := range marks[1:] {
		steps = append(steps, marks[i+1]-marks[i])
	}
	c.Seconds, c.MsPerStep = roundTo(marks[len(marks)-1], 3), roundTo(median(steps)*1e3, 3)
	return c, nil
}
