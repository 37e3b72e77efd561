package interest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"curio/artifacts/kernel"
)

// manyHistories is n histories, empty ones and ones with unusable touches among
// them.
func manyHistories(n int) [][]Touch {
	r := rand.New(rand.NewPCG(3, 3))
	histories := make([][]Touch, n)
	for u := range histories {
		for range u % 9 {
			histories[u] = append(histories[u], Touch{int32(r.IntN(testItems+2)) - 1, r.Float32()})
		}
	}
	return histories
}

func vectorsOf(m *Model, histories [][]Touch) []float32 {
	v := make([]float32, len(histories)*testDim)
	for u, h := range histories {
		m.User(v[u*testDim:(u+1)*testDim], Query{User: int32(u%(testUsers+1)) - 1, History: h})
	}
	return v
}

// A score has the same bits whoever asks for it and with whom.
func TestScoresAgreeBitForBit(t *testing.T) {
	const n = 150
	for name, m := range map[string]*Model{"Towers": model(t), "Graph": webbed(t)} {
		t.Run(name, func(t *testing.T) {
			histories := manyHistories(n)
			users := vectorsOf(m, histories)
			want := make([]float32, n*testItems)
			for u := range n {
				m.Score(want[u*testItems:(u+1)*testItems], users[u*testDim:(u+1)*testDim], histories[u])
			}
			for _, size := range []int{1, 7, 120, n} {
				block, swept := make([]float32, n*testItems), make([]float32, n*testItems)
				for first := 0; first < n; first += size {
					end := min(first+size, n)
					v, h := users[first*testDim:end*testDim], histories[first:end]
					m.ScoreBlock(block[first*testItems:end*testItems], v, h)
					next := 0
					m.Sweep(v, h, func(from, width int, scores []float32) {
						if from != next || len(scores) != len(h)*width {
							t.Fatalf("a piece of %d scores from %d, want %d x %d from %d", len(scores), from, len(h), width, next)
						}
						next += width
						for u := range h {
							copy(swept[(first+u)*testItems+from:], scores[u*width:(u+1)*width])
						}
						clear(scores) // they are the caller's to change
					})
					if next != testItems {
						t.Fatalf("swept %d items of %d", next, testItems)
					}
				}
				sameBits(t, fmt.Sprintf("ScoreBlock of %d", size), block, want)
				sameBits(t, fmt.Sprintf("Sweep of %d", size), swept, want)
			}
			for u := range n {
				row := want[u*testItems : (u+1)*testItems]
				for _, s := range m.Retrieve(users[u*testDim:(u+1)*testDim], histories[u], testItems, nil) {
					sameBits(t, "Retrieve", []float32{s.Score}, row[s.Index:s.Index+1])
				}
			}
		})
	}
}

func sameBits(t *testing.T, name string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: score %d of item %d is %v, alone %v", name, i, i%testItems, got[i], want[i])
		}
	}
}

// Boosts at the ends of pieces, sums that come to zero and below, and items that
// are reached twice.
func TestSweepAtTheEdges(t *testing.T) {
	p := parts(1)
	ends := []int32{0, piece - 1, piece, testItems - 1}
	g := Graph{Edges: make([]int32, testItems), Gain: 2, Floor: 0.5}
	for j, weight := range [][]float32{{1, 2, 3, 4}, {1, -2, 1, -9}, {0, 0, 0, 0}, {math.MaxFloat32, 1, 1, 1}} {
		g.Edges[j] = int32(len(ends))
		g.To, g.Weight = append(g.To, ends...), append(g.Weight, weight...)
	}
	p.Graph = g
	m, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := m.With(Graph{})
	if err != nil {
		t.Fatal(err)
	}
	v, with, without := make([]float32, testDim), make([]float32, testItems), make([]float32, testItems)
	for _, history := range [][]Touch{{{0, 1}}, {{1, 1}}, {{0, 1}, {1, 1}}, {{1, 2}, {0, 2}, {2, 2}}, {{2, 1}}, {{3, 1}, {3, 1}, {3, 1}}} {
		m.Score(with, v, history)
		bare.Score(without, v, history)
		for i := range with {
			want := 0.0
			if slices.Contains(ends, int32(i)) {
				var sum float32
				for _, touch := range history {
					sum += m.graph.edge(touch.Item, int32(i))
				}
				want = 2 * math.Log1p(min(max(0, float64(sum))/0.5, math.MaxFloat32))
			}
			if got := float64(with[i] - without[i]); !(math.Abs(got-want) <= 1e-5*(1+want)) {
				t.Errorf("history %v, item %d: boost %v, want %v", history, i, got, want)
			}
		}
	}
}

// Memory that a sweep of one model leaves behind serves another of any size.
func TestSweepsOfModelsInTurn(t *testing.T) {
	small := Parts{
		Dim: 1, Temperature: 1, Items: []float32{1, 1}, Pooled: []float32{0, 0}, Bias: []float32{1, 2},
		Graph: Graph{Edges: []int32{1, 0}, To: []int32{1}, Weight: []float32{1}, Gain: 1, Floor: 1},
	}
	one, err := New(small)
	if err != nil {
		t.Fatal(err)
	}
	many := webbed(t)
	histories := manyHistories(20)
	users, scores := vectorsOf(many, histories), make([]float32, 20*testItems)
	for range 3 {
		many.ScoreBlock(scores, users, histories)
		got := one.Retrieve([]float32{0.5}, []Touch{{0, 3}}, 2, nil)
		want := []kernel.Scored{{Index: 1, Score: 0.5 + 2 + float32(math.Ln2)}, {Index: 0, Score: 1.5}}
		if !slices.EqualFunc(got, want, func(a, b kernel.Scored) bool {
			return a.Index == b.Index && math.Abs(float64(a.Score-b.Score)) < 1e-6
		}) {
			t.Fatalf("retrieved %v, want %v", got, want)
		}
		if got := one.Similar(0, 5, nil); len(got) != 1 || got[0] != (kernel.Scored{Index: 1, Score: 1}) {
			t.Fatalf("similar %v", got)
		}
	}
}

// What a user leaves behind is no part of what the next one gets.
func TestBoostsLeaveNothing(t *testing.T) {
	m := webbed(t)
	s := m.sweep(make([]float32, 3*testDim), [][]Touch{{{11, 1}, {9, 3}}, nil, {{9, 1}}})
	defer s.done()
	if got, want := s.boosts, []boost{{0, 6}, {6, 6}, {6, 9}}; !slices.Equal(got, want) {
		t.Errorf("boosts are %v, want %v", got, want)
	}
	if slices.ContainsFunc(s.sums, func(x float32) bool { return x != 0 }) || slices.ContainsFunc(s.marks, func(x uint64) bool { return x != 0 }) {
		t.Error("sums or marks are left")
	}
}

func BenchmarkSweep(b *testing.B) {
	for name, g := range map[string]Graph{"Towers": {}, "Graph": web()} {
		b.Run(name, func(b *testing.B) {
			m := graphed(b, g)
			histories := manyHistories(120)
			users := vectorsOf(m, histories)
			b.ReportAllocs()
			for b.Loop() {
				m.Sweep(users, histories, func(int, int, []float32) {})
			}
			b.ReportMetric(float64(len(histories)*b.N)/b.Elapsed().Seconds(), "users/s")
		})
	}
}
