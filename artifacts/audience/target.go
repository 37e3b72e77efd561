package audience

import (
	"slices"

	"curio/artifacts/kernel"
)

// graph is the item graph of the model, see interest.Graph.
type graph struct {
	start       []int     // [items+1]; nil without a graph
	to          []float32 // item indices
	weight      []float32
	gain, floor float32
	bias        []float32 // [items]: of the model
}

// walk returns the graph, which is made when first asked for.
func (a *Audience) walk() *graph {
	a.walked.Do(func() {
		tensors := a.art.Interest.Tensors()
		g := &a.graph
		g.bias = tensors["bias"].Data
		if len(tensors["graph.to"].Data) == 0 {
			return
		}
		g.start = make([]int, len(g.bias)+1)
		for j, n := range tensors["graph.edges"].Data {
			g.start[j+1] = g.start[j] + int(n)
		}
		g.to, g.weight = tensors["graph.to"].Data, tensors["graph.weight"].Data
		g.gain, g.floor = tensors["graph.gain"].Data[0], tensors["graph.floor"].Data[0]
	})
	return &a.graph
}

// target is one item made ready to be scored for many users.
type target struct {
	item        int32
	vector      []float32
	bias        float32
	edges       []float32 // by item: weight of its edge to this one, 0 for none; nil without a graph
	gain, floor float32
}

func (a *Audience) target(item int32) *target {
	g := a.walk()
	t := &target{item: item, vector: a.art.Interest.Vector(item), bias: g.bias[item], gain: g.gain, floor: g.floor}
	if g.start == nil {
		return t
	}
	t.edges = make([]float32, len(g.bias))
	for j := range t.edges {
		from := g.start[j]
		if e, ok := slices.BinarySearch(g.to[from:g.start[j+1]], float32(item)); ok {
			t.edges[j] = g.weight[from+e]
		}
	}
	return t
}

// score writes the score of the item for each user of a block to dst: what
// interest.Model.Score gives, in the same order of additions.
func (t *target) score(dst []float32, b *block) {
	clear(dst)
	if t.edges != nil {
		for i := range dst {
			var sum float32
			for _, touch := range b.history(i) {
				sum += float32(touch.Weight * t.edges[touch.Item])
			}
			dst[i] = sum / t.floor
		}
		kernel.Log1p(dst)
		kernel.Scale(t.gain, dst)
	}
	for i := range dst {
		dst[i] += t.bias
	}
	dim := len(t.vector)
	kernel.GemmNT(len(dst), 1, dim, 1, b.vectors, dim, t.vector, dim, 1, dst, 1)
}
