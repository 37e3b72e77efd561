package clustering

import (
	"context"
	"math"
	"slices"
)

// Candidate is one kind of mixture that could have been chosen.
type Candidate struct {
	Segments  int     `json:"segments"`
	Family    string  `json:"family"`           // of covariances: "free" or "tied"
	Stability float64 `json:"stability"`        // adjusted Rand index of two fits to different users
	BIC       float64 `json:"bic"`              // on all users fitted; lower is better
	Criterion float64 `json:"criterion"`        // BIC with the price of a component that the data set
	Radius    float64 `json:"radius,omitempty"` // of dense regions, which have neither of the two
}

const (
	// tolerance is how far the stability of a candidate may be from the best.
	tolerance = 0.02
	// patience is how many times what a needless component gains a component has
	// to gain to be worth a segment.
	patience = 6
	// still is the relative gain in log-likelihood that ends the last climb.
	still = 1e-7
)

// fit returns the mixture to keep, fitted to all rows of g, and records what
// there was to choose from.
//
// Stability decides first: a division is only worth having if other users of
// the same platform lead to the same. Real users are never quite Gaussian, and
// BIC keeps paying for components that mend the shape of others; two fits rarely
// mend it the same way. Among the divisions that are about as stable as the most
// stable one, the family that still is so with the most components wins, and
// within it the number of components with the least criterion, unless as many of
// the other family are no less stable and better by BIC. The criterion is BIC, but
// for the price of a component: at least patience times the gain of one past
// those that may be chosen, where nothing is left but shapes to mend (after the
// slope heuristic of Birge and Massart, 2007).
func (r *Result) fit(ctx context.Context, g *grower) (*mixture, error) {
	single := one(g.t)
	_, base, err := single.label(g.t, g.o.Workers)
	if err != nil {
		return nil, err
	}
	r.BIC = bic(base, single, g.t)
	if g.t.dim == 0 || g.o.Segments == 1 || g.t.count < 4*g.least() {
		return single, nil
	}
	trials, err := g.trials(ctx)
	if err != nil {
		return nil, err
	}
	r.Attempts, r.Failures = g.attempts, g.failures
	r.Candidates = candidates(trials, g.t)
	best := pick(r.Candidates, g.o.Segments)
	if best < 0 || g.o.Segments == 0 && r.Candidates[best].BIC >= r.BIC {
		return single, nil
	}
	chosen, err := r.carry(ctx, g, trials, trials[best])
	if err != nil {
		return nil, err
	}
	kept, highest := single, math.Inf(-1)
	for _, m := range chosen.twins {
		m, s, err := climb(ctx, g.t, m, g.o.MaxIterations, still, g.o.Workers)
		if err != nil {
			return nil, err
		}
		if s.logLikelihood > highest {
			kept, highest = m, s.logLikelihood
		}
	}
	if kept, highest, err = g.sharpen(ctx, kept, highest); err != nil {
		return nil, err
	}
	r.BIC = bic(highest, kept, g.t)
	return kept, nil
}

// pick returns the index of the candidate to keep, or -1 for none. With a number
// wanted it is the most stable candidate with that many segments, or with the
// most below.
func pick(all []Candidate, wanted int) int {
	least, most := 2, AutoSegments
	if wanted > 0 {
		most = 0
		for _, c := range all {
			if c.Segments <= wanted {
				most = max(most, c.Segments)
			}
		}
		least = max(most, 2)
	}
	stable := math.Inf(-1)
	for _, c := range all {
		if c.Segments >= least && c.Segments <= most {
			stable = max(stable, c.Stability)
		}
	}
	margin := tolerance
	if wanted > 0 {
		margin = 0
	}
	eligible := func(c Candidate) bool {
		return c.Segments >= least && c.Segments <= most && c.Stability >= stable-margin
	}
	finest := -1
	for i, c := range all {
		if eligible(c) && (finest < 0 || c.Segments > all[finest].Segments) {
			finest = i
		}
	}
	best := finest
	for i, c := range all {
		if eligible(c) && c.Family == all[finest].Family && c.Criterion < all[best].Criterion {
			best = i
		}
	}
	for i, c := range all {
		if best >= 0 && c.Segments == all[best].Segments && c.Stability >= all[best].Stability && c.BIC < all[best].BIC {
			best = i
		}
	}
	return best
}

// candidates judges trials, which come by family with the most components first.
func candidates(trials []trial, t *table) []Candidate {
	all := make([]Candidate, len(trials))
	for i := range trials {
		all[i] = trials[i].candidate(trials, t)
	}
	return all
}

// candidate judges a trial beside all that were found.
func (tried *trial) candidate(trials []trial, t *table) Candidate {
	k, f := tried.components, tried.family
	return Candidate{
		Segments:  k,
		Family:    string(f),
		Stability: tried.agreement,
		BIC:       bic(tried.logLikelihood, tried.twins[0], t),
		Criterion: -2*tried.logLikelihood + float64(k)*price(trials, f, k, t),
	}
}

// price is what each of k components costs in the criterion.
func price(trials []trial, f family, k int, t *table) float64 {
	least := (f.size(k+1, t.dim) - f.size(k, t.dim)) * math.Log(float64(t.count))
	return max(least, patience*needless(trials, f))
}

// needless is the median gain in deviance of the components past those that may
// be chosen.
func needless(trials []trial, f family) float64 {
	var gains []float64
	for i := 1; i < len(trials); i++ {
		more, fewer := trials[i-1], trials[i]
		if more.family == f && fewer.family == f && more.components > AutoSegments {
			gain := 2 * (more.logLikelihood - fewer.logLikelihood)
			gains = append(gains, gain/float64(more.components-fewer.components))
		}
	}
	if len(gains) == 0 {
		return 0
	}
	slices.Sort(gains)
	return gains[len(gains)/2]
}

func bic(logLikelihood float64, m *mixture, t *table) float64 {
	return -2*logLikelihood + m.family.size(len(m.weights), t.dim)*math.Log(float64(t.count))
}
