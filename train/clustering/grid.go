package clustering

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/sjwhitworth/golearn/base"
)

// grid shows rows of numbers to golearn as a base.FixedDataGrid.
//
// golearn asks for columns in the order of a Go map, which differs from call to
// call. A grid hands them out in their own order whatever order it is asked for,
// so that equal rows give equal fits.
type grid struct {
	x     []float64 // rows x width, row-major
	width int
	attrs []base.Attribute
}

var errReadOnly = errors.New("the grid is read-only")

func newGrid(x []float64, width int) *grid {
	g := &grid{x: x, width: width, attrs: make([]base.Attribute, width)}
	for j := range g.attrs {
		g.attrs[j] = base.NewFloatAttribute(fmt.Sprintf("z%03d", j))
	}
	return g
}

func (g *grid) AllAttributes() []base.Attribute           { return g.attrs }
func (g *grid) AllClassAttributes() []base.Attribute      { return nil }
func (g *grid) AddClassAttribute(base.Attribute) error    { return errReadOnly }
func (g *grid) RemoveClassAttribute(base.Attribute) error { return errReadOnly }
func (g *grid) Size() (columns, rows int)                 { return g.width, len(g.x) / g.width }
func (g *grid) RowString(i int) string                    { return fmt.Sprint(g.row(i)) }
func (g *grid) row(i int) []float64                       { return g.x[i*g.width : (i+1)*g.width] }

// GetAttribute returns an empty specification: a grid knows the place of its
// columns and reads no specification.
func (g *grid) GetAttribute(base.Attribute) (base.AttributeSpec, error) {
	return base.AttributeSpec{}, nil
}

// Get returns a cell of a grid of one column, and nil of any other: the specification
// does not tell which column is meant.
func (g *grid) Get(_ base.AttributeSpec, i int) []byte {
	if g.width != 1 {
		return nil
	}
	return binary.NativeEndian.AppendUint64(nil, math.Float64bits(g.x[i]))
}

// MapOverRows calls f with each row, all columns in the grid's own order. The
// bytes are valid during the call only.
func (g *grid) MapOverRows(specs []base.AttributeSpec, f func([][]byte, int) (bool, error)) error {
	if len(specs) != g.width {
		return fmt.Errorf("asked for %d columns of a grid of %d", len(specs), g.width)
	}
	cells, row := make([]byte, 8*g.width), make([][]byte, g.width)
	for j := range row {
		row[j] = cells[8*j : 8*j+8 : 8*j+8]
	}
	_, rows := g.Size()
	for i := range rows {
		for j, v := range g.row(i) {
			binary.NativeEndian.PutUint64(row[j], math.Float64bits(v))
		}
		if more, err := f(row, i); !more || err != nil {
			return err
		}
	}
	return nil
}
