package run

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Comparison is how run b differs from run a.
type Comparison struct {
	A        string       `json:"a"`         // run id
	B        string       `json:"b"`         // run id
	SameData bool         `json:"same_data"` // trained on and measured with the same events
	Metrics  []Difference `json:"metrics"`
	// Unmatched names the metrics that only one of the runs has.
	Unmatched []Unmatched         `json:"unmatched"`
	Strata    []StratumDifference `json:"strata"`
	Config    []Change            `json:"config"` // settings that differ, by name
}

// Difference is one metric of both runs.
type Difference struct {
	Scorer    string    `json:"scorer"` // of Scorers, or "segments"
	Metric    string    `json:"metric"`
	A         Value     `json:"a"`
	B         Value     `json:"b"`
	Delta     float64   `json:"delta"` // of the values, b - a
	Intervals Intervals `json:"intervals"`
}

// Intervals says how the 95% intervals of two runs lie. Intervals that are apart
// show that the runs differ; intervals that overlap do not show that they are
// alike, since both runs are measured on mostly the same users.
type Intervals string

// The ways two intervals lie.
const (
	Apart   Intervals = "apart"
	Overlap Intervals = "overlap"
	Unknown Intervals = "unknown" // one of the values has none
)

// Unmatched is a metric that only one run has.
type Unmatched struct {
	Scorer string `json:"scorer"`
	Metric string `json:"metric"`
	Run    string `json:"run"` // id of the run that has it
}

// Change is a setting that differs. A setting that a run does not have is empty.
type Change struct {
	Name string `json:"name"`
	A    string `json:"a"`
	B    string `json:"b"`
}

// Compare lays two runs side by side: scorers in the order of Scorers and then the
// segments, metrics by name and then cutoff.
func Compare(a, b *Record) Comparison {
	c := Comparison{
		A: a.RunID, B: b.RunID,
		SameData: a.Dataset.Digest == b.Dataset.Digest && a.Dataset.Digest != "",
		Metrics:  []Difference{}, Unmatched: []Unmatched{}, Config: changes(a.Config, b.Config),
	}
	c.Strata = strataDifferences(a, b, c.SameData)
	for _, scorer := range Scorers {
		c.add(scorer, a.Metrics.Of(scorer), b.Metrics.Of(scorer))
	}
	alike := a.Segments.Features == b.Segments.Features
	c.add(segments, a.Segments.metrics(alike), b.Segments.metrics(alike))
	return c
}

// segments is the scorer under which the numbers of user groups are compared: how many
// there are, balance, stability and, where both runs tell users apart by the same
// features, silhouette, Davies-Bouldin and gain over one segment.
const segments = "segments"

// add lays the metrics of one scorer side by side.
func (c *Comparison) add(scorer string, a, b Metrics) {
	for _, name := range metricNames(a, b) {
		va, inA := a[name]
		vb, inB := b[name]
		switch {
		case !inB:
			c.Unmatched = append(c.Unmatched, Unmatched{scorer, name, c.A})
		case !inA:
			c.Unmatched = append(c.Unmatched, Unmatched{scorer, name, c.B})
		default:
			c.Metrics = append(c.Metrics, Difference{scorer, name, va, vb, vb.Value - va.Value, intervals(va, vb)})
		}
	}
}

func intervals(a, b Value) Intervals {
	switch {
	case !a.HasInterval() || !b.HasInterval():
		return Unknown
	case a.Overlaps(b):
		return Overlap
	}
	return Apart
}

// changes lists the settings whose values are written differently.
func changes(a, b map[string]any) []Change {
	out := []Change{}
	all := maps.Clone(a)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, b)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if x, y := setting(a, name), setting(b, name); x != y {
			out = append(out, Change{name, x, y})
		}
	}
	return out
}

// setting is how a value is written, whether it was read or made by a program.
func setting(config map[string]any, name string) string {
	v, ok := config[name]
	if !ok {
		return ""
	}
	if s, ok := v.(string); ok {
		return s
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

// metricNames lists the metrics of both, by kind and then by cutoff as a number.
func metricNames(a, b Metrics) []string {
	names := slices.Sorted(maps.Keys(a))
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(x, y string) int {
		kindX, cutX := splitMetric(x)
		kindY, cutY := splitMetric(y)
		return cmp.Or(strings.Compare(kindX, kindY), cmp.Compare(cutX, cutY), strings.Compare(x, y))
	})
	return names
}

// splitMetric takes "ndcg@10" apart; a name without a cutoff has cutoff 0.
func splitMetric(name string) (kind string, cutoff int) {
	kind, after, _ := strings.Cut(name, "@")
	cutoff, err := strconv.Atoi(after)
	if err != nil {
		return name, 0
	}
	return kind, cutoff
}
