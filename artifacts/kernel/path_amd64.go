//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

//go:generate go -C asm run . -out ../kernel_amd64.s -stubs ../kernel_amd64.go -pkg kernel

// active is the path in use. Only tests set it again.
var active = detect()

// detect returns the best path that the processor and the operating system
// support.
func detect() path {
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasFMA || !x.HasBMI2:
		return generic
	case !x.HasAVX512F:
		return avx2
	}
	return avx512
}

// group is the number of elements that the assembly takes at a time.
const group = 16

func tileSize() (rows, cols int) {
	switch active {
	case avx512:
		return 12, 32
	case avx2:
		return 6, 16
	}
	return goRows, goCols
}

func dot(a, b []float32) float32 {
	switch active {
	case avx512:
		return dotAVX512(&a[0], &b[0], len(a))
	case avx2:
		return dotAVX2(&a[0], &b[0], len(a))
	}
	return dotGo(a, b)
}

func axpy(alpha float32, x, y []float32) {
	if n := len(x) &^ (group - 1); n > 0 && active != generic {
		if active == avx512 {
			axpyAVX512(alpha, &x[0], &y[0], n)
		} else {
			axpyAVX2(alpha, &x[0], &y[0], n)
		}
		x, y = x[n:], y[n:]
	}
	axpyGo(alpha, x, y)
}

func scale(alpha float32, x []float32) {
	if n := len(x) &^ (group - 1); n > 0 && active != generic {
		if active == avx512 {
			scaleAVX512(alpha, &x[0], n)
		} else {
			scaleAVX2(alpha, &x[0], n)
		}
		x = x[n:]
	}
	scaleGo(alpha, x)
}

func maximum(x []float32) float32 {
	n := len(x) &^ (group - 1)
	if n == 0 || active == generic {
		return maxGo(x)
	}
	var best float32
	if active == avx512 {
		best = maximumAVX512(&x[0], n)
	} else {
		best = maximumAVX2(&x[0], n)
	}
	return max(best, maxGo(x[n:]))
}

func expSum(dst, src []float32, shift float32) float32 {
	switch active {
	case avx512:
		return expSumAVX512(&dst[0], &src[0], len(src), shift)
	case avx2:
		return expSumAVX2(&dst[0], &src[0], len(src), shift)
	}
	return expSumGo(dst, src, shift)
}

func adam(w, g, m, v []float32, lr, beta1, beta2, eps, c1, c2 float32) {
	if n := len(w) &^ (group - 1); n > 0 && active != generic {
		if active == avx512 {
			adamAVX512(&w[0], &g[0], &m[0], &v[0], n, lr, beta1, 1-beta1, beta2, 1-beta2, eps, c1, c2)
		} else {
			adamAVX2(&w[0], &g[0], &m[0], &v[0], n, lr, beta1, 1-beta1, beta2, 1-beta2, eps, c1, c2)
		}
		w, g, m, v = w[n:], g[n:], m[n:], v[n:]
	}
	adamGo(w, g, m, v, lr, beta1, beta2, eps, c1, c2)
}
