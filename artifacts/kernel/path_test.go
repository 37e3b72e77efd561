package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// onEachPath runs f once on every implementation this machine has.
func onEachPath(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	before := active
	t.Cleanup(func() { active = before })
	for _, p := range available() {
		active = p
		t.Run(p.String(), f)
	}
}

// available lists the paths up to the one in use, slowest first.
func available() []path {
	if active == neon {
		return []path{generic, neon}
	}
	list := []path{generic, avx2, avx512}
	return list[:slices.Index(list, active)+1]
}

func TestISANamesTheActivePath(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		want := map[path]string{generic: "generic", neon: "neon", avx2: "avx2", avx512: "avx512"}[active]
		if got := ISA(); got != want {
			t.Errorf("ISA() = %q, want %q", got, want)
		}
	})
}

// source makes test data.
type source struct{ *rand.Rand }

// guard fills the memory around what a kernel may write.
const guard = float32(-12345.5)

func newSource(seed uint64) source { return source{rand.New(rand.NewPCG(seed, 7))} }

// vector returns n values in [-1, 1), off elements into an array, followed by
// guards; its capacity ends with its length.
func (s source) vector(n, off int) []float32 {
	x := make([]float32, off+n+17)
	for i := range x {
		x[i] = guard
	}
	for i := range n {
		x[off+i] = 2*s.Float32() - 1
	}
	return x[off : off+n : off+n]
}

// checkGuards fails the test unless all but the part of backing that x is, off
// elements in, still holds guards.
func checkGuards(t *testing.T, name string, x []float32, backing []float32, off int) {
	t.Helper()
	for i, v := range backing {
		if (i < off || i >= off+len(x)) && v != guard {
			t.Fatalf("%s: element %d beside the slice changed to %v", name, i-off, v)
		}
	}
}

func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

func diffBits(t *testing.T, name string, got, want []float32) {
	t.Helper()
	for i := range want {
		if !same(got[i], want[i]) {
			t.Fatalf("%s: [%d] = %v, want %v", name, i, got[i], want[i])
		}
	}
}
