package twotower

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"curio/artifacts/interest"
)

// Align returns the rotation, for Turn, that brings the item vectors of one model
// as near as can be to those of another of the same catalogue, and the mean cosine
// between the two afterwards, -1..1: the orthogonal Procrustes problem (Schönemann,
// Psychometrika 31, 1966). It looks at the items that known names. The error wraps
// ErrData if there are none or the models do not have the same shape.
func Align(from, to *interest.Model, known func(item int32) bool) (rotation []float32, cosine float64, err error) {
	d := from.Dim()
	if to.Dim() != d || to.Items() != from.Items() {
		return nil, 0, fmt.Errorf("align %d vectors of %d numbers with %d of %d: %w", from.Items(), d, to.Items(), to.Dim(), ErrData)
	}
	sum, n := make([]float64, d*d), 0
	for i := range int32(from.Items()) {
		if !known(i) {
			continue
		}
		n++
		x, y := from.Vector(i), to.Vector(i)
		for p, a := range x {
			row := sum[p*d : (p+1)*d]
			for q, b := range y {
				row[q] += float64(a) * float64(b) // exact
			}
		}
	}
	if n == 0 {
		return nil, 0, fmt.Errorf("align models that share no item: %w", ErrData)
	}
	var svd mat.SVD
	if !svd.Factorize(mat.NewDense(d, d, sum), mat.SVDFull) {
		return nil, 0, errors.New("align models: the singular values do not converge")
	}
	var u, v, r mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	r.Mul(&u, v.T())
	rotation = make([]float32, 0, d*d)
	for _, x := range r.RawMatrix().Data {
		rotation = append(rotation, float32(x))
	}
	for _, s := range svd.Values(nil) {
		cosine += s
	}
	return rotation, cosine / float64(n), nil
}
