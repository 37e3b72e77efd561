package interest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/kernel"
)

// wishes of users with histories of all sizes, each with a Skip of its own.
func wishes(m *Model, n int) []*Wish {
	histories := manyHistories(n)
	users := vectorsOf(m, histories)
	list := make([]*Wish, n)
	for u := range list {
		list[u] = &Wish{Vector: users[u*testDim : (u+1)*testDim], History: histories[u], K: 1 + u*7%300}
		if u%5 > 2 {
			for i := u % 7; i < m.Items(); i += 3 {
				if list[u].Out == nil {
					list[u].Out = make([]uint64, (m.Items()+63)/64)
				}
				list[u].Out[i>>6] |= 1 << (i & 63)
			}
		}
		if u%4 > 0 {
			list[u].Skip = func(i int32) bool { return int(i)%(u%4+1) != 0 }
		}
	}
	return list
}

func retrieved(m *Model, w *Wish) []kernel.Scored {
	return append([]kernel.Scored{}, m.Retrieve(w.Vector, w.History, w.K, func(i int32) bool {
		return w.Out != nil && w.Out[i>>6]>>(i&63)&1 != 0 || w.Skip != nil && w.Skip(i)
	})...)
}

// sameFound compares items and the bits of their scores.
func sameFound(t *testing.T, name string, got, want []kernel.Scored) {
	t.Helper()
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Fatalf("%s: -got +want\n%s", name, diff)
	}
	for i := range got {
		if math.Float32bits(got[i].Score) != math.Float32bits(want[i].Score) {
			t.Fatalf("%s: score %d is %v, want %v", name, i, got[i].Score, want[i].Score)
		}
	}
}

func TestIndexRetrievesWhatTheModelDoes(t *testing.T) {
	const n = 150
	for name, m := range map[string]*Model{"Towers": model(t), "Graph": webbed(t)} {
		t.Run(name, func(t *testing.T) {
			x, list := m.Index(), wishes(m, n)
			for _, size := range []int{1, 5, Together, Together + 1, n} {
				for first := 0; first < n; first += size {
					some := list[first:min(first+size, n)]
					x.Retrieve(some)
					for u, w := range some {
						sameFound(t, fmt.Sprintf("user %d in passes of %d", first+u, size), w.Found, retrieved(m, w))
					}
				}
			}
		})
	}
}

