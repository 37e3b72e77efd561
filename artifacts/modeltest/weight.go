package modeltest

import (
	"math"
	"slices"
	"testing"

	"curio/artifacts/interest"
)

// duplicates compares what an interaction gains its item by being given three
// times with what it gains by three times the weight.
func duplicates(t *testing.T, fit Fit) {
	once, often, heavy := plant(3), plant(3), plant(3)
	often.Interactions, heavy.Interactions = nil, nil
	stressed := func(x Interaction) bool { return (int(x.User)/groups+int(x.Item)/groups)%3 == 0 }
	for _, x := range once.Interactions {
		more := x
		if stressed(x) {
			more.Weight *= 3
			often.Interactions = append(often.Interactions, x, x)
		}
		often.Interactions = append(often.Interactions, x)
		heavy.Interactions = append(heavy.Interactions, more)
	}
	// What is stressed is learned from alone: the queries are those of once.
	lift := func(p *planted) float64 {
		m := fitted(t, fit, p.Data)
		var sum, n [2]float64
		for _, x := range once.Interactions {
			side := 0
			if stressed(x) {
				side = 1
			}
			sum[side] += float64(scores(m, interest.Query{User: x.User})[x.Item])
			n[side]++
		}
		return sum[1]/n[1] - sum[0]/n[0]
	}
	base := lift(once)
	byNumber, byWeight := lift(often)-base, lift(heavy)-base
	if byWeight <= 0 || math.Abs(byNumber-byWeight) > byWeight/2 {
		t.Errorf("three times the number adds %.3f to a score, three times the weight %.3f", byNumber, byWeight)
	}
}

// weights multiplies all by a power of two, with which floating-point numbers
// keep their digits.
func weights(t *testing.T, p *planted, m *interest.Model, fit Fit) {
	for _, power := range []int{-60, 60} {
		d := p.Data
		d.Interactions = slices.Clone(d.Interactions)
		for i := range d.Interactions {
			d.Interactions[i].Weight = float32(math.Ldexp(float64(d.Interactions[i].Weight), power))
		}
		other := fitted(t, fit, d)
		for u, h := range d.Histories() {
			q := p.query(int32(u))
			want := scores(m, q)
			q.History = h
			if !near(want, scores(other, q), 1e-4) {
				t.Fatalf("weights times 2^%d change the scores of user %d", power, u)
			}
		}
	}
}

// near reports whether a and b differ by no more than limit anywhere.
func near(a, b []float32, limit float64) bool {
	for i := range a {
		if !(math.Abs(float64(a[i])-float64(b[i])) <= limit) {
			return false
		}
	}
	return len(a) == len(b)
}
