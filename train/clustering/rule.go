package clustering

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"curio/artifacts/segment"
)

const (
	insiders   = 2000 // members of a segment that its rule is chosen on, at most
	outsiders  = 4000 // and others
	pupils     = 500  // of each that the tree is fitted to, at most
	usable     = 8    // interests, and other features, that the tree may use
	thresholds = 16   // of a feature tried, by the quantiles of members, and of others
	termCost   = 0.01 // of F1 that a term of a rule must be worth
)

// rules finds for each segment that may be told of the conjunction of a few terms
// that tells its users from all others with the best F1, the harmonic mean of precision
// and recall.
//
// golearn's tree is fitted to some members and some others. The thresholds it may use
// are numbers that read well in the units of the feature, next to the quantiles of
// members and others, so that nothing is rounded afterwards. Each box of the tree is
// then polished: the bounds of a feature are moved, dropped or added as long as F1,
// weighed for the true sizes, gains by it. Precision and recall are measured on all
// rows, those that the rule was chosen on among them: for other users of segments of a
// hundred they are a few hundredths lower.
//
// A segment has no rule if none is better than to say that everybody is in it, or if
// fewer than the least size of its users fit.
func rules(ctx context.Context, in *Input, s *space, d *division, p *sketch, segments []segment.Segment, o Options) error {
	if len(segments) < 2 {
		return nil
	}
	rows := make([][]int32, len(segments))
	for i, c := range d.members {
		rows[c] = append(rows[c], int32(i))
	}
	found, errs := make([]*segment.Rule, len(segments)), make([]error, len(segments))
	parallel(len(segments), o.Workers, func(c int) {
		if segments[c].Withheld || ctx.Err() != nil {
			return
		}
		k := newContrast(in, s.columns, d.members, int32(c), rows[c], p.holders, o.MinSize)
		found[c], errs[c] = k.rule()
	})
	if err := cmp.Or(ctx.Err(), cmp.Or(errs...)); err != nil {
		return err
	}
	hits, fits := measure(in, s.columns, d.members, found, o.Workers)
	for c, r := range found {
		if r == nil || hits[c] < o.MinSize {
			continue
		}
		size, all := float64(d.sizes[c]), float64(len(d.members))
		r.Precision, r.Recall = float64(hits[c])/float64(fits[c]), float64(hits[c])/size
		if f1(float64(hits[c]), float64(fits[c]), size) > f1(size, all, size) {
			segments[c].Rule = r
		}
	}
	return nil
}

// f1 is the harmonic mean of precision and recall when hits of fits are among size.
func f1(hits, fits, size float64) float64 { return 2 * hits / (fits + size) }

// measure counts for each rule, nil or not, how many members of its segment fit, and
// how many rows do.
func measure(in *Input, columns []segment.Column, members []int32, found []*segment.Rule, workers int) (hits, fits []int) {
	at := make(map[string]int, len(columns))
	for j, c := range columns {
		at[c.Name] = j
	}
	hits, fits = make([]int, len(found)), make([]int, len(found))
	var adding sync.Mutex
	parallel((len(members)+chunk-1)/chunk, workers, func(p int) {
		hit, fit := make([]int, len(found)), make([]int, len(found))
		raw := make([]float32, len(columns))
		for i := p * chunk; i < min(len(members), (p+1)*chunk); i++ {
			in.features(raw, i)
			for c, r := range found {
				if r == nil || slices.ContainsFunc(r.Terms, func(t segment.Term) bool { return !t.Fits(raw[at[t.Feature]]) }) {
					continue
				}
				fit[c]++
				if int(members[i]) == c {
					hit[c]++
				}
			}
		}
		adding.Lock()
		defer adding.Unlock()
		for c := range found {
			hits[c] += hit[c]
			fits[c] += fit[c]
		}
	})
	return hits, fits
}
