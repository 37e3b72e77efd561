package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// Recommend is a catalogue and the users to recommend from it to.
type Recommend struct {
	Users   int `json:"users"`
	Items   int `json:"items"`
	Dim     int `json:"dim"`     // of the vectors
	Edges   int `json:"edges"`   // of the item graph, an item
	History int `json:"history"` // items a user has; none is recommended
	Length  int `json:"length"`  // of a list
	Rounds  int `json:"rounds"`
	Workers int `json:"workers"`
}

// Check names what cannot be measured as asked.
func (q Recommend) Check() error {
	if most := max(q.Edges, q.History+1, q.Length); most > q.Items {
		return fmt.Errorf("%d items are not enough for %d edges, histories of %d and one more, and lists of %d", q.Items, q.Edges, q.History, q.Length)
	}
	return nil
}

// recommendable is a model and the users it recommends to.
type recommendable struct {
	Recommend
	historyScorer
	seen  [][]int32 // the items of the histories, ascending
	truth []int32   // one unseen item for each user
}

// model makes random vectors, histories and edges, all uniform: that way the
// edges of a history lead to as many items as they can.
func (q Recommend) model(graph bool) (*recommendable, error) {
	r := rand.New(rand.NewPCG(1, 1))
	normal := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		return x
	}
	p := interest.Parts{
		Dim: q.Dim, Temperature: 0.15, Users: normal(q.Users * q.Dim), Items: normal(q.Items * q.Dim),
		Pooled: normal(q.Items * q.Dim), Bias: normal(q.Items),
	}
	for i := range q.Items {
		v := p.Items[i*q.Dim : (i+1)*q.Dim]
		kernel.Scale(1/float32(math.Sqrt(float64(kernel.Dot(v, v)))), v)
	}
	w := &recommendable{Recommend: q}
	for range q.Users {
		drawn := q.draw(r, q.History+1)
		w.truth = append(w.truth, drawn[q.History])
		touches := make([]interest.Touch, q.History)
		for i := range touches {
			touches[i] = interest.Touch{Item: drawn[i], Weight: 0.5 + r.Float32()}
		}
		w.history = append(w.history, touches)
		seen := drawn[:q.History:q.History]
		slices.Sort(seen)
		w.seen = append(w.seen, seen)
	}
	if graph && q.Edges > 0 {
		g := interest.Graph{Gain: 0.5, Floor: 0.02}
		for range q.Items {
			g.Edges = append(g.Edges, int32(q.Edges))
			ends := q.draw(r, q.Edges)
			slices.Sort(ends)
			g.To = append(g.To, ends...)
			for range ends {
				g.Weight = append(g.Weight, 0.2*r.Float32())
			}
		}
		p.Graph = g
	}
	var err error
	w.m, err = interest.New(p)
	return w, err
}

// draw returns n different items.
func (q Recommend) draw(r *rand.Rand, n int) []int32 {
	drawn := make([]int32, 0, n)
	for len(drawn) < n {
		if item := int32(r.IntN(q.Items)); !slices.Contains(drawn, item) {
			drawn = append(drawn, item)
		}
	}
	return drawn
}
