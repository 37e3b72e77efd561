// Package itemgraph fits the item graph of artifacts/interest: how much having
// one item speaks for another, in closed form.
//
// With R the binary user x item matrix, d_u and d_i the sizes of its rows and
// columns, and
//
//	G = D_i^-1/2 R^T D_u^-UserPower R D_i^-1/2
//
// the edges into item j are a ridge regression of j's column on those of its
// Neighbours most similar items N, the similarity being G itself:
//
//	w_j   = (G_NN + Ridge I)^-1 G_Nj
//	edge  = d_i^-1/2 w_ij d_j^1/2     from i in N to j
//
// A Ridge of infinity leaves the linear filter of Shen et al., "How Powerful is
// Graph Convolution for Recommendation?" (CIKM 2021), up to a factor; UserPower 0
// the linear autoencoder of Steck, "Markov Random Fields for Collaborative
// Filtering" (NeurIPS 2019, section 3), on neighbourhoods.
//
// Results depend on data and options but for Workers.
package itemgraph

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/interest"
)

// Options say how to build a graph. See Default.
type Options struct {
	Neighbours int     // edges into an item, at most; 0: as many as make some edges in all, see edges
	UserPower  float64 // how much less a pair of items counts in a long history
	Ridge      float64 // > 0; more trusts similar items alike, less tells them apart
	Workers    int     // goroutines; changes speed only
}

// Default returns the options used where a run says nothing else.
func Default() Options {
	return Options{UserPower: 0.5, Ridge: 0.5, Workers: 1}
}

// Validate names every option that is out of range.
func (o Options) Validate() error {
	var faults []error
	check := func(ok bool, format string, value any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, value))
		}
	}
	check(o.Neighbours >= 0 && o.Neighbours <= 1000, "graph neighbours %v is outside 0..1000", o.Neighbours)
	check(o.UserPower >= 0 && o.UserPower <= 2, "graph user power %v is outside 0..2", o.UserPower)
	check(o.Ridge >= 1e-3 && o.Ridge <= 1e6, "graph ridge %v is outside 0.001..1000000", o.Ridge)
	check(o.Workers >= 1, "workers %v is below 1", o.Workers)
	return errors.Join(faults...)
}

// Floor is the interest.Graph Floor that goes with the scale of the edges: a
// regression predicts some 0 to 1.
const Floor = 0.01

// Where Neighbours is 0, an item has edges/items of them, within fewest..most: a
// small catalogue can afford many, and gains by them, and the work grows with the
// cube of the number.
const (
	edges  = 4 << 20
	fewest = 50
	most   = 200
)

func (o Options) neighbours(items int) int {
	if o.Neighbours > 0 {
		return o.Neighbours
	}
	return min(max(edges/max(items, 1), fewest), most)
}

// block is how many items a worker takes at once.
const block = 64

// Build fits the graph to histories of distinct items in 0..items-1, ascending.
// Gain and Floor of what it returns are left to the caller.
//
// It holds the similarities of all pairs of items that have a user in common, 4
// bytes and as much again for where they stand; histories past a length that
// keeps these within 1 GiB are thinned (see thin).
func Build(ctx context.Context, items int, histories [][]int32, o Options) (interest.Graph, error) {
	if err := o.Validate(); err != nil {
		return interest.Graph{}, fmt.Errorf("build item graph: %w", err)
	}
	o.Neighbours = o.neighbours(items)
	m := newMatrix(items, thin(items, histories, maxPairs), o.UserPower)
	lower := make([]row, items)
	if err := each(ctx, items, o.Workers, func() func(int) {
		s := newSums(m)
		return func(i int) { lower[i] = s.lower(i) }
	}); err != nil {
		return interest.Graph{}, fmt.Errorf("build item graph: %w", err)
	}
	into := make([]row, items)
	if err := each(ctx, items, o.Workers, func() func(int) {
		s := newSolver(m, lower, o)
		return func(j int) { into[j] = s.solve(j) }
	}); err != nil {
		return interest.Graph{}, fmt.Errorf("build item graph: %w", err)
	}
	return turn(into), nil
}

// each calls f for 0..n-1, on several goroutines that each have an f of their
// own from open.
func each(ctx context.Context, n, workers int, open func() func(int)) error {
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range min(workers, (n+block-1)/block) {
		f := open()
		g.Go(func() error {
			for {
				from := (int(next.Add(1)) - 1) * block
				if from >= n {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				for i := from; i < min(from+block, n); i++ {
					f(i)
				}
			}
		})
	}
	return g.Wait()
}

// row is a sparse vector over the items, ascending.
type row struct {
	item  []int32
	value []float32
}

// turn makes edges out of each item from edges into each item.
func turn(into []row) interest.Graph {
	g := interest.Graph{Edges: make([]int32, len(into))}
	total := 0
	for _, r := range into {
		total += len(r.item)
		for _, i := range r.item {
			g.Edges[i]++
		}
	}
	next := make([]int, len(into))
	for i := range into[:max(len(into)-1, 0)] {
		next[i+1] = next[i] + int(g.Edges[i])
	}
	g.To, g.Weight = make([]int32, total), make([]float32, total)
	for j, r := range into {
		for n, i := range r.item {
			g.To[next[i]], g.Weight[next[i]] = int32(j), r.value[n]
			next[i]++
		}
	}
	return g
}

// maxPairs bounds the similarities that are held.
const maxPairs = 1 << 27

// thin returns the histories with those longer than a limit thinned to it, at
// even distances. The limit is the longest, of those halved from the longest
// history, at which no more than most pairs of items can be met.
func thin(items int, histories [][]int32, most int) [][]int32 {
	if items <= most/max(items, 1) {
		return histories
	}
	longest := 0
	for _, h := range histories {
		longest = max(longest, len(h))
	}
	limit := longest
	for limit > 2 {
		pairs := 0
		for _, h := range histories {
			n := min(len(h), limit)
			pairs += n * n / 2
		}
		if pairs <= most {
			break
		}
		limit /= 2
	}
	if limit == longest {
		return histories
	}
	out := slices.Clone(histories)
	for u, h := range out {
		if len(h) > limit {
			kept := make([]int32, limit)
			for n := range kept {
				kept[n] = h[n*len(h)/limit]
			}
			out[u] = kept
		}
	}
	return out
}
