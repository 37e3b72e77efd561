package pipeline

import (
	"math"

	"curio/artifacts/interest"
	"curio/datasets/event"
	"curio/features/profile"
	"curio/train/itemgraph"
)

// mixture is the likelihood of what is held out of some users under
//
//	p(t) = (f + sum_j w_j G_jt) / sum_i (f + sum_j w_j G_ji)
//
// over the items i that a user has not touched, where w_j are the strengths of the
// user's touches times their recency, 1 on average; G are the edges of the item
// graph, those below zero left out; and f is itemgraph.Floor. It ranks as the graph
// does, whose part of a score is a gain times log(1 + sum_j w_j G_jt / f). As w
// does not depend on i, it takes only two kinds of sums over edges, which do not
// change with the strengths: from each touch to each held-out item, and to all.
type mixture []foretold

// foretold is one user of a mixture.
type foretold struct {
	touches []profile.Touch
	asOf    event.Time
	open    float64   // number of items not touched
	out     []float32 // by touch: sum of the edges to these
	links   [][]link  // by touch: edges to what is held out
	held    int       // number of items held out
}

// link is an edge to the held-out item of that number.
type link struct {
	held   int32
	weight float32
}

// newMixture looks up the edges of the users, who have something held out.
func newMixture(v *views, in *inputs, g edges, users []int32) mixture {
	seen, held := make([]bool, len(g.Edges)), make([]int32, len(g.Edges))
	m := make(mixture, 0, len(users))
	for _, u := range users {
		touches, truth := v.train[u].Touches, in.truth[u]
		f := foretold{
			touches: touches, asOf: v.asOf[u], open: float64(len(g.Edges) - len(touches)), held: len(truth),
			out: make([]float32, len(touches)), links: make([][]link, len(touches)),
		}
		for i := range touches {
			seen[touches[i].Item] = true
		}
		for n, item := range truth {
			held[item] = int32(n) + 1
		}
		for i := range touches {
			to, weight := g.of(touches[i].Item)
			for e, item := range to {
				if seen[item] || !(weight[e] > 0) {
					continue
				}
				f.out[i] += weight[e]
				if n := held[item]; n > 0 {
					f.links[i] = append(f.links[i], link{n - 1, weight[e]})
				}
			}
		}
		for i := range touches {
			seen[touches[i].Item] = false
		}
		for _, item := range truth {
			held[item] = 0
		}
		m = append(m, f)
	}
	return m
}

// likelihood is the sum over users of the mean log-likelihood of what is held out
// of them, in nats.
func (m mixture) likelihood(s *profile.Strength) float64 {
	var total float64
	var weights, sums []float64
	for u := range m {
		f := &m[u]
		weights = f.weights(weights[:0], s)
		sums = append(sums[:0], make([]float64, f.held)...)
		all := itemgraph.Floor * f.open
		for i, w := range weights {
			all += w * float64(f.out[i])
			for _, l := range f.links[i] {
				sums[l.held] += w * float64(l.weight)
			}
		}
		var logs float64
		for _, x := range sums {
			logs += math.Log((itemgraph.Floor + x) / all)
		}
		total += logs / float64(f.held)
	}
	return total
}

// weights appends what each touch weighs, 1 on average over those that weigh
// anything, as the item graph has it.
func (f *foretold) weights(dst []float64, s *profile.Strength) []float64 {
	var total, n float64
	for i := range f.touches {
		t := &f.touches[i]
		w := float64(s.Of(t) * s.Recency(t.Last, f.asOf))
		if w > 0 {
			total += w
			n++
		}
		dst = append(dst, w)
	}
	if total > 0 {
		for i := range dst {
			dst[i] *= n / total
		}
	}
	return dst
}

// edges is an item graph made for walking.
type edges struct {
	interest.Graph
	start []int // [items+1]
}

func newEdges(g interest.Graph) edges {
	start := make([]int, len(g.Edges)+1)
	for i, n := range g.Edges {
		start[i+1] = start[i] + int(n)
	}
	return edges{g, start}
}

// of returns where the edges of an item lead and their weights.
func (g edges) of(item int32) ([]int32, []float32) {
	from, to := g.start[item], g.start[item+1]
	return g.To[from:to], g.Weight[from:to]
}

// walker scores by the graph alone.
type walker struct {
	edges
	views    *views
	strength *profile.Strength
}

func (w walker) Score(dst []float32, user int32) {
	clear(dst)
	history := interest.History(nil, &w.views.train[user], w.strength, w.views.asOf[user])
	for _, t := range history {
		to, weight := w.of(t.Item)
		for e, item := range to {
			dst[item] += float32(t.Weight * weight[e])
		}
	}
}