// shaped is a model whose scores are hard to tell apart, or of sizes of their own.
func shaped(t *testing.T, items, dim int, change func(r *rand.Rand, p *Parts)) *Model {
	t.Helper()
	r := rand.New(rand.NewPCG(7, uint64(items*dim)))
	p := Parts{Dim: dim, Temperature: 0.1, Items: make([]float32, items*dim), Pooled: make([]float32, items*dim), Bias: make([]float32, items)}
	for i := range p.Items {
		p.Items[i] = float32(r.NormFloat64())
	}
	for i := range items {
		normalise(p.Items[i*dim:(i+1)*dim], 1)
	}
	change(r, &p)
	m, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestIndexOfModelsOfAllShapes(t *testing.T) {
	for _, z := range []struct {
		name       string
		items, dim int
		change     func(r *rand.Rand, p *Parts)
	}{
		{"One", 1, 1, func(*rand.Rand, *Parts) {}},
		{"Block", 32, 3, func(*rand.Rand, *Parts) {}},
		{"OverABlock", 33, 64, func(*rand.Rand, *Parts) {}},
		{"OverAPiece", piece + 1, 300, func(*rand.Rand, *Parts) {}},
		{"Alike", 3000, 8, func(r *rand.Rand, p *Parts) { // thousands of equal scores
			for i := range p.Items {
				p.Items[i] = p.Items[i%(3*8)]
			}
		}},
		{"Nearly", 3000, 8, func(r *rand.Rand, p *Parts) { // within the rounding of each other
			for i := range p.Items {
				p.Items[i] = p.Items[i%8] * (1 + float32(r.IntN(5))*1e-7)
			}
		}},
		{"Biases", 3000, 8, func(r *rand.Rand, p *Parts) {
			for i := range p.Bias {
				p.Bias[i] = float32(r.NormFloat64()) * 1e6
			}
		}},
		{"Lengths", 3000, 8, func(r *rand.Rand, p *Parts) {
			for i := range p.Items {
				p.Items[i] *= float32(math.Pow(10, float64(i/8%20)-10))
			}
		}},
		{"Nothing", 3000, 8, func(r *rand.Rand, p *Parts) { clear(p.Items) }},
		{"Biased", 3000, 8, func(r *rand.Rand, p *Parts) {
			for i := range p.Bias {
				p.Bias[i] = (2*r.Float32() - 1) * 3e38
			}
		}},
		{"Boosted", 3000, 8, func(r *rand.Rand, p *Parts) {
			p.Graph = Graph{Edges: make([]int32, 3000), Gain: 1e38, Floor: 1}
			p.Graph.Edges[1] = 3000
			for i := range int32(3000) {
				p.Graph.To, p.Graph.Weight = append(p.Graph.To, i), append(p.Graph.Weight, float32(r.NormFloat64()))
			}
		}},
		{"Long", 3000, 8, func(r *rand.Rand, p *Parts) {
			for i, v := range p.Items {
				p.Items[i] = 1e37 * max(v, -v)
			}
		}},
		{"Huge", 300, 8, func(r *rand.Rand, p *Parts) { p.Items[5] = math.MaxFloat32 }},
		{"Spikes", 3000, 40, func(r *rand.Rand, p *Parts) {
			for i := range p.Items {
				if i%40 != i/40%40 {
					p.Items[i] *= 1e-3
				}
			}
		}},
	} {
		t.Run(z.name, func(t *testing.T) {
			m := shaped(t, z.items, z.dim, z.change)
			x, r := m.Index(), rand.New(rand.NewPCG(1, 1))
			var list []*Wish
			for u := range 30 {
				v := make([]float32, z.dim)
				for i := range v {
					v[i] = float32(r.NormFloat64() * math.Pow(10, float64(u%7)-3))
				}
				switch u {
				case 7:
					clear(v)
				case 8:
					copy(v, m.Vector(0))
				case 9:
					v[0] = float32(math.NaN())
				case 10:
					v[0] = math.MaxFloat32
				case 11:
					kernel.Scale(1e-38, v)
				case 16: // all scores may be -Inf, of which some are kept all the same
					for i := range v {
						v[i] = -1e3
					}
				}
				list = append(list, &Wish{Vector: v, History: []Touch{{Item: int32(u % 2), Weight: 1}}, K: []int{1, 10, 100, z.items, z.items + 5, 0, -1}[u%7]})
			}
			x.Retrieve(list)
			for u, w := range list {
				sameFound(t, fmt.Sprintf("user %d", u), w.Found, retrieved(m, w))
			}
		})
	}
}

// One whose Skip panics does not keep the others from what they are due.
func TestIndexOutlivesSkips(t *testing.T) {
	m := webbed(t)
	x, list := m.Index(), wishes(m, 40)
	list[3].Skip = func(int32) bool { panic("3") }
	list[30].Skip, list[30].K = func(i int32) bool {
		if i > 2000 {
			panic(i)
		}
		return true
	}, 5
	list[31].Skip, list[31].K = func(int32) bool { panic("all") }, testItems
	list[5].Skip = func(int32) bool { return true }
	for range 2 {
		x.Retrieve(list)
		for u, w := range list {
			if u == 3 || u == 30 || u == 31 {
				if w.Panicked == nil {
					t.Errorf("user %d: the panic is lost", u)
				}
				continue
			}
			if w.Panicked != nil {
				t.Fatalf("user %d: panicked with %v", u, w.Panicked)
			}
			sameFound(t, fmt.Sprintf("user %d", u), w.Found, retrieved(m, w))
		}
	}
}

func TestOrdered(t *testing.T) {
	ascending := []float32{-math.MaxFloat32, -2, -1e-45, 0, 1e-45, 1, math.MaxFloat32}
	for i := range ascending[1:] {
		if ordered(ascending[i]) >= ordered(ascending[i+1]) {
			t.Errorf("%v is not below %v", ascending[i], ascending[i+1])
		}
	}
	if ordered(0) != ordered(float32(math.Copysign(0, -1))) {
		t.Error("zeros differ")
	}
}

func TestGreatest(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		x := make([]float32, 1+r.IntN(60))
		for i := range x {
			x[i] = float32(r.IntN(1 + r.IntN(50)))
		}
		want := slices.Clone(x)
		slices.Sort(want)
		k := 1 + r.IntN(len(x))
		if got := greatest(x, k); got != want[len(want)-k] {
			t.Fatalf("greatest %d of %v is %v", k, want, got)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	for _, items := range []int{41_000, 100_000, 1_000_000} {
		if testing.Short() && items > 41_000 {
			continue
		}
		const dim = 64
		r := rand.New(rand.NewPCG(7, 7))
		p := Parts{Dim: dim, Temperature: 0.1, Items: make([]float32, items*dim), Pooled: make([]float32, items*dim), Bias: make([]float32, items)}
		for i := range p.Items {
			p.Items[i] = float32(r.NormFloat64())
		}
		for i := range items {
			normalise(p.Items[i*dim:(i+1)*dim], 1)
			p.Bias[i] = float32(r.NormFloat64())
		}
		m, err := New(p)
		if err != nil {
			b.Fatal(err)
		}
		x := m.Index()
		for _, users := range []int{1, 12, 24} {
			list := make([]*Wish, users)
			for u := range list {
				v := make([]float32, dim)
				for i := range v {
					v[i] = float32(r.NormFloat64())
				}
				normalise(v, 10)
				list[u] = &Wish{Vector: v, K: Candidates, Skip: func(int32) bool { return false }}
			}
			b.Run(fmt.Sprintf("items=%d/users=%d", items, users), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					x.Retrieve(list)
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*users), "µs/user")
			})
		}
		b.Run(fmt.Sprintf("items=%d/exact", items), func(b *testing.B) {
			for b.Loop() {
				w := list0(m)
				m.Retrieve(w, nil, Candidates, func(int32) bool { return false })
			}
		})
	}
}

func list0(m *Model) []float32 {
	v := make([]float32, m.dim)
	copy(v, m.Vector(0))
	normalise(v, 10)
	return v
}
