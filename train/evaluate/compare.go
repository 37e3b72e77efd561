package evaluate

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Compare returns, for every metric of single users, how much a is above b: the
// mean over users of the differences, with a 95% bootstrap interval of that mean.
// Pairing by user takes out what the users have in common, so it separates
// scorers whose own intervals overlap: a beats b when Low > 0, b beats a when
// High < 0.
//
// Both must be of the same users in the same order and have the same metrics. Of
// the options, Bootstrap, Seed and Workers count.
func Compare(ctx context.Context, a, b *PerUser, o Options) (Metrics, error) {
	o, err := o.filled()
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	if len(a.Users) == 0 {
		return nil, fmt.Errorf("compare: %w", ErrNoTruth)
	}
	if !slices.Equal(a.Users, b.Users) {
		return nil, errors.New("compare: results are of different users: evaluate both on one task")
	}
	if !slices.Equal(a.Names, b.Names) {
		return nil, fmt.Errorf("compare: results have different metrics, %v and %v: use the same cutoffs", a.Names, b.Names)
	}
	differences := columns(len(a.Names), len(a.Users))
	for m, d := range differences {
		for u := range d {
			d[u] = a.Values[m][u] - b.Values[m][u]
		}
	}
	draws, err := resample(ctx, differences, o)
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	out := Metrics{}
	for m, name := range a.Names {
		out[name] = average(differences[m], draws[m])
	}
	return out, nil
}
