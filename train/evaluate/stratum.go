package evaluate

import (
	"context"
	"fmt"
	"math"
)

// Subset returns the results of the users that in names, in the order of p, in
// the named metrics that p has, in the order of names. It shares nothing with p.
func (p *PerUser) Subset(in func(user int32) bool, names ...string) *PerUser {
	out := &PerUser{}
	var rows []int
	for row, user := range p.Users {
		if in(user) {
			out.Users, rows = append(out.Users, user), append(rows, row)
		}
	}
	for _, name := range names {
		all := p.Metric(name)
		if all == nil {
			continue
		}
		values := make([]float64, len(rows))
		for i, row := range rows {
			values[i] = all[row]
		}
		out.Names, out.Values = append(out.Names, name), append(out.Values, values)
	}
	return out
}

// Average returns the mean over users of every metric, with a 95% bootstrap
// interval. Of the options, Bootstrap, Seed and Workers count. Without users the
// error wraps ErrNoTruth.
func (p *PerUser) Average(ctx context.Context, o Options) (Metrics, error) {
	o, err := o.filled()
	if err != nil {
		return nil, fmt.Errorf("average: %w", err)
	}
	if len(p.Users) == 0 {
		return nil, fmt.Errorf("average: %w", ErrNoTruth)
	}
	draws, err := resample(ctx, p.Values, o)
	if err != nil {
		return nil, fmt.Errorf("average: %w", err)
	}
	out := Metrics{}
	for m, name := range p.Names {
		out[name] = average(p.Values[m], draws[m])
	}
	return out, nil
}

// Parts returns the mean of every metric, to six decimals, over each of n parts of
// the users, row u being in part u modulo n; over each user where there are fewer.
// Means of one task at different scorers pair part by part, which is what is left
// of pairing by user where results of single users are not kept.
func (p *PerUser) Parts(n int) map[string][]float64 {
	n = min(n, len(p.Users))
	out := map[string][]float64{}
	for m, name := range p.Names {
		means := make([]float64, n)
		for u, v := range p.Values[m] {
			means[u%n] += v
		}
		for i := range means {
			means[i] = math.Round(1e6*means[i]/float64((len(p.Users)-i+n-1)/n)) / 1e6
		}
		out[name] = means
	}
	return out
}
