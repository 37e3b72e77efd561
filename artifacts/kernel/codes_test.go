package kernel

import (
	"errors"
	"math"
	"testing"
)

// onEachCodedPath is onEachPath, with AVX-512 once without VNNI.
func onEachCodedPath(t *testing.T, f func(t *testing.T)) {
	onEachPath(t, f)
	if without := vnniOff(); without != nil {
		t.Run("avx512 without VNNI", f)
		without()
	}
}

func TestNearIsWithinItsBound(t *testing.T) {
	onEachCodedPath(t, func(t *testing.T) {
		s := newSource(90)
		for range 60 {
			n, k, m := 1+s.IntN(200), 1+s.IntN(150), 1+s.IntN(30)
			x, users := s.vector(n*k, 0), s.vector(m*k, 0)
			for i := range n {
				Scale(s.Float32()*3, x[i*k:(i+1)*k])
			}
			clear(x[:k]) // a row of nothing
			c, err := Encode(x, n, k)
			if err != nil {
				t.Fatal(err)
			}
			blocks := (n + 31) / 32
			base := s.vector(blocks*32, 0)
			var l Coded
			l.Set(users, m, k)
			ld := blocks*32 + s.IntN(5)
			near := s.vector(m*ld, 0)
			c.Near(near, ld, 0, blocks, &l, base)
			for i := range m {
				u := users[i*k : (i+1)*k]
				bound := math.Sqrt(float64(Dot(u, u)))*float64(c.Rest) + float64(l.Rest(i))*float64(c.Norm) + 1e-5*float64(k)
				for j := range n {
					want := float64(base[j])
					for p := range k {
						want += float64(u[p]) * float64(x[j*k+p])
					}
					if got := float64(near[i*ld+j]); !(math.Abs(got-want) <= bound) {
						t.Fatalf("%d x %d x %d: [%d, %d] is %v, want %v to %v", m, n, k, i, j, got, want, bound)
					}
				}
				for j := n; j < blocks*32; j++ {
					if near[i*ld+j] != base[j] {
						t.Fatalf("row %d past the last adds to %v: %v", j, base[j], near[i*ld+j])
					}
				}
			}
		}
	})
}

// The sums are of whole numbers: every path gives what the definition gives, for any
// part of the rows and whatever is beside them.
func TestNearMatchesItsDefinition(t *testing.T) {
	onEachCodedPath(t, func(t *testing.T) {
		s := newSource(91)
		for range 80 {
			n, k, m := 1+s.IntN(300), 1+s.IntN(150), 1+s.IntN(30)
			c, err := Encode(s.vector(n*k, 0), n, k)
			if err != nil {
				t.Fatal(err)
			}
			users := s.vector(m*k, 0)
			for i := range users { // ends of the codes, all of one sign
				if i/k == 0 {
					users[i] = 1
				}
			}
			var l, alone Coded
			l.Set(users, m, k)
			all := (n + 31) / 32
			first := s.IntN(all)
			blocks := 1 + s.IntN(all-first)
			base, ld := s.vector(blocks*32, s.IntN(16)), blocks*32+s.IntN(9)
			dst, want := s.vector(m*ld, s.IntN(16)), make([]float32, m*ld)
			copy(want, dst)
			c.Near(dst, ld, first, blocks, &l, base)
			step := pairs(k) * codePair
			nearGo(want, ld, blocks, pairs(k), &l, c.data[first*codeRows*step:], c.scale[first*codeRows:], base)
			diffBits(t, "Near", dst, want)
			i := s.IntN(m)
			alone.Set(users[i*k:(i+1)*k], 1, k)
			c.Near(dst, ld, first, blocks, &alone, base)
			diffBits(t, "alone", dst[:blocks*32], want[i*ld:i*ld+blocks*32])
		}
	})
}

func TestEncodeRefuses(t *testing.T) {
	for name, x := range map[string][]float32{
		"NaN":      {1, float32(math.NaN())},
		"Infinity": {1, float32(math.Inf(-1))},
		"Long":     make([]float32, maxCodes+1),
	} {
		if _, err := Encode(x, 1, len(x)); !errors.Is(err, ErrCodes) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := Encode(make([]float32, maxCodes), 1, maxCodes); err != nil {
		t.Errorf("longest: %v", err)
	}
	if _, err := Encode(nil, 0, 5); err != nil {
		t.Errorf("none: %v", err)
	}
	if _, err := Encode([]float32{math.MaxFloat32, 1e-40, -math.MaxFloat32}, 1, 3); !errors.Is(err, ErrCodes) {
		t.Errorf("a norm beyond float32: %v", err)
	}
}

// A row of the greatest codes against one of the greatest of every sign stays in
// range at the greatest length.
func TestNearAtTheGreatestLength(t *testing.T) {
	onEachCodedPath(t, func(t *testing.T) {
		for _, sign := range []float32{1, -1} {
			x, u := make([]float32, maxCodes), make([]float32, maxCodes)
			for i := range x {
				x[i], u[i] = sign, 1
			}
			c, err := Encode(x, 1, maxCodes)
			if err != nil {
				t.Fatal(err)
			}
			var l Coded
			l.Set(u, 1, maxCodes)
			dst := make([]float32, 32)
			c.Near(dst, 32, 0, 1, &l, make([]float32, 32))
			if math.Abs(float64(dst[0]-sign*maxCodes)) > 0.01 {
				t.Errorf("got %v, want %v", dst[0], sign*maxCodes)
			}
		}
	})
}

func TestMark(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(92)
		for _, n := range lengths() {
			x := s.vector(n, s.IntN(16))
			if n > 3 {
				x[1], x[2], x[3] = float32(math.NaN()), 0.25, float32(math.Inf(-1))
			}
			for _, limit := range []float32{0.25, float32(math.Inf(-1)), 2} {
				dst := make([]uint32, (n+31)/32+1)
				for i := range dst {
					dst[i] = 0xdeadbeef
				}
				Mark(dst, x, limit)
				for i := range (n + 31) / 32 * 32 {
					want := i < n && x[i] >= limit
					if got := dst[i/32]>>(i%32)&1 == 1; got != want {
						t.Fatalf("%d elements, limit %v: bit %d is %v", n, limit, i, got)
					}
				}
				if dst[len(dst)-1] != 0xdeadbeef {
					t.Fatal("wrote past the end")
				}
			}
		}
	})
}

func BenchmarkNear(b *testing.B) {
	const k = 64
	for _, z := range []struct {
		name string
		m, n int
	}{{"1x41000", 1, 41000}, {"4x41000", 4, 41000}, {"16x41000", 16, 41000}, {"24x41000", 24, 41000}, {"1x1000000", 1, 1000000}, {"16x1000000", 16, 1000000}} {
		b.Run(z.name, func(b *testing.B) {
			s := newSource(1)
			c, err := Encode(s.vector(z.n*k, 0), z.n, k)
			if err != nil {
				b.Fatal(err)
			}
			var l Coded
			l.Set(s.vector(z.m*k, 0), z.m, k)
			const piece = 33
			dst, base := make([]float32, z.m*piece*32), make([]float32, piece*32)
			for b.Loop() {
				for first := 0; first < z.n/32; first += piece {
					c.Near(dst, piece*32, first, min(piece, z.n/32-first), &l, base)
				}
			}
			b.ReportMetric(2*float64(z.m)*float64(z.n)*k*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GOP/s")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(z.m), "µs/row")
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	const n, k = 41000, 64
	x := newSource(1).vector(n*k, 0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Encode(x, n, k); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
}
