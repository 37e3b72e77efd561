package clustering

import (
	"math"
	"math/rand/v2"
	"testing"

	"curio/artifacts/segment"
)

// line is a model of one feature and k segments that lets it be.
func line(t *testing.T, k int) *segment.Model {
	t.Helper()
	var spec segment.Spec
	spec.Columns = []segment.Column{{Name: "x", Kind: segment.Linear, Scale: 1}}
	spec.Projection = [][]float64{{1}}
	for range k {
		spec.Components = append(spec.Components, segment.Component{Weight: 1 / float64(k), Mean: []float64{0}, Covariance: []float64{1}})
	}
	spec.Segments = unnamed(k)
	m, err := segment.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSilhouette(t *testing.T) {
	for name, c := range map[string]struct {
		x       []float32
		members []int32
		want    float64
	}{
		// By hand: (b-a)/max(a, b) of each row, a the mean distance within its
		// segment and b to the other.
		"TwoPairs":  {[]float32{0, 1, 3, 4}, []int32{0, 0, 1, 1}, ((3.5-1)/3.5 + (2.5-1)/2.5) / 2},
		"Swapped":   {[]float32{0, 3, 1, 4}, []int32{0, 0, 1, 1}, ((2.5-3)/3 + (1.5-3)/3) / 2},
		"Alone":     {[]float32{0, 2, 3}, []int32{0, 1, 1}, (0 + (2.-1)/2 + (3.-1)/3) / 3},
		"SamePlace": {[]float32{1, 1, 1, 1}, []int32{0, 0, 1, 1}, 0},
	} {
		in := &Input{Names: []string{"x"}, X: c.x}
		r := &Result{Model: line(t, 2), Members: c.members}
		if got := silhouette(in, r, rand.New(rand.NewPCG(1, 1))); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	r := &Result{Model: line(t, 1), Members: []int32{0, 0}}
	if got := silhouette(&Input{Names: []string{"x"}, X: []float32{0, 1}}, r, nil); got != 0 {
		t.Errorf("one segment: %v, want 0", got)
	}
}
