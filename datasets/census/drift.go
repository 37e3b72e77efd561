package census

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// The measures of drift.
const (
	LInfinity      = "l_infinity"
	JensenShannon  = "jensen_shannon"
	RelativeChange = "relative_change"
)

// Drift is how far a report is from an earlier one.
type Drift struct {
	Earlier  string       `json:"earlier"` // its data set
	Events   int64        `json:"events"`  // of the earlier report
	Users    int64        `json:"users"`
	Items    int64        `json:"items"`
	Crossed  int          `json:"crossed"` // measures that crossed their thresholds
	Measures []Comparison `json:"measures"`
}

// Comparison is one measure. Shares are compared by their L-infinity distance,
// the largest difference of a share; numbers by the Jensen-Shannon divergence of
// their histograms in bits; volumes by their difference over the larger of the
// two, which is 0.5 for half as much and for twice as much. All are 0..1.
//
// Noise is what a comparison of two samples of the same behaviour stays below but
// for about one in a thousand, users and not events being what is sampled. A
// value crosses when it is above its threshold and above the noise. So small data
// sets do not alarm, and see large drift only: that of the hours of the day must
// be above 0.24 with 20 users a side, 0.09 with 50, 0.022 with 200, 0.006 with
// 800, each with some 60 events. Volumes are not sampled: their noise is 0.
type Comparison struct {
	Name      string  `json:"name"`
	Measure   string  `json:"measure"`
	Value     float64 `json:"value"`
	Threshold float64 `json:"threshold"`
	Noise     float64 `json:"noise"`
	Crossed   bool    `json:"crossed"`
	At        string  `json:"at,omitempty"`      // the value or bin that moved most, "more" or "less" of volumes
	Skipped   string  `json:"skipped,omitempty"` // why nothing was compared
}

const (
	volumePrefix  = "volume/"
	missingPrefix = "missing/"
	amountPrefix  = "amount/"
)

// measureNames lists the names of measures; one of amounts stands for all.
func measureNames() []string {
	names := []string{volumePrefix + "events", volumePrefix + "users", volumePrefix + "items",
		"types", "channels", "plans", "currencies", "rejects", "suspects"}
	for _, o := range optionals {
		names = append(names, missingPrefix+o.name)
	}
	return append(names, "events_per_user", "items_per_user", "hour_of_day", "seconds",
		"progress", "rating", "lateness", amountPrefix+"CODE")
}

func isMeasure(name string) bool {
	return slices.Contains(measureNames(), name) || strings.HasPrefix(name, amountPrefix)
}

// Compare measures how far now is from an earlier report. Events per item are
// not compared: they grow with the number of users.
//
// What only one of them has values of cannot be compared and is skipped, but for
// volumes: that it came or went shows in them, the types of events, the
// currencies or the missing fields. Volumes are without suspects that were
// dropped.
func Compare(earlier, now *Report, limits Limits) *Drift {
	d := &Drift{Earlier: earlier.Dataset, Events: earlier.Events, Users: earlier.Users, Items: earlier.Items}
	c := comparer{d, limits}
	c.volume("events", earlier.Events, now.Events)
	c.volume("users", earlier.Users, now.Users)
	c.volume("items", earlier.Items, now.Items)
	c.shares("types", earlier.Types, now.Types)
	c.shares("channels", earlier.Channels, now.Channels)
	c.shares("plans", earlier.Plans, now.Plans)
	c.shares("currencies", earlier.Currencies, now.Currencies)
	c.shares("rejects", earlier.Rows.shares(), now.Rows.shares())
	c.shares("suspects", earlier.suspectShares(), now.suspectShares())
	c.fields(earlier.Fields, now.Fields)
	c.numbers(earlier.Numbers, now.Numbers)
	return d
}

// shares of rows that were accepted, or rejected for a reason. Rows are taken to
// be independent.
func (r Rows) shares() Shares {
	s := Shares{Events: r.Total, Precision: independent(r.Total)}
	s.Values = append(s.Values, Count{"accepted", r.Accepted})
	for _, c := range r.Codes {
		s.Values = append(s.Values, Count{c.Code, c.Rows})
	}
	return s
}

func (r *Report) suspectShares() Shares {
	users := r.Users
	if r.Suspects.Dropped {
		users += r.Suspects.Users
	}
	return Shares{Events: users, Precision: independent(users), Values: []Count{
		{"suspected", r.Suspects.Users}, {"not suspected", users - r.Suspects.Users},
	}}
}

func (f Field) shares() Shares {
	return Shares{Events: f.Expected, Precision: f.Precision, Values: []Count{
		{"missing", f.Missing}, {"present", f.Expected - f.Missing},
	}}
}

type comparer struct {
	drift  *Drift
	limits Limits
}

