package kernel

import "math"

// Dot returns the sum of a[i]*b[i] over the indices of a; b must be as long.
func Dot(a, b []float32) float32 {
	if len(a) == 0 {
		return 0
	}
	_ = b[len(a)-1]
	return dot(a, b)
}

// Axpy adds alpha*x[i] to y[i] over the indices of x; y must be as long.
func Axpy(alpha float32, x, y []float32) {
	if len(x) == 0 {
		return
	}
	_ = y[len(x)-1]
	axpy(alpha, x, y)
}

// Scale multiplies every element of x by alpha. NaN and Inf times 0 are NaN, as
// in Go.
func Scale(alpha float32, x []float32) { scale(alpha, x) }

// Max returns the largest element of x, leaving NaN out of account: -Inf when x
// has nothing else. Whether the larger of 0 and -0 is signed is not specified.
func Max(x []float32) float32 { return maximum(x) }

func dotGo(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	n := len(a) &^ 3
	for i := 0; i < n; i += 4 {
		x, y := (*[4]float32)(a[i:]), (*[4]float32)(b[i:])
		s0 += float32(x[0] * y[0])
		s1 += float32(x[1] * y[1])
		s2 += float32(x[2] * y[2])
		s3 += float32(x[3] * y[3])
	}
	for i := n; i < len(a); i++ {
		s0 += float32(a[i] * b[i])
	}
	return (s0 + s2) + (s1 + s3)
}

func axpyGo(alpha float32, x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float32(alpha * v)
	}
}

func scaleGo(alpha float32, x []float32) {
	for i := range x {
		x[i] *= alpha
	}
}

func maxGo(x []float32) float32 {
	best := float32(math.Inf(-1))
	for _, v := range x {
		if v > best {
			best = v
		}
	}
	return best
}
