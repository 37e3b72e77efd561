package clustering

import (
	"encoding/binary"
	"math"

	"github.com/sjwhitworth/golearn/base"
	"github.com/sjwhitworth/golearn/trees"
)

// depth is the most splits above a leaf of a tree, and so the most terms of a rule.
const depth = 4

// interval bounds the bin of one feature: from lo to just below hi.
type interval struct{ feature, lo, hi int }

// box is a conjunction of intervals, one a feature.
type box []interval

// labelled shows golearn a grid of two columns or more together with a class.
type labelled struct {
	*grid
	class base.Attribute
	in    []bool // by row
}

func (g *labelled) AllClassAttributes() []base.Attribute { return []base.Attribute{g.class} }
func (g *labelled) AllAttributes() []base.Attribute {
	return append(g.attrs[:g.width:g.width], g.class)
}

// MapOverRows calls f with the class of each row when asked for one column, else
// with the columns of the grid.
func (g *labelled) MapOverRows(specs []base.AttributeSpec, f func([][]byte, int) (bool, error)) error {
	if len(specs) != 1 {
		return g.grid.MapOverRows(specs, f)
	}
	cell := make([]byte, 8)
	for i, in := range g.in {
		label := 0.0
		if in {
			label = 1
		}
		binary.NativeEndian.PutUint64(cell, math.Float64bits(label))
		if more, err := f([][]byte{cell}, i); !more || err != nil {
			return err
		}
	}
	return nil
}

// grow fits golearn's CART (Breiman et al., 1984), with the Gini impurity, that tells
// the rows of x (rows x width of bins, counted from 0) with a true label from the
// others, and returns the box of each node below the root, leaves and others. bins
// has the number of bins of each feature. There is none when no split helps.
//
// golearn takes time by the product of rows, bins and features.
func grow(x []float64, bins []int, in []bool) ([]box, error) {
	width := len(bins) + 1 // and a constant column, so that one feature is not taken for the class
	padded := make([]float64, 0, len(in)*width)
	for i := range in {
		padded = append(append(padded, x[i*len(bins):(i+1)*len(bins)]...), 0)
	}
	tree := trees.NewDecisionTreeClassifier(trees.GINI, depth, []int64{0, 1})
	err := fence("decision tree", func() error {
		return tree.Fit(&labelled{newGrid(padded, width), base.NewFloatAttribute("class"), in})
	})
	if err != nil {
		return nil, err
	}
	var found []box
	nodes, boxes := list(tree.RootNode), []box{nil} // their type has no name outside of golearn
	for i := 0; i < len(nodes); i++ {
		n, b := nodes[i], boxes[i]
		if n == nil || !(n.Threshold > 0) { // a leaf, or a root that did not split
			continue
		}
		f, cut := int(n.Feature), int(math.Ceil(n.Threshold))
		below, above := b.within(f, 0, cut, bins), b.within(f, cut, bins[f], bins)
		found = append(found, below, above)
		nodes, boxes = append(nodes, n.Left, n.Right), append(boxes, below, above)
	}
	return found, nil
}

func list[T any](of T) []T { return []T{of} }

// within returns a copy of b whose feature f is also from lo to below hi.
func (b box) within(f, lo, hi int, bins []int) box {
	narrow := make(box, 0, len(b)+1)
	met := false
	for _, t := range b {
		if t.feature == f {
			met = true
			t.lo, t.hi = max(t.lo, lo), min(t.hi, hi)
		}
		narrow = append(narrow, t)
	}
	if !met {
		narrow = append(narrow, interval{f, max(lo, 0), min(hi, bins[f])})
	}
	return narrow
}