// add fills in the threshold of a comparison and decides.
func (c comparer) add(v Comparison) {
	v.Threshold = c.limits.Category
	switch v.Measure {
	case JensenShannon:
		v.Threshold = c.limits.Number
	case RelativeChange:
		v.Threshold = c.limits.Volume
	}
	if own, ok := c.limits.Each[v.Name]; ok {
		v.Threshold = own
	}
	v.Value, v.Noise = rounded(v.Value), rounded(v.Noise)
	if v.Crossed = v.Skipped == "" && v.Value > v.Threshold && v.Value > v.Noise; v.Crossed {
		c.drift.Crossed++
	}
	c.drift.Measures = append(c.drift.Measures, v)
}

// absent says why samples of these sizes cannot be compared.
func absent(earlier, now float64) string {
	switch {
	case !(earlier >= 1) && !(now >= 1):
		return "no values"
	case !(earlier >= 1):
		return "no values earlier"
	case !(now >= 1):
		return "no values now"
	}
	return ""
}

func (c comparer) volume(of string, earlier, now int64) {
	v := Comparison{Name: volumePrefix + of, Measure: RelativeChange}
	n, m := float64(earlier), float64(now)
	switch {
	case n == 0 && m == 0:
		v.Skipped = absent(n, m)
	case m < n:
		v.At = "less"
	case m > n:
		v.At = "more"
	}
	if v.Skipped == "" {
		v.Value = math.Abs(m-n) / max(m, n)
	}
	c.add(v)
}

func (c comparer) shares(name string, earlier, now Shares) {
	v := Comparison{Name: name, Measure: LInfinity, Skipped: absent(earlier.Effective, now.Effective)}
	if v.Skipped == "" && (earlier.Many || now.Many) {
		v.Skipped = "too many values"
	}
	if v.Skipped == "" {
		both := make(map[string][2]int64)
		for i, s := range []Shares{earlier, now} {
			for _, n := range s.Values {
				pair := both[n.Name]
				pair[i] += n.Events
				both[n.Name] = pair
			}
		}
		names := slices.Sorted(maps.Keys(both))
		counts := make([][2]int64, 0, len(names))
		for _, n := range names {
			counts = append(counts, both[n])
		}
		p, q := proportions(counts)
		var at int
		v.Value, at = farthest(p, q)
		v.Noise = categoryNoise(p, q, earlier.Precision, now.Precision)
		if v.Value > 0 {
			v.At = names[at]
		}
	}
	c.add(v)
}

// fields compares what is missing. Fields of one report alone are left out: they
// are of another version of the program.
func (c comparer) fields(earlier, now []Field) {
	for _, f := range now {
		i := slices.IndexFunc(earlier, func(e Field) bool { return e.Name == f.Name })
		if i < 0 {
			c.shares(missingPrefix+f.Name, Shares{}, f.shares())
			continue
		}
		c.shares(missingPrefix+f.Name, earlier[i].shares(), f.shares())
	}
}

func (c comparer) numbers(earlier, now []Histogram) {
	find := func(all []Histogram, name string) Histogram {
		for _, h := range all {
			if h.Name == name {
				return h
			}
		}
		return Histogram{Name: name}
	}
	for _, h := range now {
		if h.Name != "events_per_item" {
			c.histogram(find(earlier, h.Name), h)
		}
	}
	for _, h := range earlier {
		if find(now, h.Name).Unit == "" && h.Unit != "" {
			c.histogram(h, Histogram{Name: h.Name})
		}
	}
}

func (c comparer) histogram(earlier, now Histogram) {
	v := Comparison{Name: now.Name, Measure: JensenShannon, Skipped: absent(earlier.Effective, now.Effective)}
	longer := now
	if len(earlier.Bins) > len(now.Bins) {
		longer = earlier
	}
	counts := make([][2]int64, len(longer.Bins))
	for i, h := range []Histogram{earlier, now} {
		for k, b := range h.Bins {
			counts[k][i] = b.Count
			if b.From != longer.Bins[k].From && v.Skipped == "" {
				v.Skipped = "other bins"
			}
		}
	}
	if v.Skipped == "" {
		p, q := proportions(counts)
		var at int
		v.Value, at = divergence(p, q)
		v.Noise = numberNoise([2]int{earlier.used(), now.used()}, [2]Precision{earlier.Precision, now.Precision})
		if v.Value > 0 {
			v.At = fmt.Sprintf("%v %s", longer.Bins[at].From, now.Unit)
		}
	}
	c.add(v)
}

// proportions of both samples; a sample without anything has none.
func proportions(counts [][2]int64) (p, q []float64) {
	var n, m float64
	for _, c := range counts {
		n += float64(c[0])
		m += float64(c[1])
	}
	p, q = make([]float64, len(counts)), make([]float64, len(counts))
	for k, c := range counts {
		if n > 0 {
			p[k] = float64(c[0]) / n
		}
		if m > 0 {
			q[k] = float64(c[1]) / m
		}
	}
	return p, q
}
