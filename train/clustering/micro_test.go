package clustering

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGather(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct{ rows, dim, wanted, points int }{ // points: how many places rows lie on, 0 for everywhere
		{4, 1, 1, 0}, {40, 2, 10, 0}, {3000, 3, crumbs, 0}, {1000, 2, crumbs, 1}, {1000, 2, crumbs, 7}, {1000, 2, 1000, 0},
	} {
		x := make([]float64, c.rows*c.dim)
		for i := range x {
			x[i] = r.NormFloat64()
			if c.points > 0 {
				x[i] = float64((i / c.dim) % c.points)
			}
		}
		m := gather(x, c.dim, c.rows, c.wanted, rand.New(rand.NewPCG(2, 2)), 1)
		places := len(m.counts)
		if places < 1 || places > c.wanted || c.points > 0 && places > c.points {
			t.Errorf("%+v: %d micro-clusters", c, places)
		}
		rows, shares := 0, 0
		for i := range places {
			rows, shares = rows+m.counts[i], shares+m.copies[i]
			if m.counts[i] < 1 || m.copies[i] < 1 {
				t.Errorf("%+v: micro-cluster %d has %d rows and %d shares", c, i, m.counts[i], m.copies[i])
			}
		}
		if rows != c.rows || shares > 2*c.wanted || shares < c.wanted/2 {
			t.Errorf("%+v: %d rows, and %d shares of %d", c, rows, shares, c.wanted)
		}
		sums := make([]float64, len(m.centres))
		for i, p := range m.of {
			for j := range c.dim {
				sums[int(p)*c.dim+j] += x[i*c.dim+j] / float64(m.counts[p])
			}
		}
		for i, v := range sums {
			if math.Abs(v-m.centres[i]) > 1e-9 {
				t.Fatalf("%+v: centres %v, the means of their rows are %v", c, m.centres, sums)
			}
		}
		if c.points > 0 && m.inner > 1e-20 {
			t.Errorf("%+v: a variance of %v around points", c, m.inner)
		}
		again := gather(x, c.dim, c.rows, c.wanted, rand.New(rand.NewPCG(2, 2)), 3)
		if d := cmp.Diff(m, again, cmp.AllowUnexported(micro{})); d != "" {
			t.Errorf("%+v: three workers find others:\n%s", c, d)
		}
	}
}

func TestNearestIsTheFirstOfEquals(t *testing.T) {
	m := &micro{dim: 1, centres: []float64{5, 0, 2, 2}}
	if got := m.nearest([]float64{0, 1, 2, 3, 3.6}, 5, 1); !slices.Equal(got, []int32{1, 1, 2, 2, 0}) {
		t.Errorf("%v", got)
	}
}
