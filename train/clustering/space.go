package clustering

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"curio/artifacts/segment"
)

// space is where users are compared: standardised columns and a projection of
// them on a few axes along each of which the sampled users have variance 1.
type space struct {
	columns    []segment.Column
	projection [][]float64
	reach      []float64 // standard deviation along each axis before it was made 1
}

const (
	// maxAxes is the number of axes kept at most.
	maxAxes = 12
	// minAxes is the number kept at least, as far as there is variance.
	minAxes = 4
	// trace is the share of the largest variance below which an axis is noise
	// of the arithmetic.
	trace = 1e-6
)

// newSpace finds the space of the given rows.
//
// Behaviours are standardised one by one; shares of categories go through the
// square root and are standardised as a whole, so that rare categories stay
// small. Each of the two groups is then weighed by its largest principal
// deviation, as multiple factor analysis does (Escofier and Pages, 1994): a
// group of many columns that say the same does not drown the other.
func newSpace(in *Input, rows []int32) (*space, error) {
	s := &space{columns: make([]segment.Column, len(in.columns()))}
	p := len(in.Names)
	width := len(s.columns)
	raw := make([]float32, width)
	values := make([][]float64, width)
	for j, name := range in.columns() {
		s.columns[j] = segment.Column{Name: name, Kind: segment.Linear, Scale: 1}
		if j >= p {
			s.columns[j].Kind = segment.Root
		}
		values[j] = make([]float64, len(rows))
	}
	for i, row := range rows {
		in.features(raw, int(row))
		for j := range s.columns {
			values[j][i] = s.columns[j].Straighten(raw[j])
		}
	}
	shares := 0.0
	for j := range s.columns {
		mean, variance := stat.PopMeanVariance(values[j], nil)
		s.columns[j].Centre = mean
		switch {
		case j >= p:
			shares += variance / float64(width-p)
		case variance > 0 && math.Sqrt(variance) > 1e-6*math.Abs(mean):
			s.columns[j].Scale = math.Sqrt(variance)
		}
	}
	if shares > 0 {
		for j := p; j < width; j++ {
			s.columns[j].Scale = math.Sqrt(shares)
		}
	}
	x := make([]float64, 0, len(rows)*width)
	for _, row := range rows {
		in.features(raw, int(row))
		for j := range s.columns {
			x = append(x, s.columns[j].Standardise(raw[j]))
		}
	}
	return s, s.project(x, p)
}

// project finds the axes of standardised rows x, of which the first p columns
// are behaviours.
func (s *space) project(x []float64, p int) error {
	width := len(s.columns)
	weights := make([]float64, width)
	for _, group := range [][2]int{{0, p}, {p, width}} {
		_, deviations, err := axes(columns(x, width, group[0], group[1]), group[1]-group[0])
		if err != nil {
			return err
		}
		for j := group[0]; j < group[1]; j++ {
			if deviations[0] > 0 {
				weights[j] = 1 / deviations[0]
			}
		}
	}
	for i := range x {
		x[i] *= weights[i%width]
	}
	vectors, deviations, err := axes(x, width)
	if err != nil {
		return err
	}
	for a := range keep(deviations) {
		row := make([]float64, width)
		for j, v := range vectors[a] {
			row[j] = v * weights[j] / deviations[a]
		}
		s.projection = append(s.projection, row)
		s.reach = append(s.reach, deviations[a])
	}
	return nil
}

// keep returns how many of the principal axes, by falling deviation, to keep:
// all of a narrow table, and of a wide one those that explain more than their
// piece of a stick broken at random (Jackson, Ecology 74(8), 1993).
func keep(deviations []float64) int {
	total, some := 0.0, 0
	for _, d := range deviations {
		total += d * d
		if d*d > trace*deviations[0]*deviations[0] {
			some++
		}
	}
	if some <= maxAxes {
		return some
	}
	piece := 0.0
	for k := range some {
		piece += 1 / float64(k+1)
	}
	n := 0
	for n < maxAxes && deviations[n]*deviations[n] > total*piece/float64(some) {
		piece -= 1 / float64(n+1)
		n++
	}
	return max(n, minAxes)
}

// columns copies columns from..to of x.
func columns(x []float64, width, from, to int) []float64 {
	part := make([]float64, 0, len(x)/width*(to-from))
	for i := 0; i < len(x); i += width {
		part = append(part, x[i+from:i+to]...)
	}
	return part
}

// table projects rows of in.
func (s *space) table(in *Input, rows []int32) *table {
	t := &table{dim: len(s.projection), count: len(rows), reach: s.reach}
	t.z = make([]float64, 0, t.dim*len(rows))
	raw, standard := make([]float32, len(s.columns)), make([]float64, len(s.columns))
	for _, row := range rows {
		in.features(raw, int(row))
		for j := range s.columns {
			standard[j] = s.columns[j].Standardise(raw[j])
		}
		for _, axis := range s.projection {
			z := 0.0
			for j, v := range axis {
				z += v * standard[j]
			}
			t.z = append(t.z, z)
		}
	}
	return t
}
