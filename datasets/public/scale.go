package public

import (
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// scale is the range ratings were given in, in ten-thousandths of a point. The
// zero value says that they say nothing: all are 0 or all are 1, the mark of an
// interaction.
type scale struct{ low, high int64 }

// The scales that ratings come in; the first that holds them all is theirs.
var scales = []scale{{1, 5}, {0, 1}, {0, 5}, {1, 10}, {0, 10}, {0, 100}}

const point = 10_000 // units of a rating that is read

// span finds the lowest and the highest rating. Those that are no number or
// outside of every scale do not count; stars rejects them.
type span struct {
	low, high int64
	any       bool
}

func (s *span) add(text string) {
	v, fault := field.Fixed(text, 4)
	if fault != "" || v < 0 || v > 100*point {
		return
	}
	if !s.any {
		*s = span{v, v, true}
	}
	s.low, s.high = min(s.low, v), max(s.high, v)
}

func (s *span) scale() scale {
	if !s.any || s.low == s.high && (s.low == 0 || s.low == point) {
		return scale{}
	}
	for _, c := range scales {
		if s.low >= c.low*point && s.high <= c.high*point {
			return scale{c.low * point, c.high * point}
		}
	}
	return scale{}
}

// stars turns a rating into hundredths of a star: the ends of its scale are 1 and
// 5 stars and what lies between is spread evenly, to the nearest hundredth. On a
// scale of 1..5 ratings stay what they are.
func (c scale) stars(text string) (int32, string) {
	v, fault := field.Fixed(text, 4)
	if fault != "" {
		return 0, fault
	}
	if v < c.low || v > c.high {
		return 0, code.RatingRange
	}
	width := c.high - c.low
	return int32(100 + ((v-c.low)*400+width/2)/width), ""
}

func (c scale) none() bool { return c == scale{} }
