package kernel

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"
)

// sameOnVectorPaths compares what f returns on the paths that promise the same
// bits, all but the portable one.
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

// What the paths give on every processor: the vector paths one thing, the
// portable path another.
func TestPathsAgreeAcrossProcessors(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		want := uint64(0x92685e17773e7628)
		if active == generic {
			want = 0xf63658432290ebbc
		}
		s, sum := newSource(71), fnv.New64a()
		add := func(x ...float32) {
			for _, v := range x {
				sum.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
			}
		}
		for _, n := range lengths() {
			x, y := s.vector(n, s.IntN(16)), s.vector(n, s.IntN(16))
			m, v := make([]float32, n), make([]float32, n)
			add(Dot(x, y))
			Axpy(0.3, x, y)
			Adam(x, y, m, v, 0.05, 0.9, 0.999, 1e-8, 10, 1000)
			Scale(30, x)
			Log1p(m)
			add(m...)
			add(x...)
			add(ExpSum(y, x, 0.3))
			add(y...)
		}
		for range 60 {
			transposes(func(tA, tB bool) {
				p := newProduct(s, tA, tB, 1+s.IntN(70), 1+s.IntN(70), 1+s.IntN(600))
				p.alpha, p.beta = 0.7, float32(s.IntN(3))*0.6
				add(p.run()...)
			})
		}
		if got := sum.Sum64(); got != want {
			t.Errorf("digest %#x, want %#x", got, want)
		}
	})
}
