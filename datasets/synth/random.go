package synth

import (
	"math"
	"math/rand/v2"
)

// Every part of the platform draws from a stream of its own, named by what it
// is for and a number, so that no part depends on how much another has drawn.
type purpose uint64

const (
	forItems    purpose = iota + 1
	forPartners         // and trends
	forSegments
	forActivity // how much a user does, and from when to when
	forPersona  // what a user likes and how they act
	forEvents   // what a user does
	forPerson   // what the platform knows of a user
	forIDs
)

type stream struct {
	*rand.Rand
	pcg  *rand.PCG
	seed uint64
}

func newStream(seed uint64) *stream {
	pcg := rand.NewPCG(0, 0)
	return &stream{Rand: rand.New(pcg), pcg: pcg, seed: seed}
}

// start begins the n-th stream for a purpose.
func (s *stream) start(p purpose, n int) *stream {
	a := mix(s.seed ^ mix(uint64(p)))
	s.pcg.Seed(a, mix(a+uint64(n)))
	return s
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection,
// so different numbers stay different.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (s *stream) chance(p float64) bool { return s.Float64() < p }

func (s *stream) between(low, high float64) float64 { return low + (high-low)*s.Float64() }

// gamma draws from Gamma(shape, 1) for shape > 0 (Marsaglia and Tsang 2000).
func (s *stream) gamma(shape float64) float64 {
	if shape < 1 {
		return s.gamma(shape+1) * math.Pow(1-s.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := s.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-s.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// pick draws an index with the given weights, which must not all be zero.
func (s *stream) pick(weights []float64) int {
	var total float64
	for _, w := range weights {
		total += w
	}
	left := s.Float64() * total
	last := 0
	for i, w := range weights {
		if w <= 0 {
			continue
		}
		if last = i; left < w {
			return i
		}
		left -= w
	}
	return last
}
