package eventlog

import (
	"math"
	"strconv"
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// The columns of partners.
const (
	partnerID = iota
	partnerName
	partnerIndustry
	partnerRegion
	partnerTags
)

var partnerTable = newTable("partners",
	[]string{"partner_id", "name", "industry", "region", "tags"}, []string{"partner_id"})

func (s *Source) partner(r *row) (event.Partner, fault) {
	c := scan{t: partnerTable, r: r, o: &s.o}
	p := event.Partner{
		ID:       strings.Clone(c.id(partnerID, code.PartnerMissing)),
		Name:     strings.Clone(c.text(partnerName, maxText)),
		Industry: strings.Clone(c.text(partnerIndustry, maxText)),
		Region:   strings.Clone(c.text(partnerRegion, maxText)),
		Tags:     cloned(c.list(partnerTags, false, field.Text, maxText)),
	}
	return p, c.fault
}

// The columns of trends.
const (
	trendTS = iota
	trendDomain
	trendTopic
	trendValue
	trendSource
)

var trendTable = newTable("trends",
	[]string{"ts", "domain", "topic", "value", "source"}, []string{"ts", "topic"})

// trendKey is what tells one measurement from another.
type trendKey struct {
	ts                    event.Time
	domain, topic, source string
}

func trendKeyOf(t *event.Trend) trendKey { return trendKey{t.TS, t.Domain, t.Topic, t.Source} }

func (s *Source) trend(r *row) (event.Trend, fault) {
	c := scan{t: trendTable, r: r, o: &s.o}
	t := event.Trend{
		TS:     c.time(trendTS, field.Time),
		Domain: strings.Clone(c.text(trendDomain, maxText)),
		Topic:  strings.Clone(c.text(trendTopic, maxText)),
		Source: strings.Clone(c.text(trendSource, maxText)),
	}
	if t.TS == 0 {
		c.fail(trendTS, code.TSMissing, "missing")
	}
	if t.Topic == "" {
		c.fail(trendTopic, code.TopicMissing, "missing")
	}
	t.Value, _ = value(&c, trendValue, measure)
	return t, c.fault
}

// measure reads the one quantity that is measured and not counted: a finite
// number.
func measure(s string) (float64, string) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, code.NumberInvalid
	}
	return v, ""
}
