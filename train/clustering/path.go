package clustering

import (
	"context"
	"math"

	"curio/artifacts/segment"
)

const (
	// polish is the number of steps of expectation maximisation after each join,
	// at most.
	polish = 10
	// calm is the relative gain in log-likelihood that ends a polish early.
	calm = 1e-5
)

// path joins components pair by pair, from one for each leaf down to one, and
// returns the mixture of each number of components passed, most first.
func path(ctx context.Context, t *table, leaves []*leaf, f family, workers int) ([]*mixture, error) {
	s := newSums(len(leaves), t.dim)
	for c, l := range leaves {
		for _, i := range l.rows {
			s.take(c, t.row(int(i)), 1)
		}
	}
	m := s.maximise(f)
	var passed []*mixture
	for {
		var err error
		if m, s, err = climb(ctx, t, m, polish, calm, workers); err != nil {
			return nil, err
		}
		passed = append(passed, m)
		if len(m.weights) == 1 {
			return passed, nil
		}
		m = s.joined(m).maximise(f)
	}
}

// climb takes up to steps of expectation maximisation from m, until one gains no
// more than the given share of the log-likelihood, and returns where it got and
// the statistics there.
func climb(ctx context.Context, t *table, m *mixture, steps int, share float64, workers int) (*mixture, *sums, error) {
	last := math.Inf(-1)
	for i := 0; ; i++ {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		s, err := m.expect(t, workers)
		if err != nil {
			return nil, nil, err
		}
		if i == steps || s.logLikelihood-last <= share*math.Abs(s.logLikelihood) {
			return m, s, nil
		}
		last = s.logLikelihood
		m = s.maximise(m.family)
	}
}

// one is the mixture of a single component.
func one(t *table) *mixture {
	s := newSums(1, t.dim)
	for i := range t.count {
		s.take(0, t.row(i), 1)
	}
	return s.maximise(free)
}

// joined returns the statistics s of m with that pair of components as one that
// costs the least classification likelihood.
func (s *sums) joined(m *mixture) *sums {
	k := len(s.counts)
	least, a, b := math.Inf(1), 0, 1
	for i := range k {
		for j := i + 1; j < k; j++ {
			if cost := s.cost(m, i, j); cost < least {
				least, a, b = cost, i, j
			}
		}
	}
	r := newSums(k-1, len(s.first[0]))
	r.floor = s.floor
	at := 0
	for c := range k {
		if c == b {
			r.join(a, s, b) // a comes before b, so it has kept its place
			continue
		}
		r.join(at, s, c)
		at++
	}
	return r
}

// cost is what joining components i and j takes from the classification
// log-likelihood.
func (s *sums) cost(m *mixture, i, j int) float64 {
	a, b := s.counts[i], s.counts[j]
	if m.family == free {
		pair := newSums(1, len(s.first[i]))
		pair.join(0, s, i)
		pair.join(0, s, j)
		return s.score(i) + s.score(j) - pair.score(0)
	}
	// The common covariance grows by one outer product, of the difference of
	// the means.
	total := 0.0
	for _, n := range s.counts {
		total += n
	}
	g, err := segment.NewGaussian(m.means[i], m.covariances[i])
	if err != nil {
		return math.Inf(1)
	}
	_, apart := g.LogDensity(m.means[j])
	return 0.5*total*math.Log1p(a*b/(a+b)/total*apart) + entropy(a) + entropy(b) - entropy(a+b)
}

func entropy(n float64) float64 {
	if n <= 0 {
		return 0
	}
	return n * math.Log(n)
}

// score is the classification log-likelihood of the rows of component c, but for
// constants that do not depend on how rows are divided.
func (s *sums) score(c int) float64 {
	if s.counts[c] <= 0 {
		return 0
	}
	mean, covariance := s.moments(c)
	return entropy(s.counts[c]) - 0.5*s.counts[c]*logDet(covariance, len(mean))
}
