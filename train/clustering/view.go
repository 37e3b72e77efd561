package clustering

import (
	"math"
	"math/rand/v2"
)

// view shows rows of a table to golearn: with the axes as long as they are in
// the data, so that a uniform start tends to divide along the long ones, and
// with the size of spread, whatever the size of the part.
type view struct {
	t     *table
	rows  []int32
	scale []float64 // of each axis
	x     []float64 // the sample, row-major
}

func (g *grower) view(rows []int32) *view {
	v := &view{t: g.t, rows: rows, scale: make([]float64, g.t.dim)}
	s := newSums(1, g.t.dim)
	for _, i := range rows {
		s.take(0, g.t.row(int(i)), 1)
	}
	_, covariance := s.moments(0)
	total := 0.0
	for j, at := 0, 0; j < g.t.dim; j++ {
		total += g.t.reach[j] * g.t.reach[j] * covariance[at]
		at += j + 2
	}
	for j := range v.scale {
		v.scale[j] = g.t.reach[j] * spread / math.Sqrt(total)
	}
	return v
}

// all returns every row as golearn would see it.
func (v *view) all() []float64 {
	x := make([]float64, 0, len(v.rows)*v.t.dim)
	for _, i := range v.rows {
		for j, z := range v.t.row(int(i)) {
			x = append(x, z*v.scale[j])
		}
	}
	return x
}

// sample returns at most batch rows, evenly spaced, each moved at random by a
// normal deviate of variance floor along each axis: golearn does not regularise
// and would panic on a covariance without volume.
func (v *view) sample(random *rand.Rand) []float64 {
	n := min(len(v.rows), batch)
	v.x = make([]float64, 0, n*v.t.dim)
	for i := range n {
		for j, z := range v.t.row(int(v.rows[i*len(v.rows)/n])) {
			v.x = append(v.x, (z+math.Sqrt(floor)*random.NormFloat64())*v.scale[j])
		}
	}
	return v.x
}
