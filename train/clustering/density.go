package clustering

import (
	"cmp"
	"context"
	"slices"

	"curio/artifacts/segment"
)

// recurring is the least part that each segment and its counterpart among other users
// must have in common, of both together (Jaccard). Below, a cluster tells of the
// sample (Hennig, 2007).
const recurring = 0.75

// dense returns the mixture to keep of regions that golearn's DBSCAN finds dense, and
// records what there was to choose from. Micro-clusters of all rows, and of either
// half of them, are divided at the same radii. Of the radii at which every segment
// recurs in both halves the one with the most segments is taken, of several the one
// where the halves agree most. Without any, all rows are one segment unless a number
// is wanted: then it is the division that recurs best of those with no more.
func (r *Result) dense(ctx context.Context, g *grower) (*mixture, error) {
	single := one(g.t)
	_, base, err := single.label(g.t, g.o.Workers)
	if err != nil {
		return nil, err
	}
	r.BIC = bic(base, single, g.t)
	if g.t.dim == 0 || g.o.Segments == 1 || g.t.count < 4*g.least() {
		return single, nil
	}
	whole, found, err := g.survey(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		r.Candidates = append(r.Candidates, Candidate{Segments: p.segments, Family: string(tied), Stability: p.agreement, Radius: p.radius})
	}
	for _, p := range choice(found, g.o.Segments) {
		r.Attempts++
		if err := scan(whole, p); err != nil {
			r.Failures++
			continue
		}
		m := whole.mixture(g.t, p)
		_, l, err := m.label(g.t, g.o.Workers)
		if err != nil {
			return nil, err
		}
		r.BIC = bic(l, m, g.t)
		return m, ctx.Err()
	}
	return single, ctx.Err()
}

// landscape gathers the rows of t along the axes as long as they are in the data.
func (g *grower) landscape(t *table, wanted int) *landscape {
	return newLandscape(gather(t.unscaled(), t.dim, t.count, wanted, g.random, g.o.Workers))
}

// unscaled returns all rows with the axes as long as they are in the data.
func (t *table) unscaled() []float64 {
	x := make([]float64, len(t.z))
	for i, z := range t.z {
		x[i] = z * t.reach[i%t.dim]
	}
	return x
}

// survey divides the rows at every radius.
func (g *grower) survey(ctx context.Context) (*landscape, []parcels, error) {
	wanted := min(crumbs, g.t.count/handful)
	whole := g.landscape(g.t, wanted)
	x := g.t.unscaled()
	var halves [2]*landscape
	var of [2][]int32
	for h, half := range g.t.halves(g.random) {
		halves[h] = g.landscape(half, wanted)
		of[h] = halves[h].nearest(x, g.t.count, g.o.Workers)
	}
	most := g.o.Segments
	if most == 0 {
		most = AutoSegments
	}
	radii := whole.radii()
	found := make([]parcels, len(radii))
	parallel(len(radii), g.o.Workers, func(i int) {
		if ctx.Err() != nil {
			return
		}
		found[i] = whole.parcel(radii[i], most)
		all := found[i].label(whole.of)
		var labels [2][]int32
		for h := range halves {
			labels[h] = halves[h].parcel(radii[i], most).label(of[h])
		}
		found[i].agreement = agreement(labels[0], labels[1])
		found[i].recurs = min(recurrence(all, labels[0]), recurrence(all, labels[1]))
	})
	return whole, found, ctx.Err()
}

// choice returns the parcels that can be kept, the best first. Those of which some
// segment does not recur are only there when a number is wanted, as there is nothing
// better then, and come last.
func choice(found []parcels, wanted int) []parcels {
	most := AutoSegments
	if wanted > 0 {
		most = wanted
	}
	var sound, frail []parcels
	for _, p := range found {
		switch {
		case p.segments < 2 || p.segments > most:
		case p.recurs >= recurring:
			sound = append(sound, p)
		case wanted > 0:
			frail = append(frail, p)
		}
	}
	slices.SortStableFunc(sound, func(p, q parcels) int {
		return cmp.Or(cmp.Compare(q.segments, p.segments), cmp.Compare(q.agreement, p.agreement))
	})
	slices.SortStableFunc(frail, func(p, q parcels) int { return cmp.Compare(q.recurs, p.recurs) })
	return append(sound, frail...)
}

// mixture has a Gaussian for each micro-cluster of a region: around its centre, as
// wide as micro-clusters are on average, the same for all, so that together they are a
// kernel estimate of the density. Outliers have one wide Gaussian in common: whoever
// is far from everything that is dense is one.
func (l *landscape) mixture(t *table, p parcels) *mixture {
	m := &mixture{family: tied, floor: finer[len(finer)-1]}
	width := make([]float64, segment.Triangle(t.dim))
	for j := range t.dim {
		width[segment.Triangle(j)+j] = l.inner/(t.reach[j]*t.reach[j]) + m.floor
	}
	rows := float64(t.count)
	for c, n := range l.counts {
		if p.outliers && p.region[c] == noise {
			continue
		}
		mean := slices.Clone(l.centre(c))
		for j := range mean {
			mean[j] /= t.reach[j]
		}
		m.means = append(m.means, mean)
		m.covariances = append(m.covariances, width)
		m.weights = append(m.weights, float64(n)/rows)
		m.owners = append(m.owners, p.owners[c])
	}
	if !p.outliers {
		return m
	}
	s := newSums(1, t.dim)
	for i, c := range l.of {
		if p.region[c] == noise {
			s.take(0, t.row(i), 1)
		}
	}
	mean, covariance := s.moments(0)
	m.family = free
	m.means = append(m.means, mean)
	m.covariances = append(m.covariances, covariance)
	m.weights = append(m.weights, s.counts[0]/rows)
	m.owners = append(m.owners, p.regions)
	return m
}
