package synth

import (
	"math"

	"curio/datasets/event"
)

const week = 7 * event.Day

const weeks = int(Window / week)

// attention is how much a topic is in demand in a domain in each week of the
// window: 1 on average, never below 0.3. Domains follow the same course of
// things with a lag.
type attention [len(domains)][weeks][len(topics)]float32

func newAttention(s *stream) *attention {
	s.start(forPartners, 1)
	a := new(attention)
	for c := range topics {
		slope := s.between(-0.35, 0.35)
		swing, phase := s.between(0.05, 0.25), s.between(0, 52)
		peak, height, width := s.between(10, float64(weeks)-10), s.between(0, 0.8), s.between(2, 6)
		for d := range domains {
			for w := range weeks {
				x := float64(w - domains[d].lag)
				bump := (x - peak) / width
				v := 1 + slope*(2*x/float64(weeks)-1) +
					swing*math.Sin(2*math.Pi*(x+phase)/52) +
					height*math.Exp(-bump*bump/2)
				a[d][w][c] = float32(max(v, 0.3))
			}
		}
	}
	return a
}

// trends is what an outside observer measured of the attention, with noise.
func (p *Platform) trends() []event.Trend {
	s := newStream(p.options.Seed).start(forPartners, 2)
	list := make([]event.Trend, 0, len(domains)*weeks*len(topics))
	for w := range weeks {
		for d := range domains {
			for c := range topics {
				v := 100 * float64(p.attention[d][w][c]) * (1 + 0.04*s.NormFloat64())
				list = append(list, event.Trend{
					TS:     p.begin + event.Time(w)*week,
					Domain: domains[d].name,
					Topic:  topics[c].name,
					Value:  math.Round(v*100) / 100,
					Source: "panel",
				})
			}
		}
	}
	return list
}
