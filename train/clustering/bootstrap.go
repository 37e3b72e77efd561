package clustering

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"curio/experiments/run"
)

const (
	// bootstraps is how many resamples a division is judged by.
	bootstraps = 5
	// drawn is the number of rows of a resample, at most.
	drawn = 800
	// noises is how many tables of noise there are, of two resamples each.
	noises = 5
	// brief is how many starts a split of a resample tries.
	brief = 2
	// glance is the number of steps of expectation maximisation after each join of
	// parts of a resample, at most.
	glance = 3
)

// bootstrap fits as many segments to resamples of the rows, and to resamples of noise,
// and notes how they agree: the former with labels, the latter two by two.
func (r *Result) bootstrap(ctx context.Context, g *grower, labels []int32, m *mixture) error {
	var f [bootstraps + 2*noises]*refit
	for i := range f {
		random := rand.New(rand.NewPCG(g.random.Uint64(), uint64(i)))
		f[i] = &refit{t: g.t, o: g.o, random: random, family: m.family, owned: m.owners != nil}
		f[i].o.Restarts, f[i].o.Workers = min(brief, g.o.Restarts), 1
		if !f[i].owned {
			f[i].o.Segments = len(r.Model.Segments())
		}
	}
	for i := bootstraps; i < len(f); i += 2 {
		f[i].t = g.t.noise(f[i].random)
		f[i+1].t = f[i].t
	}
	parallel(len(f), g.o.Workers, func(i int) { f[i].err = f[i].run(ctx) })
	for _, one := range f {
		if one.err != nil && !errors.Is(one.err, errSingular) {
			return one.err
		}
	}
	for _, one := range f[:bootstraps] {
		if one.err == nil {
			r.Stability = append(r.Stability, sameness(labels, one.labels))
		}
	}
	for i := bootstraps; i < len(f); i += 2 {
		if f[i].err == nil && f[i+1].err == nil {
			r.Unstructured = append(r.Unstructured, sameness(f[i].labels, f[i+1].labels))
		}
	}
	r.Gain = gain(f[:bootstraps])
	return nil
}

// sameness is the adjusted Rand index of two divisions of the same rows, but 0 when
// both leave all rows together: nothing is divided, and so nothing comes back.
func sameness(a, b []int32) float64 {
	together := func(labels []int32) bool {
		return !slices.ContainsFunc(labels, func(c int32) bool { return c != labels[0] })
	}
	if together(a) && together(b) {
		return 0
	}
	return agreement(a, b)
}

// gain is the mean over rows of what they gain, each the mean over the fits that have
// not seen it.
func gain(fits []*refit) run.Evidence {
	var means []float64
	for i := range fits[0].t.count {
		total, n := 0.0, 0
		for _, f := range fits {
			if f.err == nil && !f.seen[i] {
				total += f.gains[i]
				n++
			}
		}
		if n > 0 {
			means = append(means, total/float64(n))
		}
	}
	mean, variance := moment(means)
	return run.Evidence{Judges: len(means), Gain: mean, Error: math.Sqrt(variance)}
}

// refit is a fit to rows drawn from a table with replacement: the way of Fit, but for the
// choice of a number and a family, or where segments are of several components all of it.
type refit struct {
	t      *table
	o      Options // Segments is how many, but for owned ones
	random *rand.Rand
	family family
	owned  bool // segments are of several components

	seen   []bool    // rows of t that were drawn
	labels []int32   // segments of all rows of t
	gains  []float64 // over one component, in log-likelihood, of all rows of t
	err    error
}

func (f *refit) run(ctx context.Context) error {
	f.seen = make([]bool, f.t.count)
	b := &table{dim: f.t.dim, reach: f.t.reach, count: min(f.t.count, drawn)}
	for range b.count {
		i := f.random.IntN(f.t.count)
		f.seen[i] = true
		b.z = append(b.z, f.t.row(i)...)
	}
	m, err := f.fit(ctx, &grower{t: b, o: f.o, random: f.random, rehearsal: true})
	if err != nil {
		return err
	}
	return f.read(m, one(b))
}

func (f *refit) fit(ctx context.Context, g *grower) (*mixture, error) {
	if f.owned {
		return new(Result).divide(ctx, g)
	}
	leaves, err := g.grow(ctx)
	if err != nil {
		return nil, err
	}
	sums := newSums(len(leaves), g.t.dim)
	for c, l := range leaves {
		for _, i := range l.rows {
			sums.take(c, g.t.row(int(i)), 1)
		}
	}
	m := sums.maximise(f.family)
	for len(m.weights) > f.o.Segments {
		if m, sums, err = climb(ctx, g.t, m, glance, calm, 1); err != nil {
			return nil, err
		}
		if len(m.weights) > f.o.Segments {
			m = sums.joined(m).maximise(f.family)
		}
	}
	m, _, err = climb(ctx, g.t, m, polish, calm, 1)
	return m, err
}

// read notes what m makes of all rows, and how much more it tells of each than single.
func (f *refit) read(m, single *mixture) error {
	many, err := m.prepare()
	if err != nil {
		return err
	}
	alone, err := single.prepare()
	if err != nil {
		return err
	}
	f.labels, f.gains = make([]int32, f.t.count), make([]float64, f.t.count)
	shares, whole := make([]float64, len(m.weights)), make([]float64, 1)
	for i := range f.labels {
		c, more := many.share(f.t.row(i), shares)
		_, less := alone.share(f.t.row(i), whole)
		f.labels[i], f.gains[i] = int32(m.owner(c, shares)), more-less
	}
	return nil
}

// owner is the segment that has most of a row, given its likeliest component and the
// shares of all.
func (m *mixture) owner(likeliest int, shares []float64) int {
	if m.owners == nil {
		return likeliest
	}
	sums := make([]float64, slices.Max(m.owners)+1)
	for c, o := range m.owners {
		sums[o] += shares[c]
	}
	best := 0
	for o, sum := range sums {
		if sum > sums[best] {
			best = o
		}
	}
	return best
}
