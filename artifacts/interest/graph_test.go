package interest

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/kernel"
)

// web leads from every item but 0 to the two before and the one 40 after it, with
// a negative weight among them.
func web() Graph {
	g := Graph{Edges: make([]int32, testItems), Gain: 0.75, Floor: 0.02}
	for j := range int32(testItems) {
		for _, e := range []struct {
			to     int32
			weight float32
		}{{j - 2, 0.3}, {j - 1, -0.1}, {j + 40, 0.01 * float32(j%7)}} {
			if j > 0 && e.to >= 0 && e.to < testItems {
				g.Edges[j]++
				g.To, g.Weight = append(g.To, e.to), append(g.Weight, e.weight)
			}
		}
	}
	return g
}

func webbed(t *testing.T) *Model {
	t.Helper()
	m, err := model(t).With(web())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// boostByHand is the definition at Graph, in float64.
func boostByHand(g Graph, history []Touch, item int32) float64 {
	var total, n, sum float64
	for _, t := range history {
		total += float64(t.Weight)
		n++
	}
	at := 0
	for j, edges := range g.Edges {
		for e := at; e < at+int(edges); e++ {
			for _, t := range history {
				if t.Item == int32(j) && g.To[e] == item {
					sum += n * float64(t.Weight) / total * float64(g.Weight[e])
				}
			}
		}
		at += int(edges)
	}
	return float64(g.Gain) * math.Log(1+max(0, sum)/float64(g.Floor))
}

func TestGraphBoostsTheScore(t *testing.T) {
	plain, m, g := model(t), webbed(t), web()
	history := []Touch{{11, 1}, {9, 3}, {10, 2}, {2000, 0.5}} // 11 and 10 both speak for 9, for 8 with opposite signs
	v := make([]float32, testDim)
	m.User(v, Query{User: 3, History: history})
	with, without := make([]float32, testItems), make([]float32, testItems)
	m.Score(with, v, append([]Touch{{-1, 2}, {testItems, 1}, {4, 0}}, history...))
	plain.Score(without, v, history)
	boosted := 0
	for i := range with {
		want := boostByHand(g, history, int32(i))
		if math.Abs(float64(with[i]-without[i])-want) > 1e-4 {
			t.Errorf("item %d: boost %v, want %v", i, with[i]-without[i], want)
		}
		if want > 0 {
			boosted++
		}
	}
	if boosted < 5 {
		t.Errorf("%d items are boosted: the test shows nothing", boosted)
	}
	top := kernel.NewTop(30)
	top.Scan(with, 0)
	for r, want := range top.Sorted(nil) {
		if got := m.Retrieve(v, history, 30, nil)[r]; got.Index != want.Index {
			t.Errorf("rank %d is item %d, by score %d", r+1, got.Index, want.Index)
		}
	}
	if diff := cmp.Diff(plain.Similar(17, 5, nil), m.Similar(17, 5, nil)); diff != "" {
		t.Errorf("the graph changed which vectors are near:\n%s", diff)
	}
}

// A reason is a touch's part of the dot product and its share of the boost.
func TestExplainSharesTheBoost(t *testing.T) {
	m, g := webbed(t), web()
	q := Query{User: 3, History: []Touch{{11, 1}, {9, 3}, {8, 2}, {400, 2}}}
	var sum [testDim]float32
	m.sum(sum[:], q)
	for _, item := range []int32{6, 7, 9, 440, 49} {
		shared := 0.0
		for _, r := range m.Explain(q, item, 10) {
			for _, touch := range q.History {
				if touch.Item == r.Item {
					dot := kernel.Dot(m.embedding(m.pooled, r.Item), m.Vector(item))
					shared += float64(r.Weight - touch.Weight/8*dot/(norm(sum[:])*m.temperature))
				}
			}
		}
		left := 0.0 // of touches that are no reason
		var edges float32
		for _, touch := range q.History {
			edges += touch.Weight * m.graph.edge(touch.Item, item)
		}
		boost := boostByHand(g, q.History, item)
		for _, touch := range q.History {
			named := slices.ContainsFunc(m.Explain(q, item, 10), func(r Reason) bool { return r.Item == touch.Item })
			if !named && edges > 0 {
				left += boost * float64(touch.Weight*m.graph.edge(touch.Item, item)/edges)
			}
		}
		if math.Abs(shared+left-boost) > 1e-4 {
			t.Errorf("item %d: reasons share %v and leave %v, the boost is %v", item, shared, left, boost)
		}
	}
}

func TestHistoryPastThePoolReachesTheGraph(t *testing.T) {
	m := webbed(t)
	var history []Touch
	for j := range int32(PoolLength) {
		history = append(history, Touch{1000 + j, 1})
	}
	short, long := make([]float32, testDim), make([]float32, testDim)
	m.User(short, Query{User: 1, History: history})
	more := append(history[:PoolLength:PoolLength], Touch{11, 1})
	m.User(long, Query{User: 1, History: more})
	if diff := cmp.Diff(short, long); diff != "" {
		t.Errorf("item %d of the history is in the pool:\n%s", PoolLength+1, diff)
	}
	a, b := make([]float32, testItems), make([]float32, testItems)
	m.Score(a, short, history)
	m.Score(b, short, more)
	if b[9] <= a[9] {
		t.Errorf("item 9 has score %v with item 11 in the history, %v without", b[9], a[9])
	}
}

func TestGraphRoundTrip(t *testing.T) {
	m := webbed(t)
	again, err := FromTensors(m.Tensors())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m.Tensors(), again.Tensors()); diff != "" {
		t.Errorf("round trip changed the tensors:\n%.500s", diff)
	}
	bare, err := m.With(Graph{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(model(t).Tensors(), bare.Tensors()); diff != "" {
		t.Errorf("a model that lost its graph is not what it was:\n%.500s", diff)
	}
}

func TestGraphNamesWhatDoesNotFit(t *testing.T) {
	for name, breakIt := range map[string]func(*Graph){
		"ShortEdges":  func(g *Graph) { g.Edges = g.Edges[1:] },
		"ManyEdges":   func(g *Graph) { g.Edges[3]++ },
		"FewEdges":    func(g *Graph) { g.Edges[testItems-1]-- },
		"Negative":    func(g *Graph) { g.Edges[0] = -1 },
		"Weights":     func(g *Graph) { g.Weight = g.Weight[1:] },
		"Outside":     func(g *Graph) { g.To[len(g.To)-1] = testItems },
		"Unordered":   func(g *Graph) { g.To[5], g.To[6] = g.To[6], g.To[5] },
		"NotANumber":  func(g *Graph) { g.Weight[9] = float32(math.NaN()) },
		"NoGain":      func(g *Graph) { g.Gain = 0 },
		"NoFloor":     func(g *Graph) { g.Floor = 0 },
		"InfiniteOne": func(g *Graph) { g.Floor = float32(math.Inf(1)) },
	} {
		g := web()
		breakIt(&g)
		if _, err := model(t).With(g); !errors.Is(err, ErrShape) {
			t.Errorf("%s: error %v, want ErrShape", name, err)
		}
	}
	for name, breakIt := range map[string]func(map[string]Tensor){
		"Fraction":  func(m map[string]Tensor) { m["graph.to"].Data[0] = 0.5 },
		"Huge":      func(m map[string]Tensor) { m["graph.to"].Data[0] = 1 << 30 },
		"NoGain":    func(m map[string]Tensor) { delete(m, "graph.gain") },
		"NoEdges":   func(m map[string]Tensor) { delete(m, "graph.edges") },
		"NoWeights": func(m map[string]Tensor) { delete(m, "graph.weight") },
	} {
		m := webbed(t).Tensors()
		breakIt(m)
		if _, err := FromTensors(m); !errors.Is(err, ErrShape) {
			t.Errorf("tensors, %s: error %v, want ErrShape", name, err)
		}
	}
}
