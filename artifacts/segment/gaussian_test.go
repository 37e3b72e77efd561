package segment

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distmv"
)

// covariance returns a random positive definite matrix, as a lower triangle and
// in full.
func covariance(d int, r *rand.Rand) ([]float64, *mat.SymDense) {
	if d == 0 {
		return nil, nil
	}
	root := mat.NewDense(d, d, nil)
	for i := range d {
		for j := range d {
			root.Set(i, j, r.NormFloat64())
		}
	}
	full := mat.NewSymDense(d, nil)
	full.SymOuterK(1, root)
	var lower []float64
	for i := range d {
		full.SetSym(i, i, full.At(i, i)+0.1)
		for j := range i + 1 {
			lower = append(lower, full.At(i, j))
		}
	}
	return lower, full
}

func TestLogDensityAgreesWithGonum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, d := range []int{1, 2, 5, 12, MaxDim} {
		lower, full := covariance(d, r)
		mean, z := make([]float64, d), make([]float64, d)
		for j := range d {
			mean[j], z[j] = r.NormFloat64(), 3*r.NormFloat64()
		}
		g, err := NewGaussian(mean, lower)
		if err != nil {
			t.Fatal(err)
		}
		peer, _ := distmv.NewNormal(mean, full, nil)
		got, distance2 := g.LogDensity(z)
		if want := peer.LogProb(z); math.Abs(got-want) > 1e-8*math.Abs(want) {
			t.Errorf("%d dimensions: log density %v, gonum says %v", d, got, want)
		}
		top, zero := g.LogDensity(mean)
		if zero > 1e-18 || math.Abs(top-0.5*distance2-got) > 1e-9*math.Abs(got) {
			t.Errorf("%d dimensions: distance %v and %v do not go with the densities", d, distance2, zero)
		}
	}
}

func TestNewGaussianRefuses(t *testing.T) {
	for name, c := range map[string]struct{ mean, covariance []float64 }{
		"Singular":       {[]float64{0, 0}, []float64{1, 1, 1}},
		"Indefinite":     {[]float64{0, 0}, []float64{1, 2, 1}},
		"Negative":       {[]float64{0}, []float64{-1}},
		"NaN":            {[]float64{0}, []float64{math.NaN()}},
		"Infinite":       {[]float64{0}, []float64{math.Inf(1)}},
		"NearlySingular": {[]float64{0}, []float64{1e-19}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewGaussian(c.mean, c.covariance); !errors.Is(err, ErrNotPositiveDefinite) {
				t.Errorf("error %v, want ErrNotPositiveDefinite", err)
			}
		})
	}
	if _, err := NewGaussian([]float64{0, 0}, []float64{1}); err == nil {
		t.Error("a covariance of another shape was accepted")
	}
	if _, err := NewGaussian([]float64{0}, []float64{1.1e-18}); err != nil {
		t.Errorf("a deviation just above 1/Limit: %v", err)
	}
}
