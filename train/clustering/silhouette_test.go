package clustering

import (
	"math"
	"testing"
)

func TestSilhouette(t *testing.T) {
	for name, c := range map[string]struct {
		x      []float64
		labels []int32
		want   float64
	}{
		// By hand: (b-a)/max(a, b) of each row, a the mean distance within its
		// segment and b to the other.
		"TwoPairs":  {[]float64{0, 1, 3, 4}, []int32{0, 0, 1, 1}, ((3.5-1)/3.5 + (2.5-1)/2.5) / 2},
		"Swapped":   {[]float64{0, 3, 1, 4}, []int32{0, 0, 1, 1}, ((2.5-3)/3 + (1.5-3)/3) / 2},
		"Alone":     {[]float64{0, 2, 3}, []int32{0, 1, 1}, (0 + (2.-1)/2 + (3.-1)/3) / 3},
		"NumberGap": {[]float64{0, 2, 3}, []int32{0, 7, 7}, (0 + (2.-1)/2 + (3.-1)/3) / 3},
		"SamePlace": {[]float64{1, 1, 1, 1}, []int32{0, 0, 1, 1}, 0},
		"One":       {[]float64{0, 1, 2}, []int32{0, 0, 0}, 0},
		"Nothing":   {nil, nil, 0},
	} {
		if got := Silhouette(c.x, 1, c.labels, 1); !(math.Abs(got-c.want) <= 1e-12) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestSilhouetteAtAnyWorkers(t *testing.T) {
	in, truth := gaussians(3*few+1, 3, 4, 1, 1)
	x := make([]float64, len(in.X))
	for i, v := range in.X {
		x[i] = float64(v)
	}
	want := Silhouette(x, 3, truth, 1)
	for _, workers := range []int{2, 3, 64} {
		if got := Silhouette(x, 3, truth, workers); got != want {
			t.Errorf("%d workers: %v, want %v", workers, got, want)
		}
	}
}

func TestDaviesBouldin(t *testing.T) {
	for name, c := range map[string]struct {
		x      []float64
		labels []int32
		want   float64
	}{
		// By hand: mean distances from the centre are 1 and 2, the centres 10 apart.
		"TwoPairs": {[]float64{-1, 1, 8, 12}, []int32{0, 0, 1, 1}, 0.3},
		// The third, at 5, is alone: its worst is (0+2)/5, that of the first (0+1)/5
		// or (1+2)/10, that of the second (0+2)/5.
		"Three":      {[]float64{-1, 1, 8, 12, 5}, []int32{0, 0, 1, 1, 2}, (0.3 + 0.4 + 0.4) / 3},
		"NumberGap":  {[]float64{-1, 1, 8, 12}, []int32{0, 0, 5, 5}, 0.3},
		"Coincident": {[]float64{-1, 1, -2, 2}, []int32{0, 0, 1, 1}, coincident},
		"SamePoint":  {[]float64{1, 1}, []int32{0, 1}, 0},
		"One":        {[]float64{0, 1}, []int32{0, 0}, 0},
		"Nothing":    {nil, nil, 0},
	} {
		if got := DaviesBouldin(c.x, 1, c.labels); !(math.Abs(got-c.want) <= 1e-12) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
