package kernel

import "testing"

// sameOnVectorPaths compares what f returns on the paths that promise the same bits,
// AVX2 and AVX-512.
func sameOnVectorPaths(t *testing.T, name string, f func() []float32) {
	t.Helper()
	before := active
	defer func() { active = before }()
	var first []float32
	for _, p := range available()[1:] {
		active = p
		got := f()
		if first == nil {
			first = got
		}
		diffBits(t, name+" on "+p.String(), got, first)
	}
}

func TestVectorPathsAgreeBitForBit(t *testing.T) {
	if len(available()) < 3 {
		t.Skip("needs AVX-512")
	}
	s := newSource(70)
	for _, n := range lengths() {
		x, y := s.vector(n, s.IntN(16)), s.vector(n, s.IntN(16))
		sameOnVectorPaths(t, "Dot", func() []float32 { return []float32{Dot(x, y)} })
		sameOnVectorPaths(t, "ExpSum", func() []float32 {
			dst := make([]float32, n)
			return append(dst, ExpSum(dst, x, 0.3))
		})
	}
	for range 60 {
		transposes(func(tA, tB bool) {
			p := newProduct(s, tA, tB, 1+s.IntN(70), 1+s.IntN(70), 1+s.IntN(600))
			p.alpha, p.beta = 0.7, float32(s.IntN(3))*0.6
			sameOnVectorPaths(t, p.String(), p.run)
		})
	}
}
