package kernel

import (
	"math"
	"slices"
	"testing"
)

const expError = 2e-7 // the relative error ExpSum promises

// checkExp compares one result with exp in float64.
func checkExp(t *testing.T, x, got float32) {
	t.Helper()
	want := math.Exp(float64(x))
	switch {
	case x != x:
		if got == got {
			t.Fatalf("exp(NaN) = %v", got)
		}
	case want < 0x1p-126*(1-expError):
		if got != 0 {
			t.Fatalf("exp(%v) = %v, want 0", x, got)
		}
	case want > math.MaxFloat32*(1+expError):
		if !math.IsInf(float64(got), 1) {
			t.Fatalf("exp(%v) = %v, want +Inf", x, got)
		}
	case want > 0x1p-126*(1+expError) && want < math.MaxFloat32*(1-expError):
		if !(math.Abs(float64(got)-want) <= expError*want) {
			t.Fatalf("exp(%v) = %v, want %v: relative error %.3g", x, got, want, float64(got)/want-1)
		}
	}
}

func TestExpSumIsAccurate(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		const n = 1 << 13
		x, y := make([]float32, n), make([]float32, n)
		for low := float32(-120); low < 100; low += 5 {
			for i := range x {
				x[i] = low + 5*float32(i)/n
			}
			ExpSum(y, x, 0)
			for i := range x {
				checkExp(t, x[i], y[i])
			}
		}
	})
}

func TestExpSumAtTheEdges(t *testing.T) {
	inf := float32(math.Inf(1))
	var x []float32
	for _, v := range []float32{0, 1, -1, expLow, expHigh, -103.9, 1e-42, -1e-42, math.MaxFloat32, -math.MaxFloat32} {
		x = append(x, math.Nextafter32(v, -inf), v, math.Nextafter32(v, inf))
	}
	x = append(x, inf, -inf, float32(math.NaN()), math.Float32frombits(0x7fc001ff), math.Float32frombits(0xff8001ff))
	onEachPath(t, func(t *testing.T) {
		y := make([]float32, len(x))
		ExpSum(y, x, 0)
		for i := range x {
			checkExp(t, x[i], y[i])
		}
		if y[1] != 1 {
			t.Errorf("exp(0) = %v", y[1])
		}
		for i, v := range []struct{ x, shift float32 }{{inf, inf}, {-inf, -inf}} {
			if ExpSum(y[:1], []float32{v.x}, v.shift); y[0] == y[0] {
				t.Errorf("case %d: exp(%v - %v) = %v, want NaN", i, v.x, v.shift, y[0])
			}
		}
		if sum := ExpSum(y[:2], []float32{3, 5}, inf); y[0] != 0 || y[1] != 0 || sum != 0 {
			t.Errorf("exp(x - Inf) = %v with sum %v, want 0", y[:2], sum)
		}
	})
}

func TestExpSumOnEveryLength(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(30)
		for _, n := range lengths() {
			x, off := s.vector(n, s.IntN(16)), s.IntN(16)
			Scale(9, x)
			y, backing := place(x, off)
			got := ExpSum(y, x, 1.5)
			checkGuards(t, "dst", y, backing, off)
			var want float64
			for i := range x {
				checkExp(t, x[i]-1.5, y[i])
				want += float64(y[i])
			}
			if math.Abs(float64(got)-want) > float64(n)*0x1p-24*want {
				t.Errorf("n=%d: sum %v, want %v", n, got, want)
			}
			again := slices.Clone(x)
			if sum := ExpSum(again, again, 1.5); sum != got || !slices.Equal(again, y) {
				t.Errorf("n=%d: in place differs", n)
			}
			if n > 0 {
				x[n-1] = float32(math.NaN())
				if sum := ExpSum(y, x, 0); sum == sum {
					t.Errorf("n=%d: sum %v with NaN at the end", n, sum)
				}
			}
		}
	})
}
