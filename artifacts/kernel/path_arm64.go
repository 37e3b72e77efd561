//go:build !purego

package kernel

// active is the path in use; every arm64 processor has NEON. Only tests set it
// again.
var active = neon

const (
	group = 16 // elements that the assembly takes at a time
	block = 32 // scores that it compares at a time
)

func tileSize() (rows, cols int) {
	if active == generic {
		return goRows, goCols
	}
	return 6, 16
}

// tile computes a tile of C as tileGo does, of the height and width that
// tileSize gives. The caller has checked that the operands are long enough.
func tile(rows, k int, a []float32, rowStep, colStep int, b []float32, ldb int, alpha, beta float32, c []float32, ldc int) {
	if active == generic {
		tileGo(rows, k, a, rowStep, colStep, b, ldb, alpha, beta, c, ldc)
		return
	}
	tileNEON(rows, k, &a[0], rowStep, colStep, &b[0], ldb, alpha, beta, &c[0], ldc)
}

// packPanels copies panels whole panels of a transposed left operand, each
// width columns of k rows; panel q starts at dst[q*k*width].
func packPanels(dst []float32, width int, src []float32, ld, k, panels int) {
	if active == generic {
		packPanelsGo(dst, width, src, ld, k, panels)
		return
	}
	_, _ = dst[panels*k*width-1], src[lastIndex(k, panels*width, ld)]
	packColumnsNEON(&dst[0], &src[0], ld, k, panels)
}

// packRows copies n rows of k values to the columns of dst, width to a row, the
// rest zero.
func packRows(dst []float32, width int, src []float32, ld, k, n int) {
	done := 0
	if n == width && active != generic {
		if done = k &^ 3; done > 0 {
			_, _ = dst[done*width-1], src[lastIndex(n, done, ld)]
			packRowsNEON(&dst[0], &src[0], ld, done)
		}
		if done == k {
			return
		}
	}
	packRowsGo(dst[done*width:], width, src[done:], ld, k-done, n)
}

func dot(a, b []float32) float32 {
	if active == generic {
		return dotGo(a, b)
	}
	return dotNEON(&a[0], &b[0], len(a))
}

func axpy(alpha float32, x, y []float32) {
	if n := len(x) &^ (group - 1); n > 0 && active != generic {
		axpyNEON(alpha, &x[0], &y[0], n)
		x, y = x[n:], y[n:]
	}
	axpyGo(alpha, x, y)
}

func scale(alpha float32, x []float32) {
	if n := len(x) &^ (group - 1); n > 0 && active != generic {
		scaleNEON(alpha, &x[0], n)
		x = x[n:]
	}
	scaleGo(alpha, x)
}

func maximum(x []float32) float32 {
	n := len(x) &^ (group - 1)
	if n == 0 || active == generic {
		return maxGo(x)
	}
	return max(maximumNEON(&x[0], n), maxGo(x[n:]))
}

func above(x []float32, limit float32) int {
	i := 0
	if n := len(x) &^ (block - 1); n > 0 && active != generic {
		i = aboveNEON(&x[0], n, limit)
	}
	return i + aboveGo(x[i:], limit)
}

func atLeast(x []float32, limit float32) int {
	i := 0
	if n := len(x) &^ (block - 1); n > 0 && active != generic {
		i = atLeastNEON(&x[0], n, limit)
	}
	return i + atLeastGo(x[i:], limit)
}

func expSum(dst, src []float32, shift float32) float32 {
	if active == generic {
		return expSumGo(dst, src, shift)
	}
	return expSumNEON(&dst[0], &src[0], len(src), shift)
}

func adam(w, g, m, v []float32, lr, beta1, beta2, eps, c1, c2 float32) {
	if n := len(w) &^ (group - 1); n > 0 && active != generic {
		adamNEON(&w[0], &g[0], &m[0], &v[0], n, lr, beta1, 1-beta1, beta2, 1-beta2, eps, c1, c2)
		w, g, m, v = w[n:], g[n:], m[n:], v[n:]
	}
	adamGo(w, g, m, v, lr, beta1, beta2, eps, c1, c2)
}
