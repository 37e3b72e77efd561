package bench

import (
	"fmt"
	"math"
	"math/rand/v2"

	"curio/train/clustering"
)

// clusters draws rows from k normal components of unequal size, up to seven times as
// large as another, each with a covariance of its own in which all columns correlate,
// whose means are about sqrt(2 columns) apart. It returns the rows and the component
// of each.
func clusters(rows, columns, k int, seed uint64) (clustering.Input, []int32) {
	r := rand.New(rand.NewPCG(seed, 99))
	weights, means, roots := make([]float64, k), make([][]float64, k), make([][]float64, k)
	total := 0.0
	for c := range k {
		weights[c] = 0.3 + 1.7*r.Float64()
		total += weights[c]
		means[c], roots[c] = make([]float64, columns), make([]float64, columns*columns)
		for j := range means[c] {
			means[c][j] = r.NormFloat64()
		}
		for j := range roots[c] {
			roots[c][j] = r.NormFloat64() / math.Sqrt(float64(columns))
		}
		for j := range columns {
			roots[c][j*columns+j] += 0.5
		}
	}
	in := clustering.Input{X: make([]float32, 0, rows*columns)}
	for j := range columns {
		in.Names = append(in.Names, fmt.Sprintf("feature %d", j+1))
	}
	truth, deviate := make([]int32, rows), make([]float64, columns)
	for i := range truth {
		u, c := r.Float64()*total, 0
		for c < k-1 && u > weights[c] {
			u -= weights[c]
			c++
		}
		truth[i] = int32(c)
		for j := range deviate {
			deviate[j] = r.NormFloat64()
		}
		for j, v := range means[c] {
			for l, e := range deviate {
				v += roots[c][j*columns+l] * e
			}
			in.X = append(in.X, float32(v))
		}
	}
	return in, truth
}

// standardised returns rows of so many columns, each column with mean 0 and variance 1
// or, if it is constant, 0.
func standardised(x []float32, columns int) []float64 {
	z := make([]float64, len(x))
	rows := float64(len(x) / max(columns, 1))
	for j := range columns {
		mean, variance := 0.0, 0.0
		for i := j; i < len(x); i += columns {
			mean += float64(x[i]) / rows
		}
		for i := j; i < len(x); i += columns {
			d := float64(x[i]) - mean
			variance += d * d / rows
		}
		for i := j; i < len(x) && variance > 0; i += columns {
			z[i] = (float64(x[i]) - mean) / math.Sqrt(variance)
		}
	}
	return z
}
