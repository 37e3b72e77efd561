package evaluate

import (
	"context"
	"fmt"
	"runtime"

	"curio/artifacts/kernel"
)

// ItemCFOptions says how to build item-to-item neighbours. The zero value is the
// default.
type ItemCFOptions struct {
	Neighbours int // an item, at most MaxNeighbours; 0 means 100
	Workers    int // 0 means one a processor; changes the time taken and nothing else
}

// MaxNeighbours bounds ItemCFOptions.Neighbours.
const MaxNeighbours = 10_000

// filled checks o and puts the defaults in place.
func (o ItemCFOptions) filled() (ItemCFOptions, error) {
	if o.Neighbours < 0 || o.Neighbours > MaxNeighbours {
		return o, fmt.Errorf("%d neighbours an item, want 0..%d", o.Neighbours, MaxNeighbours)
	}
	if o.Workers < 0 {
		return o, fmt.Errorf("%d workers, want 0 or more", o.Workers)
	}
	if o.Neighbours == 0 {
		o.Neighbours = 100
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o, nil
}

// itemCF is item-to-item collaborative filtering. A user's score of an item is
// its base and the votes of the items in the history.
type itemCF struct {
	histories *Histories
	base      []float32       // by item
	start     []int           // items+1; item i votes for vote[start[i]:start[i+1]]
	vote      []kernel.Scored // the item voted for, ascending for each voter, and the weight
}

// ItemCF builds item-to-item collaborative filtering (Sarwar et al. 2001,
// "Item-based collaborative filtering recommendation algorithms", weighted sum),
// in the form that the figures published for it on implicit feedback come from:
//
//	cos(i, j)   = users of both i and j / sqrt(users of i x users of j)
//	N(j)        = the Neighbours items most similar to j, the lower index first
//	              among equals, j and items without a common user left out
//	w(j, i)     = cos(i, j) / sum of cos(n, j) over n in N(j)
//	score(u, j) = m(j) + sum over i in N(j) of w(j, i) (r(u, i) - m(i))
//
// where r(u, i) is 1 if i is in the history of u, else 0, and m(i) is its mean,
// the share of users who have i. A user without a row has an empty history.
//
// Building it takes 16 bytes a neighbour, of which 8 stay, 4 an interaction, and
// O(items) a worker.
func ItemCF(ctx context.Context, h *Histories, o ItemCFOptions) (Scorer, error) {
	o, err := o.filled()
	if err != nil {
		return nil, fmt.Errorf("item-to-item baseline: %w", err)
	}
	near, err := nearest(ctx, h, o)
	if err != nil {
		return nil, fmt.Errorf("item-to-item baseline: %w", err)
	}
	mean := make([]float64, h.Items())
	for i, n := range h.Counts() {
		mean[i] = float64(n) / float64(max(h.Users(), 1))
	}
	c := &itemCF{histories: h, base: make([]float32, h.Items()), start: make([]int, h.Items()+1)}
	for j := range h.Items() {
		for _, n := range near.of(j) {
			c.start[n.Index+1]++
		}
	}
	for i := range h.Items() {
		c.start[i+1] += c.start[i]
	}
	c.vote = make([]kernel.Scored, c.start[h.Items()])
	next := append([]int{}, c.start[:h.Items()]...)
	for j := range h.Items() {
		var all, usual float64
		for _, n := range near.of(j) {
			all += float64(n.Score)
		}
		for _, n := range near.of(j) {
			w := float64(n.Score) / all
			usual += float64(w * mean[n.Index])
			c.vote[next[n.Index]] = kernel.Scored{Index: int32(j), Score: float32(w)}
			next[n.Index]++
		}
		c.base[j] = float32(mean[j] - usual)
	}
	return c, nil
}

// Score implements Scorer. It adds in the order of the history, so a score is
// the same every time.
func (c *itemCF) Score(dst []float32, user int32) {
	copy(dst, c.base)
	for _, item := range c.histories.Of(user) {
		for _, v := range c.vote[c.start[item]:c.start[item+1]] {
			dst[v.Index] += v.Score
		}
	}
}
