package interest

import (
	"fmt"
	"math"

	"curio/artifacts/kernel"
)

// Graph says how much having one item speaks for another: an edge leads from an
// item of a history to one it speaks for. The zero value is no graph.
//
// A history h adds to the score of item i
//
//	boost(h, i) = Gain log(1 + max(0, g) / Floor)
//	g           = sum_j n w_j / (sum_k w_k) G_ji    over the n items j of h
//
// so that, for Gain 1, e to the score is a product of what the towers and the
// graph say, and an item that no edge leads to keeps what the towers say.
type Graph struct {
	Edges       []int32 // [items]: how many edges leave each item
	To          []int32 // where they lead, item by item, ascending for each
	Weight      []float32
	Gain, Floor float32 // > 0
}

// maxGraphItems keeps item indices exact in the float32 tensors of an artifact.
const maxGraphItems = 1 << 24

// graph is a Graph made for walking: the edges of j are start[j]..start[j+1]-1.
type graph struct {
	start       []int32
	to          []int32
	weight      []float32
	gain, floor float32
}

func newGraph(g Graph, items int) (graph, error) {
	if len(g.Edges) == 0 && len(g.To) == 0 && len(g.Weight) == 0 {
		return graph{}, nil
	}
	switch {
	case len(g.Edges) != items || items > maxGraphItems:
		return graph{}, fmt.Errorf("graph has %d items, want %d, at most %d: %w", len(g.Edges), items, maxGraphItems, ErrShape)
	case len(g.To) != len(g.Weight) || len(g.To) > math.MaxInt32:
		return graph{}, fmt.Errorf("graph has %d ends and %d weights: %w", len(g.To), len(g.Weight), ErrShape)
	case !(g.Gain > 0 && g.Gain <= math.MaxFloat32 && g.Floor > 0 && g.Floor <= math.MaxFloat32):
		return graph{}, fmt.Errorf("graph has gain %v and floor %v, want positive numbers: %w", g.Gain, g.Floor, ErrShape)
	}
	out := graph{start: make([]int32, items+1), to: g.To, weight: g.Weight, gain: g.Gain, floor: g.Floor}
	at := 0
	for j, n := range g.Edges {
		if n < 0 || int(n) > len(g.To)-at {
			return graph{}, fmt.Errorf("graph has %d edges at item %d and %d in all: %w", n, j, len(g.To), ErrShape)
		}
		for e, to := range g.To[at : at+int(n)] {
			if to < 0 || int(to) >= items || e > 0 && to <= g.To[at+e-1] {
				return graph{}, fmt.Errorf("graph has edges of item %d out of order or out of the catalogue: %w", j, ErrShape)
			}
		}
		at += int(n)
		out.start[j+1] = int32(at)
	}
	if at != len(g.To) {
		return graph{}, fmt.Errorf("graph has %d edges at items and %d in all: %w", at, len(g.To), ErrShape)
	}
	for e, w := range g.Weight {
		if w != w || w > math.MaxFloat32 || w < -math.MaxFloat32 {
			return graph{}, fmt.Errorf("graph holds %v at %d: %w", w, e, ErrShape)
		}
	}
	return out, nil
}

// lift turns sums g of the formula at Graph into boosts.
func (g *graph) lift(x []float32) {
	for i := range x {
		x[i] /= g.floor
	}
	kernel.Log1p(x)
	kernel.Scale(g.gain, x)
}

// scale makes the weights of a history 1 on average; it is 0 for a history that
// weighs next to nothing.
func (m *Model) scale(history []Touch) float32 {
	var total, n float32
	for _, t := range history {
		if m.usable(t) {
			total += t.Weight
			n++
		}
	}
	if total < 1e-30 {
		return 0
	}
	return n / total
}

// edge returns the weight of the edge from one item to another, 0 for none.
func (g *graph) edge(from, to int32) float32 {
	if len(g.to) == 0 {
		return 0
	}
	lo, hi := g.start[from], g.start[from+1]
	for lo < hi {
		mid := lo + (hi-lo)/2
		if g.to[mid] < to {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < g.start[from+1] && g.to[lo] == to {
		return g.weight[lo]
	}
	return 0
}

// share is what a touch adds to the score of item for each unit of its weight and
// of that of its edge: the boost is shared out over what made g.
func (m *Model) share(history []Touch, item int32) float32 {
	var g float32
	for _, t := range history {
		if m.usable(t) && t.Item != item {
			g += t.Weight * m.graph.edge(t.Item, item)
		}
	}
	if !(g > 0) {
		return 0
	}
	lifted := []float32{g * m.scale(history)}
	m.graph.lift(lifted)
	return lifted[0] / g
}

// tensors adds the graph to the arrays of the model, if there is one. Indices
// and counts become float32, which hold them exactly.
func (g *graph) tensors(t map[string]Tensor) {
	if len(g.to) == 0 {
		return
	}
	edges := make([]float32, len(g.start)-1)
	for j := range edges {
		edges[j] = float32(g.start[j+1] - g.start[j])
	}
	to := make([]float32, len(g.to))
	for e, i := range g.to {
		to[e] = float32(i)
	}
	t["graph.edges"] = Tensor{[]int{len(edges)}, edges}
	t["graph.to"] = Tensor{[]int{len(to)}, to}
	t["graph.weight"] = Tensor{[]int{len(g.weight)}, g.weight}
	t["graph.gain"] = Tensor{[]int{1}, []float32{g.gain}}
	t["graph.floor"] = Tensor{[]int{1}, []float32{g.floor}}
}

// graphOf reads the graph back, given the arrays by name.
func graphOf(data func(name string) []float32) (g Graph, err error) {
	gain, floor := data("graph.gain"), data("graph.floor")
	if len(gain) > 1 || len(gain) != len(floor) || len(gain) == 0 && len(data("graph.to")) > 0 {
		return g, fmt.Errorf("graph has %d gains and %d floors, want one of each: %w", len(gain), len(floor), ErrShape)
	}
	if len(gain) == 1 {
		g.Gain, g.Floor = gain[0], floor[0]
	}
	if g.Edges, err = whole("graph.edges", data("graph.edges")); err != nil {
		return g, err
	}
	g.To, err = whole("graph.to", data("graph.to"))
	g.Weight = data("graph.weight")
	return g, err
}

// whole turns numbers back into the indices or counts they stand for.
func whole(name string, x []float32) ([]int32, error) {
	out := make([]int32, len(x))
	for i, v := range x {
		if !(v >= 0 && v < maxGraphItems && v == float32(int32(v))) {
			return nil, fmt.Errorf("%s holds %v at %d, want a whole number: %w", name, v, i, ErrShape)
		}
		out[i] = int32(v)
	}
	return out, nil
}

// With returns the model with another graph, or without one if g is the zero
// value. It takes ownership of g's slices.
func (m *Model) With(g Graph) (*Model, error) {
	walk, err := newGraph(g, m.Items())
	if err != nil {
		return nil, err
	}
	out := *m
	out.graph = walk
	return &out, nil
}
