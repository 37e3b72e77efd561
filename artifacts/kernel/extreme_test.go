package kernel

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// signallingNaN is a NaN that arithmetic makes quiet.
var signallingNaN = math.Float32frombits(0x7f800001)

// denormals returns n integer multiples of the smallest number above zero, off
// elements into an array, few enough that sums of thousands are exact and stay
// below the smallest normal number.
func (s source) denormals(n, off int) []float32 {
	x := s.vector(n, off)
	for i := range x {
		x[i] = float32(s.IntN(2001)-1000) * 0x1p-149
	}
	return x
}

// extremes returns n values off elements into an array: denormals, normal
// numbers near them, both zeros and infinities, both kinds of NaN, and the
// largest numbers.
func (s source) extremes(n, off int) []float32 {
	x := s.denormals(n, off)
	for i := range x {
		switch s.IntN(12) {
		case 0:
			x[i] = float32(math.NaN())
		case 1:
			x[i] = signallingNaN
		case 2:
			x[i] = float32(math.Inf(1 - 2*s.IntN(2)))
		case 3:
			x[i] = float32(math.Copysign(0, float64(x[i])))
		case 4:
			x[i] = float32(math.Copysign(0x1p-126, float64(x[i])))
		case 5:
			x[i] = float32(math.Copysign(math.MaxFloat32, float64(x[i])))
		}
	}
	return x
}

// Kernels that give the same on every path do so with extremes in every place.
func TestElementwiseKernelsOnExtremes(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(90)
		for _, n := range lengths() {
			x, y := s.extremes(n, s.IntN(16)), s.extremes(n, s.IntN(16))
			m, v := s.extremes(n, s.IntN(16)), s.extremes(n, s.IntN(16))
			for _, alpha := range []float32{1, 0.5, -3, 0x1p-140, 0x1p120, float32(math.NaN())} {
				got, want := slices.Clone(y), slices.Clone(y)
				Axpy(alpha, x, got)
				axpyGo(alpha, x, want)
				diffBits(t, "Axpy", got, want)

				got, want = slices.Clone(x), slices.Clone(x)
				Scale(alpha, got)
				scaleGo(alpha, want)
				diffBits(t, "Scale", got, want)
			}
			logs, logsWant := slices.Clone(x), slices.Clone(x)
			Log1p(logs)
			log1pGo(logsWant)
			diffBits(t, "Log1p", logs, logsWant)
			got, want := [3][]float32{}, [3][]float32{}
			for i, z := range [][]float32{y, m, v} {
				got[i], want[i] = slices.Clone(z), slices.Clone(z)
			}
			Adam(got[0], x, got[1], got[2], 0x1p-130, 0.9, 0.999, 1e-40, 10, 1000)
			adamGo(want[0], x, want[1], want[2], 0x1p-130, 0.9, 0.999, 1e-40, 10, 1000)
			for i, name := range []string{"w", "m", "v"} {
				diffBits(t, "Adam "+name, got[i], want[i])
			}
			if got, want := Max(x), maxGo(x); got != want {
				t.Errorf("n=%d: Max = %v, want %v", n, got, want)
			}
		}
	})
}

func TestDotKeepsDenormals(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(91)
		for _, n := range lengths() {
			a, b := s.denormals(n, s.IntN(16)), s.vector(n, s.IntN(16))
			var want float32
			for i := range b {
				b[i] = float32(s.IntN(7) - 3)
				want += float32(a[i] * b[i])
			}
			if got := Dot(a, b); got != want {
				t.Errorf("n=%d: Dot = %v, want %v", n, got, want)
			}
			if got := Dot(b, a); got != want {
				t.Errorf("n=%d: Dot the other way = %v, want %v", n, got, want)
			}
		}
	})
}

// One NaN in any place makes the sum NaN, and the element that belongs to it
// alone.
func TestNaNInEveryPlaceReachesTheSum(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(92)
		for _, n := range lengths() {
			a, b, dst := s.vector(n, s.IntN(16)), s.vector(n, s.IntN(16)), make([]float32, n)
			for i := range a {
				keep := a[i]
				for _, nan := range []float32{float32(math.NaN()), signallingNaN} {
					a[i] = nan
					if got := Dot(a, b); got == got {
						t.Fatalf("n=%d: Dot with NaN at %d = %v", n, i, got)
					}
					if got := ExpSum(dst, a, 0.5); got == got {
						t.Fatalf("n=%d: ExpSum with NaN at %d = %v", n, i, got)
					}
					for j, y := range dst {
						if (y != y) != (j == i) {
							t.Fatalf("n=%d: exp with NaN at %d gives %v at %d", n, i, y, j)
						}
					}
				}
				a[i] = keep
			}
		}
	})
}

func TestExpSumOnExtremes(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(93)
		for _, n := range lengths() {
			x, y := s.extremes(n, s.IntN(16)), make([]float32, n)
			for _, shift := range []float32{0, 0x1p-149, -88, 90, math.MaxFloat32, -math.MaxFloat32} {
				ExpSum(y, x, shift)
				for i := range x {
					checkExp(t, x[i]-shift, y[i])
				}
			}
			for i, v := range x {
				if v != v || math.IsInf(float64(v), 1) {
					x[i] = 0x1p-149
				}
			}
			var want float64
			got := ExpSum(y, x, 0x1p-127)
			for _, v := range y {
				want += float64(v)
			}
			if !same(got, float32(want)) && !(math.Abs(float64(got)-want) <= float64(n)*0x1p-24*want) {
				t.Errorf("n=%d: sum %v, want %v", n, got, want)
			}
		}
	})
}

func TestTopScanOnExtremes(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(94)
		top := NewTop(0)
		for _, n := range lengths() {
			for _, k := range []int{1, 7, 40} {
				x := s.extremes(n, s.IntN(16))
				top.Reset(k)
				top.Scan(x, 0)
				if diff := cmp.Diff(sorted(x, 0, k), top.Sorted([]Scored{})); diff != "" {
					t.Fatalf("n=%d k=%d (-want +got):\n%s", n, k, diff)
				}
			}
		}
	})
}

// The smallest number is told from zero, above it and below; equal scores enter
// by their smaller index.
func TestScanAndMaxTellDenormalsFromZero(t *testing.T) {
	const tiny = 0x1p-149
	onEachPath(t, func(t *testing.T) {
		x := make([]float32, 100)
		for i := range x {
			for _, z := range []struct{ low, high float32 }{{0, tiny}, {-tiny, 0}, {tiny, 2 * tiny}} {
				for j := range x {
					x[j] = z.low
				}
				x[i] = z.high
				if got := Max(x); got != z.high {
					t.Fatalf("Max of %v with %v at %d = %v", z.low, z.high, i, got)
				}
				top := NewTop(1)
				top.Push(-1, z.low)
				top.Scan(x, 0)
				if got, want := top.Sorted(nil)[0], (Scored{int32(i), z.high}); got != want {
					t.Fatalf("Scan of %v with %v at %d found %v", z.low, z.high, i, got)
				}
				top.Reset(1)
				top.Push(int32(len(x)), z.high)
				top.Scan(x, 0)
				if got, want := top.Sorted(nil)[0], (Scored{int32(i), z.high}); got != want {
					t.Fatalf("Scan of %v for another %v, at %d, found %v", z.low, z.high, i, got)
				}
			}
		}
	})
}
