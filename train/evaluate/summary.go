package evaluate

import (
	"context"

	"curio/experiments/run"
)

// summarise turns the table and the best ranks of the items into metrics.
func summarise(ctx context.Context, t *table, best []uint16, o Options) (Metrics, error) {
	all := t.all()
	draws, err := resample(ctx, all, o)
	if err != nil {
		return nil, err
	}
	m := Metrics{}
	for i, name := range t.names() {
		m[name] = average(t.metric[i], draws[i])
	}
	for _, k := range t.cutoffs {
		reached := 0
		for _, rank := range best {
			if rank != 0 && int(rank) <= k {
				reached++
			}
		}
		m[metricName("coverage", k)] = run.Point(float64(reached) / float64(len(best)))
	}
	if t.history != nil {
		last := len(all) - 1
		for c, k := range t.cutoffs {
			if own := sum(t.history); own > 0 {
				i := len(t.metric) + c
				m[metricName("popularity_bias", k)] = quotient(sum(t.listed[c])/own, draws[i], draws[last])
			}
		}
	}
	return m, nil
}
