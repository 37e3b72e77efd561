package kernel

import (
	"math"
	"slices"
	"testing"
)

const logError = 3e-7 // the relative error Log1p promises

// checkLog1p compares one result with log(1+x) in float64.
func checkLog1p(t *testing.T, x, got float32) {
	t.Helper()
	in := float64(x)
	switch {
	case !(x > 0):
		in = 0
	case x > math.MaxFloat32:
		in = math.MaxFloat32
	}
	if want := math.Log1p(in); !(math.Abs(float64(got)-want) <= logError*want) {
		t.Fatalf("log(1+%v) = %v, want %v: relative error %.3g", x, got, want, float64(got)/want-1)
	}
}

func TestLog1pIsAccurate(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		var x []float32
		for bits := uint32(1); bits < 0x7f800000; bits += 6007 { // positive numbers, denormals too
			x = append(x, math.Float32frombits(bits))
		}
		got := slices.Clone(x)
		Log1p(got)
		for i := range x {
			checkLog1p(t, x[i], got[i])
		}
	})
}

func TestLog1pAtTheEdges(t *testing.T) {
	root2 := float32(math.Sqrt2)
	edges := []float32{
		0, float32(math.Copysign(0, -1)), -1, -1e-30, float32(math.NaN()), float32(math.Inf(-1)), float32(math.Inf(1)),
		math.MaxFloat32, math.SmallestNonzeroFloat32, 0x1p-126, 0x1p-24, 0x1p-25, 0x1p24, 0x1p25, 1,
		math.Nextafter32(root2-1, 0), root2 - 1, math.Nextafter32(root2-1, 1),
		math.Nextafter32(1, 0), math.Nextafter32(1, 2), 2*root2 - 1, 1<<23 - 1, 1 << 23,
	}
	onEachPath(t, func(t *testing.T) {
		for _, v := range edges {
			x := slices.Repeat([]float32{v}, 2*16+3)
			Log1p(x)
			for i, got := range x {
				checkLog1p(t, v, got)
				if math.Float32bits(got) != math.Float32bits(x[0]) {
					t.Fatalf("log(1+%v) is %v and, at %d, %v", v, x[0], i, got)
				}
			}
		}
	})
}

// The same bits wherever an element stands and whatever computes it.
func TestLog1pIsTheSameEverywhere(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(50)
		for _, n := range lengths() {
			off := s.IntN(16)
			x, backing := place(s.vector(n, 0), off)
			for i := range x {
				x[i] *= float32(math.Exp(40 * (s.Float64() - 0.5)))
			}
			if n > 2 {
				x[0], x[n-1] = float32(math.NaN()), float32(math.Inf(1))
			}
			want := slices.Clone(x)
			log1pGo(want)
			Log1p(x)
			diffBits(t, "Log1p", x, want)
			checkGuards(t, "Log1p", x, backing, off)
		}
	})
}
