package kernel

import (
	"math"
	"slices"
	"sync"
	"testing"
)

// transposes calls f with the four ways to store A and B.
func transposes(f func(tA, tB bool)) {
	for i := range 4 {
		f(i&1 != 0, i&2 != 0)
	}
}

func TestGemmOnOddSizes(t *testing.T) {
	sizes := []int{1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 15, 16, 17, 23, 31, 32, 33, 47, 48, 63, 64, 65, 70}
	onEachPath(t, func(t *testing.T) {
		s := newSource(1)
		pick := func() int { return sizes[s.IntN(len(sizes))] }
		scales := []float32{0, 1, -1, 0.37}
		transposes(func(tA, tB bool) {
			for range 60 {
				p := newProduct(s, tA, tB, pick(), pick(), pick())
				p.alpha, p.beta = scales[s.IntN(4)], scales[s.IntN(4)]
				p.check(t)
			}
		})
	})
}

func TestGemmOnEveryHeightAndWidth(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(2)
		transposes(func(tA, tB bool) {
			for size := 1; size <= 2*maxRows+1; size++ {
				newProduct(s, tA, tB, size, 32, 5).check(t)
			}
			for size := 1; size <= 2*maxCols+1; size++ {
				newProduct(s, tA, tB, 5, size, 3).check(t)
				newProduct(s, tA, tB, 3, 17, size).check(t)
			}
		})
	})
}

// Sizes around the blocks that the product is cut into.
func TestGemmAcrossBlocks(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(3)
		transposes(func(tA, tB bool) {
			for _, z := range [][3]int{
				{blockRows - 1, 33, 20}, {blockRows, 32, 20}, {blockRows + 1, 31, 20}, {2*blockRows + 7, 5, 9},
				{13, 33, depth - 1}, {13, 33, depth}, {13, 33, depth + 1}, {25, 40, 2*depth + 3},
				{14, 600, 37}, {blockRows + 5, 37, depth + 9}, {70, 14, 530},
			} {
				p := newProduct(s, tA, tB, z[0], z[1], z[2])
				p.alpha, p.beta = 0.5, -2
				p.check(t)
			}
		})
	})
}

func TestGemmEmpty(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(4)
		for _, beta := range []float32{0, 1, 3} {
			for _, z := range [][3]int{{0, 5, 5}, {5, 0, 5}, {5, 7, 0}, {0, 0, 0}} {
				p := newProduct(s, false, true, z[0], z[1], z[2])
				p.beta = beta
				p.check(t)
			}
		}
	})
}

func TestGemmBetaZeroOverwritesNaN(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(5)
		transposes(func(tA, tB bool) {
			for _, z := range [][3]int{{1, 1, 1}, {13, 33, 17}, {64, 64, 300}, {5, 7, 0}} {
				p := newProduct(s, tA, tB, z[0], z[1], z[2])
				for i := range p.m {
					for j := range p.n {
						p.c.data[p.c.index(i, j)] = float32(math.NaN())
					}
				}
				p.check(t)
			}
		})
	})
}

func TestGemmAlphaZeroDoesNotReadOperands(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		p := newProduct(newSource(6), false, false, 5, 40, 6)
		p.alpha, p.beta = 0, 2
		p.a.data[0], p.b.data[3] = float32(math.NaN()), float32(math.Inf(1))
		p.check(t)
	})
}

func TestGemmCarriesNaNAndInfToTheirRowAndColumn(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	onEachPath(t, func(t *testing.T) {
		transposes(func(tA, tB bool) {
			p := newProduct(newSource(7), tA, tB, 30, 70, 19)
			p.a.data[p.a.index(14, 3)] = nan
			p.b.data[p.b.index(18, 69)] = inf
			got := p.run()
			for i := range p.m {
				for j := range p.n {
					v := got[p.c.index(i, j)]
					switch {
					case i == 14 && v == v:
						t.Fatalf("%v: C[%d,%d] = %v, want NaN", p, i, j, v)
					case i != 14 && j == 69 && !math.IsInf(float64(v), 0):
						t.Fatalf("%v: C[%d,%d] = %v, want an infinity", p, i, j, v)
					case i != 14 && j != 69 && (v != v || math.IsInf(float64(v), 0)):
						t.Fatalf("%v: C[%d,%d] = %v, want a number", p, i, j, v)
					}
				}
			}
		})
	})
}

func TestGemmKeepsDenormals(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		s := newSource(8)
		transposes(func(tA, tB bool) {
			for _, z := range [][3]int{{9, 35, 1}, {25, 70, 19}, {13, 33, depth + 9}} {
				p := newProduct(s, tA, tB, z[0], z[1], z[2])
				p.beta = 1
				p.a.data, p.c.data = s.denormals(len(p.a.data), 3), s.denormals(len(p.c.data), 5)
				for i := range p.b.data {
					p.b.data[i] = float32(s.IntN(3) - 1)
				}
				got := p.run()
				for i := range p.m {
					for j := range p.n {
						want, _ := p.element(i, j)
						if v := float64(got[p.c.index(i, j)]); v != want {
							t.Fatalf("%v: C[%d,%d] = %v, want %v", p, i, j, v, want)
						}
					}
				}
			}
		})
	})
}

