package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// BLAS is gonum's BLAS with the float32 matrix product of this package. It is
// for libraries that take a BLAS; call the kernels directly otherwise.
type BLAS struct{ gonum.Implementation }

// Sgemm computes C = alpha*op(A)*op(B) + beta*C, where op transposes as tA and
// tB say, on the calling goroutine alone. Unlike gonum's it multiplies by zeros
// in A, so a NaN or Inf that meets one reaches C. Arguments that do not fit
// together panic as gonum's do.
func (b BLAS) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, x []float32, ldx int, beta float32, c []float32, ldc int) {
	ra, ca := m, k
	if tA != blas.NoTrans {
		ra, ca = k, m
	}
	rx, cx := k, n
	if tB != blas.NoTrans {
		rx, cx = n, k
	}
	if !transpose(tA) || !transpose(tB) || !fits(a, ra, ca, lda) || !fits(x, rx, cx, ldx) || !fits(c, m, n, ldc) {
		b.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, x, ldx, beta, c, ldc)
		return
	}
	gemm(tA != blas.NoTrans, tB != blas.NoTrans, m, n, k, alpha, a, lda, x, ldx, beta, c, ldc)
}

func transpose(t blas.Transpose) bool {
	return t == blas.NoTrans || t == blas.Trans || t == blas.ConjTrans
}

// fits reports whether x holds rows rows of width at the given stride.
func fits(x []float32, rows, width, stride int) bool {
	if rows < 0 || width < 0 || stride < max(1, width) {
		return false
	}
	return rows == 0 || width == 0 || lastIndex(rows, width, stride) < len(x)
}
