package evaluate

import (
	"context"
	"math"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/kernel"
)

// HeavyUser is the longest history that similarities are counted from in full.
// Pairs of items grow with the square of a history, so of a longer one only this
// many items, at even distances, take part. Recommendations still use it whole.
const HeavyUser = 5000

// itemBlock is how many items a worker takes at once.
const itemBlock = 128

// neighbourhoods are the most similar other items of every item, in blocks of
// itemBlock items.
type neighbourhoods []neighbourBlock

type neighbourBlock struct {
	start []int           // of each item of the block in list, and the end
	list  []kernel.Scored // most similar first
}

// of returns the neighbours of one item, most similar first.
func (n neighbourhoods) of(item int) []kernel.Scored {
	b, i := &n[item/itemBlock], item%itemBlock
	return b.list[b.start[i]:b.start[i+1]]
}

// nearest finds for every item the o.Neighbours others of highest cosine.
func nearest(ctx context.Context, h *Histories, o ItemCFOptions) (neighbourhoods, error) {
	h = h.limited(HeavyUser)
	start, user := h.transposed()
	blocks := make(neighbourhoods, (h.Items()+itemBlock-1)/itemBlock)
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range min(o.Workers, len(blocks)) {
		g.Go(func() error {
			f := finder{histories: h, start: start, user: user,
				shared: make([]int32, h.Items()), top: kernel.NewTop(o.Neighbours)}
			for {
				b := int(next.Add(1)) - 1
				if b >= len(blocks) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				blocks[b] = f.block(b*itemBlock, min((b+1)*itemBlock, h.Items()), o.Neighbours)
			}
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return blocks, nil
}

// finder is one worker that looks for neighbours.
type finder struct {
	histories *Histories
	start     []int   // items+1; the users of item i are user[start[i]:start[i+1]]
	user      []int32 // ascending for each item
	shared    []int32 // by item: users in common with the current one; zero between items
	touched   []int32 // items with shared > 0
	top       *kernel.Top
}

// block finds the k nearest of each of the items from..to-1.
func (f *finder) block(from, to, k int) neighbourBlock {
	out := neighbourBlock{start: make([]int, 1, itemBlock+1)}
	for i := from; i < to; i++ {
		users := f.user[f.start[i]:f.start[i+1]]
		for _, u := range users {
			for _, j := range f.histories.Of(u) {
				if f.shared[j] == 0 {
					f.touched = append(f.touched, j)
				}
				f.shared[j]++
			}
		}
		f.top.Reset(k)
		for _, j := range f.touched {
			if int(j) != i {
				norm := math.Sqrt(float64(len(users)) * float64(f.start[j+1]-f.start[j]))
				f.top.Push(j, float32(float64(f.shared[j])/norm))
			}
			f.shared[j] = 0
		}
		f.touched = f.touched[:0]
		out.list = f.top.Sorted(out.list)
		out.start = append(out.start, len(out.list))
	}
	return out
}
