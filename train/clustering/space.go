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
	flat       []bool // columns without variance, which no axis uses
	projection [][]float64
	reach      []float64 // standard deviation along each axis before it was made 1
}

// even is the deviation, of numbers about 1, below which a column is constant.
const even = 1e-6

// newSpace finds the space of the given rows.
//
// Behaviours are standardised one by one; the fourth roots of shares of
// categories are standardised as a whole, so that rare categories stay small.
// Each of the two groups is then weighed by its largest principal deviation, as
// multiple factor analysis does (Escofier and Pages, 1994): a group of many
// columns that say the same does not drown the other.
func newSpace(in *Input, rows []int32) (*space, error) {
	names, p := in.columns(), len(in.Names)
	s := &space{columns: make([]segment.Column, len(names))}
	values := make([][]float64, len(names))
	raw := make([]float32, len(names))
	for j, name := range names {
		s.columns[j] = segment.Column{Name: name, Kind: segment.Linear}
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
	s.scale(values, p)
	x := make([]float64, 0, len(rows)*len(names))
	for _, row := range rows {
		in.features(raw, int(row))
		for j := range s.columns {
			x = append(x, s.standard(j, raw[j]))
		}
	}
	return s, s.project(x, p)
}

// scale sets centres and scales from straightened values, by column.
func (s *space) scale(values [][]float64, p int) {
	shares := 0.0
	for j := range s.columns {
		mean, variance := stat.PopMeanVariance(values[j], nil)
		s.columns[j].Centre, s.columns[j].Scale = mean, math.Sqrt(variance)
		if j >= p {
			shares += variance / float64(len(s.columns)-p)
		}
	}
	s.flat = make([]bool, len(s.columns))
	for j := range s.columns {
		c := &s.columns[j]
		if j >= p {
			c.Scale = math.Sqrt(shares)
		}
		if s.flat[j] = c.Scale <= even*max(1, math.Abs(c.Centre)); s.flat[j] {
			c.Scale = 1
		}
	}
}

// standard is the standardised value of column j, 0 in a column that is flat.
func (s *space) standard(j int, x float32) float64 {
	if s.flat[j] {
		return 0
	}
	return s.columns[j].Standardise(x)
}
