package clustering

import (
	"math"
	"slices"

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
// Behaviours are standardised one by one; the square roots of the shares of a field
// are standardised as a whole, to a total variance of 1, so that rare categories
// stay small. Behaviours, what users are interested in, and what they state are then
// each weighed by their largest principal deviation, as multiple factor analysis
// does with groups (Escofier and Pages, 1994): a group of many columns that say the
// same does not drown the others. Categories and tags are one group, because they
// say the same of a user in two ways.
func newSpace(in *Input, rows []int32) (*space, error) {
	names, groups := in.columns(), in.groups()
	s := &space{columns: make([]segment.Column, len(names))}
	values := make([][]float64, len(names))
	raw := make([]float32, len(names))
	for j, name := range names {
		s.columns[j] = segment.Column{Name: name, Kind: segment.Linear}
		if j >= len(in.Names) {
			s.columns[j].Kind = segment.Sqrt
		}
		values[j] = make([]float64, len(rows))
	}
	for i, row := range rows {
		in.features(raw, int(row))
		for j := range s.columns {
			values[j][i] = s.columns[j].Straighten(raw[j])
		}
	}
	s.scale(values, in.fields())
	x := make([]float64, 0, len(rows)*len(names))
	for _, row := range rows {
		in.features(raw, int(row))
		for j := range s.columns {
			x = append(x, s.standard(j, raw[j]))
		}
	}
	return s, s.project(x, groups)
}

// scale sets centres and scales from straightened values, by column.
func (s *space) scale(values [][]float64, fields []span) {
	for j := range s.columns {
		mean, variance := stat.PopMeanVariance(values[j], nil)
		s.columns[j].Centre, s.columns[j].Scale = mean, math.Sqrt(variance)
	}
	for _, f := range fields {
		total := 0.0
		for _, c := range s.columns[f.from:f.to] {
			total += c.Scale * c.Scale
		}
		for j := f.from; j < f.to; j++ {
			s.columns[j].Scale = math.Sqrt(total)
		}
	}
	s.flat = make([]bool, len(s.columns))
	for j := range s.columns {
		c := &s.columns[j]
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

// blank is a space of the same columns in which everyone is at the same place: it
// tells nothing of the few users there are.
func (s *space) blank() *space {
	b := &space{columns: slices.Clone(s.columns), flat: make([]bool, len(s.columns))}
	for j := range b.columns {
		b.columns[j].Centre, b.columns[j].Scale, b.flat[j] = 0, 1, true
	}
	return b
}
