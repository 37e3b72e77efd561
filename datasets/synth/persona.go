package synth

import "math"

// persona is what drives one user. Every part is drawn around the user's
// segment.
type persona struct {
	segment  int
	taste    [len(topics)]float64
	favoured [len(topics)][2]int8 // the tags liked best in each topic
	level    float64              // skill, on the scale of difficulty
	sparing  float64              // how much a price puts off, about 0.2..2
	member   bool                 // has a subscription
	habit    style                // their own, near one of styles
	hour     float64              // centre of their day
	channel  [len(channels)]float64
	latency  float64 // mean milliseconds until the platform knows
}

const (
	focus   = 80   // of tastes around the segment's: the sum of the Dirichlet's parameters
	loyalty = 0.96 // of a segment's users to its style
	fashion = 0.6  // of the tags a user likes, those that the segment likes
)

func (p *Platform) persona(u int, s *stream) persona {
	s.start(forPersona, u)
	var who persona
	who.segment = s.pick(p.shares)
	g := &p.groups[who.segment]
	var total float64
	for c, mean := range g.taste {
		who.taste[c] = s.gamma(focus * mean)
		total += who.taste[c]
	}
	for c := range who.taste {
		who.taste[c] /= total
		tags := p.groups[who.segment].tags[c]
		for k := range tags {
			if !s.chance(fashion) {
				tags[k] = int8(s.IntN(tagsPerTopic))
			}
		}
		who.favoured[c] = tags
	}
	kind := g.style
	if !s.chance(loyalty) {
		kind = s.IntN(len(styles))
	}
	who.habit = styles[kind].personal(s)
	who.level = min(max(g.level+0.6*s.NormFloat64(), 1), 4.5)
	who.sparing = math.Exp(0.5*s.NormFloat64() - 0.3)
	who.member = s.chance(who.habit.member)
	who.hour = who.habit.hour + 1.5*s.NormFloat64()
	for c := range who.channel {
		who.channel[c] = s.gamma([...]float64{2, 1.5, 0.2}[c])
	}
	who.latency = 200 + 800*s.Float64()
	return who
}

// personal varies a style by one factor for each kind of behaviour, so that the
// users of a style are spread around it.
func (y style) personal(s *stream) style {
	learning, buying, talking := s.factor(), s.factor(), s.factor()
	scale := func(f float64, chances ...*float64) {
		for _, c := range chances {
			*c = min(*c*f, 0.97)
		}
	}
	scale(learning, &y.engage, &y.goOn, &y.resume)
	scale(buying, &y.buy, &y.refund)
	scale(talking, &y.comment, &y.like, &y.share, &y.rate)
	y.visits *= s.factor()
	return y
}

// factor is log-normal around 1.
func (s *stream) factor() float64 { return math.Exp(0.2 * s.NormFloat64()) }
