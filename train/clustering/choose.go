package clustering

import (
	"context"
	"math"
)

// Candidate is one mixture that could have been chosen.
type Candidate struct {
	Segments      int     `json:"segments"`
	Family        string  `json:"family"` // of covariances: "free" or "tied"
	LogLikelihood float64 `json:"log_likelihood"`
	BIC           float64 `json:"bic"`
	// Criterion is BIC with a price a component that the data set.
	Criterion float64 `json:"criterion"`
	// Overlap is the normalised entropy: how unsure the rows are of their
	// components, against what the components explain; 0 when none is in doubt.
	Overlap float64 `json:"overlap"`

	m *mixture
}

// patience is how many times what the least useful components gain a component
// has to gain to be worth a segment.
const patience = 5

// choose returns the mixture to keep and records all there were.
//
// The number of components in each family is that of the least criterion. Real
// users are never quite Gaussian, and plain BIC keeps paying for components that
// only mend the shape of others; so the price of a component is what BIC asks,
// or, if that is more, patience times what a component gains at the fine end of
// the path, where there is nothing left but shapes to mend (in the way of the
// slope heuristic of Birge and Massart, 2007). Between the families the one with
// the least overlap wins (Celeux and Soromenho, Journal of Classification 13,
// 1996). One component is kept when BIC finds no better.
func (r *Result) choose(ctx context.Context, t *table, leaves []*leaf, o Options) (*mixture, error) {
	single := one(t)
	base, _, err := climb(ctx, t, single, 0, 0, o.Workers)
	if err != nil {
		return nil, err
	}
	r.BIC = bic(base, t)
	kept := Candidate{m: single}
	for _, f := range []family{free, tied} {
		points, err := path(ctx, t, leaves, f, o.Workers)
		if err != nil {
			return nil, err
		}
		best := Candidate{}
		for _, c := range candidates(points, base, t) {
			r.Candidates = append(r.Candidates, c)
			if o.wants(c.Segments, best.Segments) && (best.m == nil || o.Segments > 0 || c.Criterion < best.Criterion) {
				best = c
			}
		}
		if best.m == nil || o.Segments == 0 && best.BIC >= r.BIC {
			continue
		}
		if kept.m == single || best.Segments > kept.Segments && o.Segments > 0 || best.Overlap < kept.Overlap {
			kept = best
		}
	}
	if kept.m == single {
		return single, nil
	}
	p, _, err := climb(ctx, t, kept.m, o.MaxIterations, still, o.Workers)
	if err != nil {
		return nil, err
	}
	r.BIC = bic(p, t)
	return p.m, nil
}

// wants reports whether a mixture of k components may be chosen when one of best
// components, 0 for none, would be otherwise.
func (o Options) wants(k, best int) bool {
	if o.Segments > 0 {
		return k <= o.Segments && k > best && k > 1
	}
	return k > 1 && k <= AutoSegments
}

// candidates judges the points of a path; base is a single component.
func candidates(points []point, base point, t *table) []Candidate {
	fine := points[len(points)/3]
	slope := 0.0
	if d := len(points[0].m.weights) - len(fine.m.weights); d > 0 {
		slope = 2 * (points[0].logLikelihood - fine.logLikelihood) / float64(d)
	}
	var all []Candidate
	for _, p := range points {
		k, f := len(p.m.weights), p.m.family
		price := (f.size(k+1, t.dim) - f.size(k, t.dim)) * math.Log(float64(t.count))
		all = append(all, Candidate{
			Segments:      k,
			Family:        string(f),
			LogLikelihood: p.logLikelihood,
			BIC:           bic(p, t),
			Criterion:     -2*p.logLikelihood + float64(k)*max(price, patience*slope),
			Overlap:       overlap(p, base),
			m:             p.m,
		})
	}
	return all
}

func bic(p point, t *table) float64 {
	return -2*p.logLikelihood + p.m.family.size(len(p.m.weights), t.dim)*math.Log(float64(t.count))
}

// overlap is 1 for a mixture that explains no more than base does.
func overlap(p, base point) float64 {
	gain := p.logLikelihood - base.logLikelihood
	if gain <= 0 {
		return 1
	}
	return min((p.logLikelihood-p.classification)/gain, 1)
}
