package kernel

import "math"

// Log1p replaces every element of x by log(1+x), as if it lay in 0..MaxFloat32:
// what is below or NaN gives 0, +Inf gives what the largest number does, 88.72.
//
// Results are within 3e-7 of log(1+x), relatively, and the same on every path:
// every operation is rounded.
func Log1p(x []float32) { log1p(x) }

// Constants of log(u) = n*ln 2 + log(m) with u = 2^n * m, m in sqrt(1/2)..sqrt(2),
// and log(m) = 2s + s*(2/3*z + 2/5*z^2 + ...) with s = (m-1)/(m+1), z = s^2. The
// series is cut where the rest is below 3e-9 of the sum.
const (
	logRoot = 0x3f3504f3 // bits of sqrt(1/2)
	logS3   = 2.0 / 3
	logS5   = 2.0 / 5
	logS7   = 2.0 / 7
	logS9   = 2.0 / 9
)

func log1pGo(x []float32) {
	for i, v := range x {
		x[i] = log1pOf(v)
	}
}

func log1pOf(x float32) float32 {
	if !(x > 0) {
		return 0
	}
	x = min(x, math.MaxFloat32)
	u := 1 + x
	lost := (x - (u - 1)) / u // of log(1+x), by rounding 1+x
	bits := math.Float32bits(u)
	n := (bits - logRoot) >> 23
	m := math.Float32frombits(bits - n<<23)
	s := (m - 1) / (m + 1)
	z := float32(s * s)
	r := float32(logS9*z) + logS7
	r = float32(r*z) + logS5
	r = float32(r*z) + logS3
	r = float32(r*z) + 2
	y := float32(float32(n)*expLn2Lo) + lost
	y += float32(r * s)
	return y + float32(float32(n)*expLn2Hi)
}
