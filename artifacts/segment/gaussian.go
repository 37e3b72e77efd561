package segment

import (
	"errors"
	"fmt"
	"math"
)

// ErrNotPositiveDefinite says that a matrix is not the covariance of any
// density.
var ErrNotPositiveDefinite = errors.New("covariance is not positive definite")

// Gaussian is a normal density, prepared for evaluation. The zero value is the
// density of the space without dimensions. It is safe for concurrent use.
type Gaussian struct {
	root    []float64 // inverse of the Cholesky factor: lower triangle, row by row
	shift   []float64 // root times the mean
	logNorm float64   // logarithm of the density at the mean
}

// NewGaussian prepares the density with the given mean (length d) and
// covariance (lower triangle, row by row: d(d+1)/2 values). It copies both. It
// returns ErrNotPositiveDefinite when the covariance has no Cholesky factor or
// is so close to singular that an entry of the factor's inverse passes Limit.
func NewGaussian(mean, covariance []float64) (Gaussian, error) {
	d := len(mean)
	if len(covariance) != Triangle(d) {
		return Gaussian{}, fmt.Errorf("covariance of %d dimensions has %d values, want %d", d, len(covariance), Triangle(d))
	}
	g := Gaussian{root: append([]float64(nil), covariance...), shift: make([]float64, d)}
	logDet, ok := Cholesky(g.root, d)
	if !ok {
		return Gaussian{}, ErrNotPositiveDefinite
	}
	invert(g.root, d)
	for i, at := 0, 0; i < d; i++ {
		for j := 0; j <= i; j++ {
			g.shift[i] += g.root[at] * mean[j]
			at++
		}
	}
	g.logNorm = -0.5*float64(d)*math.Log(2*math.Pi) - 0.5*logDet
	if !bounded(g.root...) {
		return Gaussian{}, ErrNotPositiveDefinite
	}
	return g, nil
}

// LogDensity returns the logarithm of the density at z and the squared
// Mahalanobis distance of z from the mean. len(z) must be the dimension.
func (g *Gaussian) LogDensity(z []float64) (logDensity, distance2 float64) {
	distance2 = g.distance2(z, math.Inf(1))
	return g.logNorm - 0.5*distance2, distance2
}

// distance2 returns the squared Mahalanobis distance of z from the mean or, if that
// is more than most, a part of it that is more already.
func (g *Gaussian) distance2(z []float64, most float64) float64 {
	root, sum := g.root, 0.0
	for i, shift := range g.shift {
		row := root[:i+1]
		root = root[i+1:]
		y := -shift
		for j, x := range z[:len(row)] {
			y += row[j] * x
		}
		if sum += y * y; sum > most {
			break
		}
	}
	return sum
}

// Triangle is the number of values in the lower triangle of a d x d matrix.
func Triangle(d int) int { return d * (d + 1) / 2 }

// Cholesky overwrites a, the lower triangle of a symmetric d x d matrix row by
// row, with its Cholesky factor, and returns the logarithm of the determinant
// of the matrix. It reports false when the matrix is not positive definite.
func Cholesky(a []float64, d int) (logDet float64, ok bool) {
	for i := 0; i < d; i++ {
		row := a[Triangle(i):]
		for j := 0; j <= i; j++ {
			other := a[Triangle(j):]
			sum := row[j]
			for k := 0; k < j; k++ {
				sum -= row[k] * other[k]
			}
			if j < i {
				row[j] = sum / other[j]
				continue
			}
			if !(sum > 0) || math.IsInf(sum, 1) {
				return 0, false
			}
			row[i] = math.Sqrt(sum)
			logDet += math.Log(sum)
		}
	}
	return logDet, true
}

// invert overwrites a lower triangle, row by row, with its inverse.
func invert(a []float64, d int) {
	for i := 0; i < d; i++ {
		row := a[Triangle(i) : Triangle(i)+i+1]
		inverse := 1 / row[i]
		for j := 0; j < i; j++ {
			sum := 0.0
			for k := j; k < i; k++ {
				sum += row[k] * a[Triangle(k)+j]
			}
			row[j] = -sum * inverse
		}
		row[i] = inverse
	}
}
