package clustering

import (
	"context"
	"math"
)

// finer are the floors that a mixture is tried with in the end, one after the other.
var finer = []float64{floor / 4, floor / 20}

// alike is the adjusted Rand index from which two divisions count as the same but
// for where their borders run.
const alike = 0.95

// sharpen lets go of some of the floor under the variances of m, whose rows have
// the given log-likelihood.
//
// The floor blurs borders where components are flat: with segments of twelve
// correlated Gaussian features that overlap it costs 0.02 of the adjusted Rand index.
// Of users who lie on planes and lattices it keeps components from collapsing on
// these. So it is lowered step by step as long as the rows gain more than BIC would
// ask for a variance along each axis of each component, and the division stays alike.
func (g *grower) sharpen(ctx context.Context, m *mixture, logLikelihood float64) (*mixture, float64, error) {
	before, _, err := m.label(g.t, g.o.Workers)
	if err != nil {
		return nil, 0, err
	}
	price := 0.5 * float64(len(m.weights)*g.t.dim) * math.Log(float64(g.t.count))
	for _, less := range finer {
		fine := *m
		fine.floor = less
		next, s, err := climb(ctx, g.t, &fine, g.o.MaxIterations, still, g.o.Workers)
		if err != nil {
			return nil, 0, err
		}
		after, _, err := next.label(g.t, g.o.Workers)
		if err != nil {
			return nil, 0, err
		}
		if s.logLikelihood-logLikelihood <= price || agreement(before, after) < alike {
			break
		}
		m, logLikelihood = next, s.logLikelihood
	}
	return m, logLikelihood, nil
}
