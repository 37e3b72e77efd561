package kernel

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

var _ blas.Float32 = BLAS{}

func flag(transposed bool) blas.Transpose {
	if transposed {
		return blas.Trans
	}
	return blas.NoTrans
}

func TestSgemmAgainstGonum(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(60)
		for range 100 {
			transposes(func(tA, tB bool) {
				p := newProduct(s, tA, tB, 1+s.IntN(50), 1+s.IntN(50), 1+s.IntN(50))
				p.alpha, p.beta = 2*s.Float32()-1, float32(s.IntN(3))
				got, want := slices.Clone(p.c.data), slices.Clone(p.c.data)
				BLAS{}.Sgemm(flag(tA), flag(tB), p.m, p.n, p.k, p.alpha, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, got, p.c.ld)
				gonum.Implementation{}.Sgemm(flag(tA), flag(tB), p.m, p.n, p.k, p.alpha, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, want, p.c.ld)
				for i := range want {
					if math.Abs(float64(got[i]-want[i])) > 2e-5 {
						t.Fatalf("%v: [%d] = %v, gonum has %v", p, i, got[i], want[i])
					}
				}
			})
		}
	})
}

// Every other routine is gonum's own.
func TestBLASKeepsTheRest(t *testing.T) {
	if got := (BLAS{}).Sdot(3, []float32{1, 2, 3}, 1, []float32{4, 5, 6}, 1); got != 32 {
		t.Errorf("Sdot = %v, want 32", got)
	}
}

func TestSgemmPanicsAsGonumDoes(t *testing.T) {
	x := make([]float32, 100)
	type call struct {
		tA, tB        blas.Transpose
		m, n, k       int
		lda, ldb, ldc int
		a, b, c       []float32
	}
	caught := func(f func()) (v any) {
		defer func() { v = recover() }()
		f()
		return nil
	}
	for name, c := range map[string]call{
		"transpose A": {'x', 'N', 2, 3, 4, 4, 3, 3, x, x, x},
		"transpose B": {'N', 'x', 2, 3, 4, 4, 3, 3, x, x, x},
		"m":           {'N', 'N', -1, 3, 4, 4, 3, 3, x, x, x},
		"n":           {'N', 'N', 2, -1, 4, 4, 3, 3, x, x, x},
		"k":           {'N', 'N', 2, 3, -1, 4, 3, 3, x, x, x},
		"lda":         {'N', 'N', 2, 3, 4, 3, 3, 3, x, x, x},
		"lda T":       {'T', 'N', 2, 3, 4, 1, 3, 3, x, x, x},
		"ldb":         {'N', 'N', 2, 3, 4, 4, 2, 3, x, x, x},
		"ldb C":       {'N', 'C', 2, 3, 4, 4, 3, 3, x, x, x},
		"ldc":         {'N', 'N', 2, 3, 4, 4, 3, 2, x, x, x},
		"ld zero":     {'N', 'N', 0, 0, 0, 0, 1, 1, x, x, x},
		"short a":     {'N', 'N', 2, 3, 4, 4, 3, 3, x[:7], x, x},
		"short b":     {'N', 'N', 2, 3, 4, 4, 3, 3, x, x[:11], x},
		"short c":     {'N', 'N', 2, 3, 4, 4, 3, 3, x, x, x[:5]},
	} {
		want := caught(func() {
			gonum.Implementation{}.Sgemm(c.tA, c.tB, c.m, c.n, c.k, 1, c.a, c.lda, c.b, c.ldb, 1, c.c, c.ldc)
		})
		got := caught(func() {
			BLAS{}.Sgemm(c.tA, c.tB, c.m, c.n, c.k, 1, c.a, c.lda, c.b, c.ldb, 1, c.c, c.ldc)
		})
		if want == nil || got != want {
			t.Errorf("%s: panic %v, gonum's is %v", name, got, want)
		}
	}
}
