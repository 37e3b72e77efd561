package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// matrix is a row-major operand of a product, read through its transpose when
// transposed is set.
type matrix struct {
	data       []float32
	ld         int
	transposed bool
}

// newMatrix makes rows x cols values, stored transposed if asked, with up to 3
// guard values between the stored rows and up to 15 before the first.
func newMatrix(s source, rows, cols int, transposed bool) matrix {
	if transposed {
		rows, cols = cols, rows
	}
	ld := max(1, cols+s.IntN(4))
	x := s.vector(max(0, (rows-1)*ld+cols), s.IntN(16))
	for i := range x {
		if i%ld >= cols {
			x[i] = guard
		}
	}
	return matrix{x, ld, transposed}
}

func (x matrix) index(i, j int) int {
	if x.transposed {
		i, j = j, i
	}
	return i*x.ld + j
}

func (x matrix) at(i, j int) float64 { return float64(x.data[x.index(i, j)]) }

// product is one call of the matrix product with its operands.
type product struct {
	m, n, k     int
	alpha, beta float32
	a, b, c     matrix
}

func newProduct(s source, tA, tB bool, m, n, k int) product {
	return product{
		m: m, n: n, k: k, alpha: 1,
		a: newMatrix(s, m, k, tA),
		b: newMatrix(s, k, n, tB),
		c: newMatrix(s, m, n, false),
	}
}

func (p product) String() string {
	return fmt.Sprintf("tA=%v tB=%v m=%d n=%d k=%d alpha=%v beta=%v", p.a.transposed, p.b.transposed, p.m, p.n, p.k, p.alpha, p.beta)
}

// run computes the product in a copy of C, whose storage it returns.
func (p product) run() []float32 {
	c := slices.Clone(p.c.data)
	call := GemmNN
	switch {
	case p.a.transposed && p.b.transposed:
		call = gemmTT
	case p.a.transposed:
		call = GemmTN
	case p.b.transposed:
		call = GemmNT
	}
	call(p.m, p.n, p.k, p.alpha, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, c, p.c.ld)
	return c
}

// gemmTT is what BLAS reaches with both operands transposed.
func gemmTT(m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	gemm(true, true, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// element returns element i, j of the product in float64 and a bound on the
// error of summing it in float32 in any order.
func (p product) element(i, j int) (want, bound float64) {
	var sum, size float64
	for q := range p.k {
		v := p.a.at(i, q) * p.b.at(q, j)
		sum, size = sum+v, size+math.Abs(v)
	}
	want, size = float64(p.alpha)*sum, math.Abs(float64(p.alpha))*size
	if p.alpha == 0 {
		want, size = 0, 0
	}
	if p.beta != 0 {
		old := float64(p.beta) * p.c.at(i, j)
		want, size = want+old, size+math.Abs(old)
	}
	return want, float64(p.k+3)*0x1p-24*size + 0x1p-149
}

// check runs the product and compares all of C's storage with the reference:
// computed elements within rounding, all others untouched.
func (p product) check(t *testing.T) {
	t.Helper()
	got := p.run()
	inside := make([]bool, len(got))
	for i := range p.m {
		for j := range p.n {
			at := p.c.index(i, j)
			inside[at] = true
			want, bound := p.element(i, j)
			if v := float64(got[at]); !(math.Abs(v-want) <= bound) && !same(got[at], float32(want)) {
				t.Fatalf("%v: C[%d,%d] = %v, want %v within %v", p, i, j, v, want, bound)
			}
		}
	}
	for i, ok := range inside {
		if !ok && got[i] != p.c.data[i] {
			t.Fatalf("%v: element %d between the rows of C changed to %v", p, i, got[i])
		}
	}
}
