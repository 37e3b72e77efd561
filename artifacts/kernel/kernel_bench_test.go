package kernel

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// shape is a matrix product worth measuring.
type shape struct {
	name    string
	tA, tB  bool
	m, n, k int
}

var shapes = []shape{
	{"loss/NT", false, true, 64, 2048, 64},
	{"loss/NN", false, false, 64, 64, 2048},
	{"loss/TN", true, false, 2048, 64, 64},
	{"dense/NN", false, false, 2048, 64, 64},
	{"dense/NN", false, false, 2048, 64, 128},
	{"dense/NN", false, false, 2048, 64, 256},
	{"dense/NN", false, false, 2048, 256, 64},
	{"dense/NT", false, true, 2048, 128, 64},
	{"dense/TN", true, false, 128, 64, 2048},
	{"score/NT", false, true, 1, 41000, 64},
	{"score/NT", false, true, 64, 41000, 64},
	{"square/NN", false, false, 512, 512, 512},
}

func (z shape) String() string { return fmt.Sprintf("%s/%dx%dx%d", z.name, z.m, z.n, z.k) }

// BenchmarkGemm measures this package and gonum in turn. One call is 2*m*n*k
// operations.
func BenchmarkGemm(b *testing.B) {
	for _, z := range shapes {
		for _, by := range []struct {
			name string
			blas blas.Float32Level3
		}{{ISA(), BLAS{}}, {"gonum", gonum.Implementation{}}} {
			b.Run(z.String()+"/"+by.name, func(b *testing.B) { benchmarkSgemm(b, z, by.blas) })
		}
	}
}

func benchmarkSgemm(b *testing.B, z shape, by blas.Float32Level3) {
	s := newSource(1)
	x, y, c := s.vector(z.m*z.k, 0), s.vector(z.k*z.n, 0), make([]float32, z.m*z.n)
	lda, ldb := z.k, z.n
	if z.tA {
		lda = z.m
	}
	if z.tB {
		ldb = z.k
	}
	b.ReportAllocs()
	for b.Loop() {
		by.Sgemm(flag(z.tA), flag(z.tB), z.m, z.n, z.k, 1, x, lda, y, ldb, 0, c, z.n)
	}
	b.ReportMetric(2*float64(z.m)*float64(z.n)*float64(z.k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}

func BenchmarkVector(b *testing.B) {
	s := newSource(2)
	for _, n := range []int{64, 4096} {
		x, y, m, v := s.vector(n, 0), s.vector(n, 0), make([]float32, n), make([]float32, n)
		var sum float32
		for name, call := range map[string]func(){
			"Dot":    func() { sum += Dot(x, y) },
			"Axpy":   func() { Axpy(1e-9, x, y) },
			"Max":    func() { sum += Max(x) },
			"ExpSum": func() { sum += ExpSum(v, x, 1) },
			"Adam":   func() { Adam(y, x, m, v, 1e-9, 0.9, 0.999, 1e-8, 1, 1) },
		} {
			b.Run(fmt.Sprintf("%s/%d/%s", name, n, ISA()), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					call()
				}
				b.ReportMetric(float64(n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
			})
		}
		_ = sum
	}
}

func BenchmarkTopScan(b *testing.B) {
	const n, k = 41000, 20
	scores := newSource(3).vector(n, 0)
	top := NewTop(k)
	b.ReportAllocs()
	for b.Loop() {
		top.Reset(k)
		top.Scan(scores, 0)
	}
	b.ReportMetric(float64(n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "scores/ns")
}
