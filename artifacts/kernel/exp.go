package kernel

import "math"

// ExpSum sets dst[i] = exp(src[i]-shift) over the indices of src and returns the
// sum of what it stored; dst must be as long and may be src itself. With shift
// the maximum of src this is the numerator and the denominator of a softmax.
//
// Results are within 2e-7 of exp, relatively. Below the smallest normal number,
// 1.18e-38 (arguments under about -87.34, -Inf too), they are 0; beyond the
// largest, arguments over about 88.72, they are +Inf. NaN gives NaN, and so does
// Inf-Inf when shift is infinite; the sum is then NaN as well.
func ExpSum(dst, src []float32, shift float32) float32 {
	if len(src) == 0 {
		return 0
	}
	_ = dst[len(src)-1]
	return expSum(dst, src, shift)
}

// Constants of exp(x) = 2^n * exp(r) with n the integer nearest x/ln 2 and
// r = x - n*ln 2, |r| <= ln(2)/2. The high part of ln 2 has 9 bits, so n times
// it is exact. The coefficients are those of 1 + r + r^2*(expC2 + ... + expC6*r^4)
// fitted at the Chebyshev nodes of that interval.
const (
	expLow   = -87.33654  // the smallest argument with a normal result
	expHigh  = 88.72283   // the largest argument with a finite result
	expInvLn = 1.44269504 // 1/ln 2
	expLn2Hi = 0.693359375
	expLn2Lo = -2.12194440e-4
	expC2    = 0.5
	expC3    = 0.1666657703
	expC4    = 4.166655466e-2
	expC5    = 8.363173075e-3
	expC6    = 1.392617612e-3
	// expRound added to a number and taken off again rounds it to an integer.
	expRound = 3 << 22
)

func expSumGo(dst, src []float32, shift float32) float32 {
	dst = dst[:len(src)]
	var sum [4]float32
	for i, x := range src {
		y := expGo(x - shift)
		dst[i] = y
		sum[i&3] += y
	}
	return (sum[0] + sum[2]) + (sum[1] + sum[3])
}

func expGo(x float32) float32 {
	switch {
	case x != x:
		return x
	case x < expLow:
		return 0
	case x > expHigh:
		return float32(math.Inf(1))
	}
	n := float32(float32(x*expInvLn)+expRound) - expRound
	r := float32(x-float32(n*expLn2Hi)) - float32(n*expLn2Lo)
	y := float32(expC6*r) + expC5
	y = float32(y*r) + expC4
	y = float32(y*r) + expC3
	y = float32(y*r) + expC2
	y = float32(y*r) + 1
	y = float32(y*r) + 1
	return math.Float32frombits(math.Float32bits(y) + uint32(int32(n))<<23)
}
