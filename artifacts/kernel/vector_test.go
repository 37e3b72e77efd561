package kernel

import (
	"math"
	"slices"
	"testing"
)

// lengths covers every tail of every vector width, and the unrolled loops.
func lengths() []int {
	var list []int
	for n := range 71 {
		list = append(list, n)
	}
	return append(list, 127, 128, 129, 255, 256, 257, 1000)
}

// place copies x to a new array, off elements in, between guards.
func place(x []float32, off int) (placed, backing []float32) {
	backing = slices.Repeat([]float32{guard}, off+len(x)+40)
	copy(backing[off:], x)
	return backing[off : off+len(x) : off+len(x)], backing
}

func TestDot(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(20)
		for _, n := range lengths() {
			a, b := s.vector(n, s.IntN(16)), s.vector(n+s.IntN(3), s.IntN(16))
			var want, size float64
			for i := range a {
				v := float64(a[i]) * float64(b[i])
				want, size = want+v, size+math.Abs(v)
			}
			if got := float64(Dot(a, b)); math.Abs(got-want) > float64(n)*0x1p-24*size {
				t.Errorf("n=%d: Dot = %v, want %v", n, got, want)
			}
			for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1))} {
				if n > 0 {
					a[n-1], b[n-1] = bad, 1
					if got := Dot(a, b); !same(got, bad) {
						t.Errorf("n=%d: Dot with %v at the end = %v", n, bad, got)
					}
				}
			}
		}
	})
}

// axpyWant and its like are the definitions, an element at a time.
func axpyWant(alpha float32, x, y []float32) {
	for i := range x {
		y[i] += float32(alpha * x[i])
	}
}

func TestAxpy(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(21)
		for _, n := range lengths() {
			for _, alpha := range []float32{0, 1, -0.7} {
				x, off := s.vector(n, s.IntN(16)), s.IntN(16)
				y, backing := place(s.vector(n, 0), off)
				if n > 2 {
					x[n/2], y[n-1] = float32(math.NaN()), float32(math.Inf(-1))
				}
				want := slices.Clone(y)
				axpyWant(alpha, x, want)
				Axpy(alpha, x, y)
				diffBits(t, "y", y, want)
				checkGuards(t, "y", y, backing, off)
			}
		}
	})
}

func TestScale(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(22)
		for _, n := range lengths() {
			for _, alpha := range []float32{0, 1, -0.7, float32(math.Inf(1))} {
				off := s.IntN(16)
				x, backing := place(s.vector(n, 0), off)
				if n > 1 {
					x[n-1], x[n/2] = 1e-42, float32(math.NaN())
				}
				want := slices.Clone(x)
				for i := range want {
					want[i] *= alpha
				}
				Scale(alpha, x)
				diffBits(t, "x", x, want)
				checkGuards(t, "x", x, backing, off)
			}
		}
	})
}

func TestMax(t *testing.T) {
	nan, low := float32(math.NaN()), float32(math.Inf(-1))
	onEachPath(t, func(t *testing.T) {
		s := newSource(23)
		for _, n := range lengths() {
			x := s.vector(n, s.IntN(16))
			for i := range x {
				x[i] -= 5 // a tail that reads zeros would win
			}
			want := low
			for _, v := range x {
				want = max(want, v)
			}
			if got := Max(x); got != want {
				t.Errorf("n=%d: Max = %v, want %v", n, got, want)
			}
			for i := range x {
				keep := x[i]
				x[i] = 7
				if got := Max(x); got != 7 {
					t.Errorf("n=%d: Max with 7 at %d = %v", n, i, got)
				}
				x[i] = keep
			}
			for i := range x {
				if i != n/2 {
					x[i] = nan
				}
			}
			if n > 0 && Max(x) != x[n/2] {
				t.Errorf("n=%d: Max among NaN = %v, want %v", n, Max(x), x[n/2])
			}
		}
		if got := Max([]float32{nan, nan}); got != low {
			t.Errorf("Max of NaN = %v, want -Inf", got)
		}
	})
}

func TestShortOperandsPanic(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		x, short := make([]float32, 40), make([]float32, 39, 64)
		for name, call := range map[string]func(){
			"Dot":    func() { Dot(x, short) },
			"Axpy":   func() { Axpy(1, x, short) },
			"ExpSum": func() { ExpSum(short, x, 0) },
			"Adam g": func() { Adam(x, short, x, x, 1, 0, 0, 1, 1, 1) },
			"Adam m": func() { Adam(x, x, short, x, 1, 0, 0, 1, 1, 1) },
			"Adam v": func() { Adam(x, x, x, short, 1, 0, 0, 1, 1, 1) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: no panic", name)
					}
				}()
				call()
			}()
		}
	})
}