func TestGemmNaNScalesReachAll(t *testing.T) {
	nan := float32(math.NaN())
	onEachPath(t, func(t *testing.T) {
		s := newSource(12)
		for _, z := range [][3]int{{1, 1, 1}, {13, 33, 5}, {24, 64, 9}} {
			for _, scales := range [][2]float32{{nan, 0}, {nan, 1}, {1, nan}, {0, nan}} {
				p := newProduct(s, false, true, z[0], z[1], z[2])
				p.alpha, p.beta = scales[0], scales[1]
				got := p.run()
				for i := range p.m {
					for j := range p.n {
						if v := got[p.c.index(i, j)]; v == v {
							t.Fatalf("%v: C[%d,%d] = %v, want NaN", p, i, j, v)
						}
					}
				}
			}
		}
	})
}

// A row of C does not depend on how many rows there are, nor a column on how
// many columns.
func TestGemmSumsDependOnDepthAlone(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		transposes(func(tA, tB bool) {
			p := newProduct(newSource(9), tA, tB, 40, 75, 301)
			whole := p.run()
			for _, z := range [][2]int{{7, 75}, {40, 9}, {13, 64}} {
				q := p
				q.m, q.n = z[0], z[1]
				part := q.run()
				for i := range q.m {
					for j := range q.n {
						at := p.c.index(i, j)
						if part[at] != whole[at] {
							t.Fatalf("%v: C[%d,%d] = %v alone, %v in the whole", q, i, j, part[at], whole[at])
						}
					}
				}
			}
		})
	})
}

func TestGemmPanicsBeforeWriting(t *testing.T) {
	s := newSource(10)
	big := math.MaxInt/4 + 1 // 2^61
	onEachPath(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			m, n, k, lda, ldb, ldc int
			cut                    func(a, b, c []float32) ([]float32, []float32, []float32)
		}{
			"short a":        {5, 6, 7, 7, 6, 6, func(a, b, c []float32) ([]float32, []float32, []float32) { return a[:34], b, c }},
			"short b":        {5, 6, 7, 7, 6, 6, func(a, b, c []float32) ([]float32, []float32, []float32) { return a, b[:41], c }},
			"short c":        {5, 6, 7, 7, 6, 6, func(a, b, c []float32) ([]float32, []float32, []float32) { return a, b, c[:29] }},
			"lda below k":    {5, 6, 7, 6, 6, 6, nil},
			"ldb below n":    {5, 6, 7, 7, 5, 6, nil},
			"ldc below n":    {5, 6, 7, 7, 6, 5, nil},
			"negative lda":   {5, 6, 7, -1, 6, 6, nil},
			"negative m":     {-1, 6, 7, 7, 6, 6, nil},
			"negative n":     {5, -1, 7, 7, 6, 6, nil},
			"negative k":     {5, 6, -1, 7, 6, 6, nil},
			"negative empty": {0, -1, 7, 7, 6, 6, nil},
			"overflow a":     {9, 3, 3, big, 3, 3, nil}, // 8 strides come to 2^64
			"overflow c":     {9, 3, 3, 3, 3, big, nil},
		} {
			a, b, out := s.vector(35, 0), s.vector(42, 0), s.vector(30, 0)
			for i := range out {
				out[i] = guard
			}
			if c.cut != nil {
				a, b, out = c.cut(a, b, out)
			}
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: no panic", name)
					}
				}()
				GemmNN(c.m, c.n, c.k, 1, a, c.lda, b, c.ldb, 0, out, c.ldc)
			}()
			for i, v := range out {
				if v != guard {
					t.Fatalf("%s: wrote C[%d] before the panic", name, i)
				}
			}
		}
	})
}

func TestGemmDoesNotAllocate(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		p := newProduct(newSource(11), false, true, 33, 70, 40)
		c := make([]float32, len(p.c.data))
		if n := testing.AllocsPerRun(20, func() {
			GemmNT(p.m, p.n, p.k, 1, p.a.data, p.a.ld, p.b.data, p.b.ld, 0, c, p.c.ld)
		}); n >= 1 {
			t.Errorf("%v allocations a call, want none", n)
		}
	})
}

// Products that run at once share nothing but the pool of scratch memory.
func TestGemmConcurrently(t *testing.T) {
	onEachPath(t, func(t *testing.T) {
		var done sync.WaitGroup
		for seed := range uint64(8) {
			p := newProduct(newSource(seed), seed&1 != 0, seed&2 != 0, 70, 45, 300)
			want := p.run()
			done.Go(func() {
				for range 20 {
					if !slices.Equal(p.run(), want) {
						t.Errorf("%v: not what it gives alone", p)
					}
				}
			})
		}
		done.Wait()
	})
}
