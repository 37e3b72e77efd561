package clustering

import (
	"context"
	"slices"
)

const (
	// grip is how many times the price of a component a new division has to be better
	// than the one before. On synthetic platforms that grow, divisions that are better
	// by less than that come no nearer to what was planted than those before.
	grip = 2
	// allowance is how much less the halves may agree on the division before.
	allowance = 0.1
)

// carry returns the division before, fitted again, if it is to be kept in place of
// chosen, which was found afresh, and else chosen.
//
// Two fits to much the same users are seldom the same: now one segment more is worth
// its price, now one less, and where segments touch the border wanders. People who
// plan with segments are better off with those they know, as long as these still
// describe the users. So the division before is fitted again from where it was, and
// kept unless
//
//   - it has lost a segment, or has not as many as were asked for,
//   - its halves agree less than those of the chosen trial, by more than allowance,
//   - or the best trial of its family is better by more than grip times the price of a
//     component: what is new has to be worth two segments more. Trials of the other
//     family have prices of their own and cannot tell.
func (r *Result) carry(ctx context.Context, g *grower, trials []trial, chosen trial) (trial, error) {
	old, err := g.carried(ctx)
	if err != nil || old == nil {
		return chosen, err
	}
	if auto := g.o.Segments == 0; old.components != chosen.components && !auto || auto && old.components > AutoSegments {
		return chosen, nil
	}
	before, after := old.candidate(trials, g.t), chosen.candidate(trials, g.t)
	if before.Stability < after.Stability-allowance {
		return chosen, nil
	}
	var rivals []Candidate
	for _, c := range r.Candidates {
		if c.Family == before.Family {
			rivals = append(rivals, c)
		}
	}
	if best := pick(rivals, g.o.Segments); best >= 0 {
		rival := rivals[best]
		if before.Criterion > rival.Criterion+grip*price(trials, old.family, rival.Segments, g.t) {
			return chosen, nil
		}
	}
	r.Carried = true
	return *old, nil
}

// carried is the division before as a trial: in each half of the rows the users known
// from before, each wholly in their old segment, give the components to start from. It
// is of the family that keeps more users together. It is nil if nothing was before, or
// one segment, or not every segment is found again in both halves.
func (g *grower) carried(ctx context.Context) (*trial, error) {
	if g.was == nil || len(g.o.Previous.Model.Segments()) < 2 {
		return nil, nil
	}
	halves, starts := g.before()
	for _, s := range starts {
		if slices.Min(s.counts) <= float64(g.t.dim+1) {
			return nil, nil
		}
	}
	var best *trial
	most := 0.0
	for _, f := range families {
		old := &trial{family: f, components: len(g.o.Previous.Model.Segments())}
		for h, s := range starts {
			m, _, err := climb(ctx, halves[h], s.maximise(f), polish, calm, g.o.Workers)
			if err != nil {
				return nil, err
			}
			old.twins[h] = m
		}
		if len(old.twins[0].weights) < old.components || len(old.twins[1].weights) < old.components {
			continue
		}
		whole, err := old.compare(g.t, g.o.Workers)
		if err != nil {
			return nil, err
		}
		loyal, err := g.loyalty(old)
		if err != nil {
			return nil, err
		}
		if whole && loyal > most {
			best, most = old, loyal
		}
	}
	return best, nil
}

// before returns every other row and the rows between, and in each the statistics of
// the segments before.
func (g *grower) before() (halves [2]*table, starts [2]*sums) {
	for h := range halves {
		halves[h] = &table{dim: g.t.dim, reach: g.t.reach}
		starts[h] = newSums(len(g.o.Previous.Model.Segments()), g.t.dim)
		for i := h; i < g.t.count; i += 2 {
			z := g.t.row(i)
			halves[h].z = append(halves[h].z, z...)
			halves[h].count++
			if c := g.was[i]; c >= 0 {
				starts[h].take(int(c), z, 1)
			}
		}
	}
	return halves, starts
}

// loyalty is the adjusted Rand index of the division before and of what the twins
// make of the users known from it, mean of the two.
func (g *grower) loyalty(old *trial) (float64, error) {
	var before []int32
	for _, c := range g.was {
		if c >= 0 {
			before = append(before, c)
		}
	}
	loyal := 0.0
	for _, m := range old.twins {
		labels, _, err := m.label(g.t, g.o.Workers)
		if err != nil {
			return 0, err
		}
		var now []int32
		for i, c := range g.was {
			if c >= 0 {
				now = append(now, labels[i])
			}
		}
		loyal += agreement(before, now) / 2
	}
	return loyal, nil
}
