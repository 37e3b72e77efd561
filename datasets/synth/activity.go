package synth

import (
	"math"

	"curio/datasets/event"
)

// span is when a user is on the platform and how much of its events are theirs.
type span struct {
	signup, until event.Time
	weight        float64
}

// Users who are there in name only.
const (
	silent = 0.015 // without any event
	almost = 0.03  // with up to about three
)

// span draws the activity of user u. Most sign up during the window, a third of
// them lose interest before its end; how much they do is log-normal, cut off at
// about five times the mean.
func (p *Platform) span(u int, s *stream) span {
	s.start(forActivity, u)
	var a span
	a.signup = p.begin
	if s.chance(0.75) {
		a.signup += event.Time(math.Pow(s.Float64(), 0.8) * float64(Window-14*event.Day))
	}
	a.signup -= a.signup % 1000
	a.until = p.options.End
	if s.chance(0.33) {
		stay := s.between(0.15, 1) * float64(a.until-a.signup)
		a.until = a.signup + max(event.Time(stay), 2*event.Day)
	}
	kind := s.Float64()
	many := math.Exp(0.55 * min(s.NormFloat64(), 2.7))
	tenure := float64(a.until-a.signup) / float64(Window)
	switch mean := float64(p.options.Events) / float64(p.options.Users); {
	case kind < silent:
		a.weight = 0
	case kind < silent+almost:
		a.weight = s.between(0.5, 3) / mean
	default:
		a.weight = many * (0.5 + 0.5*tenure)
	}
	return a
}

// newQuotas shares the events out by weight. Rounding carries over from one
// user to the next, so that the sum is exact.
func (p *Platform) newQuotas(s *stream) {
	n := p.options.Users
	weights := make([]float64, n)
	var total float64
	for u := range weights {
		weights[u] = p.span(u, s).weight
		total += weights[u]
	}
	if total == 0 {
		for u := range weights {
			weights[u] = 1
		}
		total = float64(n)
	}
	p.quotas = make([]int32, n)
	var sum float64
	var given int64
	for u, w := range weights {
		sum += w // ends at total, exactly
		target := int64(sum / total * float64(p.options.Events))
		p.quotas[u] = int32(target - given)
		given = target
	}
}
