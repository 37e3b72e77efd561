package clustering

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGrow(t *testing.T) {
	// Bins of two features; members have the first in 2..3 and the second in 0.
	var square []float64
	var inSquare []bool
	for a := range 5 {
		for b := range 3 {
			square = append(square, float64(a), float64(b))
			inSquare = append(inSquare, a >= 2 && a <= 3 && b == 0)
		}
	}
	for name, c := range map[string]struct {
		x    []float64
		bins []int
		in   []bool
		want box // among those found; nil for none found at all
	}{
		"Interval":    {[]float64{0, 1, 2, 3, 4}, []int{5}, []bool{false, false, true, true, false}, box{{0, 2, 4}}},
		"Conjunction": {square, []int{5, 3}, inSquare, box{{0, 2, 4}, {1, 0, 1}}},
		// A cut between bins that are apart is in the middle.
		"Gap":         {[]float64{0, 0, 8, 8}, []int{9}, []bool{false, false, true, true}, box{{0, 4, 9}}},
		"OneClass":    {[]float64{0, 1, 2, 3}, []int{4}, []bool{true, true, true, true}, nil},
		"OneRow":      {[]float64{3}, []int{4}, []bool{true}, nil},
		"Constant":    {[]float64{2, 2, 2, 2}, []int{4}, []bool{true, false, true, false}, nil},
		"NothingToIt": {[]float64{0, 0, 1, 1}, []int{2}, []bool{true, false, true, false}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := grow(c.x, c.bins, c.in)
			if err != nil {
				t.Fatal(err)
			}
			met := c.want == nil && found == nil
			for _, b := range found {
				if len(b) > depth {
					t.Errorf("%v has more than %d terms", b, depth)
				}
				sorted := make(box, 0, len(b))
				for f := range c.bins {
					for _, i := range b {
						if i.feature == f {
							sorted = append(sorted, i)
						}
					}
				}
				met = met || cmp.Equal(sorted, c.want, cmp.AllowUnexported(interval{}))
			}
			if !met {
				t.Errorf("found %v, want %v among them", found, c.want)
			}
		})
	}
}
