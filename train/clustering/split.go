package clustering

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
)

// leaf is a part of the rows that may yet be split in two.
type leaf struct {
	rows   []int32
	score  float64    // classification log-likelihood of the rows as one component, but for constants
	halves [2][]int32 // the split found
	gain   float64    // of the split in BIC, halved; -Inf without one
	tried  bool
}

// grower splits rows again and again.
type grower struct {
	t                  *table
	o                  Options
	random             *rand.Rand
	was                []int32 // by row: index of the segment before, -1 for none; nil where nothing was
	attempts, failures int
	rehearsal          bool // a rehearsal counts as the performance, to which it leads
}

const (
	// batch is the number of rows that golearn sees of a leaf at most.
	batch = 1000
	// spread is the standard deviation of what golearn sees, all columns
	// together. It sets what settled means: a fiftieth of it.
	spread = 0.05
	// performances is how many of a split's rehearsed starts golearn performs
	// at most, the best first, until one succeeds.
	performances = 3
	// surplus is how many more leaves are grown than components are wanted.
	surplus = 8
)

// grow returns disjoint parts of all rows, more than the segments wanted where
// the rows allow. The part split next is the one that gains most.
func (g *grower) grow(ctx context.Context) ([]*leaf, error) {
	limit := max(g.o.Segments, AutoSegments) + surplus
	all := make([]int32, g.t.count)
	for i := range all {
		all[i] = int32(i)
	}
	leaves := []*leaf{g.leaf(all)}
	for len(leaves) < limit {
		for _, l := range leaves {
			if err := g.split(ctx, l); err != nil {
				return nil, err
			}
		}
		best := slices.MaxFunc(leaves, func(a, b *leaf) int { return cmp.Compare(a.gain, b.gain) })
		if math.IsInf(best.gain, -1) {
			break
		}
		at := slices.Index(leaves, best)
		leaves[at] = g.leaf(best.halves[0])
		leaves = append(leaves, g.leaf(best.halves[1]))
	}
	return leaves, ctx.Err()
}

func (g *grower) leaf(rows []int32) *leaf {
	s := newSums(1, g.t.dim)
	for _, i := range rows {
		s.take(0, g.t.row(int(i)), 1)
	}
	return &leaf{rows: rows, score: s.score(0), gain: math.Inf(-1)}
}

// least is the number of rows of a half.
func (g *grower) least() int { return 2 * (g.t.dim + 1) }

// split looks for the best split of l, once.
func (g *grower) split(ctx context.Context, l *leaf) error {
	if l.tried || len(l.rows) < 2*g.least() {
		return nil
	}
	l.tried = true
	v := g.view(l.rows)
	starts := g.rehearse(ctx, v.sample(g.random))
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, o := range starts[:min(len(starts), performances)] {
		p, err := o.found, error(nil)
		if !g.rehearsal {
			p, err = perform(ctx, v.x, g.t.dim, o)
		}
		if errors.Is(err, ErrSource) || ctx.Err() != nil {
			return err
		}
		if err == nil && g.apply(l, v, p) {
			return nil
		}
		g.failures++
	}
	return nil
}

// rehearse tries starts on x and returns those that end, the best first.
func (g *grower) rehearse(ctx context.Context, x []float64) []outcome {
	outcomes := make([]outcome, g.o.Restarts)
	faults := make([]error, g.o.Restarts)
	for i := range outcomes {
		outcomes[i].seed = int64(g.random.Uint64() >> 1)
	}
	parallel(len(outcomes), g.o.Workers, func(i int) {
		if faults[i] = ctx.Err(); faults[i] == nil {
			outcomes[i], faults[i] = rehearse(x, g.t.dim, 2, outcomes[i].seed, g.o.MaxIterations)
		}
	})
	var good []outcome
	for i, o := range outcomes {
		g.attempts++
		if faults[i] != nil {
			g.failures++
			continue
		}
		good = append(good, o)
	}
	slices.SortStableFunc(good, func(a, b outcome) int { return cmp.Compare(b.score, a.score) })
	return good
}

// apply splits l by the densities of p, if both halves are large enough.
func (g *grower) apply(l *leaf, v *view, p parameters) bool {
	labels := make([]int, len(l.rows))
	if err := classify(v.all(), g.t.dim, p, labels); err != nil {
		return false
	}
	var halves [2][]int32
	for i, c := range labels {
		halves[c] = append(halves[c], l.rows[i])
	}
	if min(len(halves[0]), len(halves[1])) < g.least() {
		return false
	}
	l.halves = halves
	more := free.size(2, g.t.dim) - free.size(1, g.t.dim)
	l.gain = g.leaf(halves[0]).score + g.leaf(halves[1]).score - l.score - 0.5*more*math.Log(float64(g.t.count))
	return true
}
