package kernel

// GemmNN computes C = alpha*A*B + beta*C for A[m,k], B[k,n] and C[m,n]:
//
//	for i, j := range m x n {
//		var s float32
//		for p := range k {
//			s += a[i*lda+p] * b[p*ldb+j]
//		}
//		c[i*ldc+j] = alpha*s + beta*c[i*ldc+j]
//	}
//
// With beta 0, C is written without being read, so NaN there does not survive;
// with alpha 0 or k 0, A and B are not read. It does not allocate once warm.
func GemmNN(m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	gemm(false, false, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// GemmNT is GemmNN with B given as its transpose: b holds n rows of k.
func GemmNT(m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	gemm(false, true, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// GemmTN is GemmNN with A given as its transpose: a holds k rows of m.
func GemmTN(m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	gemm(true, false, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// gemm checks the operands and runs the blocked product. Only code behind it
// may assume that every index is in range.
func gemm(tA, tB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	checkSpan(c, m, n, ldc)
	if tA {
		checkSpan(a, k, m, lda)
	} else {
		checkSpan(a, m, k, lda)
	}
	if tB {
		checkSpan(b, n, k, ldb)
	} else {
		checkSpan(b, k, n, ldb)
	}
	switch {
	case m == 0 || n == 0:
	case k == 0 || alpha == 0:
		scaleRows(m, n, beta, c, ldc)
	default:
		x := left{data: a, ld: lda, transposed: tA}
		y := right{data: b, ld: ldb, transposed: tB}
		blocked(m, n, k, alpha, x, y, beta, c, ldc)
	}
}

// scaleRows multiplies the m rows of n by beta; beta 0 clears them, NaN too.
func scaleRows(m, n int, beta float32, c []float32, ldc int) {
	if beta == 1 {
		return
	}
	for i := range m {
		row := c[i*ldc : i*ldc+n]
		if beta == 0 {
			clear(row)
		} else {
			Scale(beta, row)
		}
	}
}
