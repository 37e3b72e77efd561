package audience

import (
	"context"
	"math"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/kernel"
)

// Neighbour is a user near another one.
type Neighbour struct {
	User   int32
	Cosine float32 // -1..1: of the angle between their vectors
}

// Neighbours returns the n users whose vectors are nearest in angle to a user's, the
// nearest first and equal ones by index: exactly, over all of whom the model knows
// something, and without the user. The error wraps ErrUnknown for an index that no
// user has, and for a user of whom the model knows nothing. workers >= 1 changes nothing but the
// time.
func (a *Audience) Neighbours(ctx context.Context, user int32, n, workers int) ([]Neighbour, error) {
	if user < 0 || int(user) >= len(a.art.Profiles) {
		return nil, ErrUnknown
	}
	dim := a.art.Interest.Dim()
	own := a.block(int(user) / blockSize)
	at, ok := slices.BinarySearch(own.users, user)
	if !ok {
		return nil, ErrUnknown
	}
	vector := own.vectors[at*dim : (at+1)*dim]
	if length(vector) == 0 {
		return nil, ErrUnknown
	}
	tops := make([]*kernel.Top, max(1, workers))
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for w := range tops {
		tops[w] = kernel.NewTop(n)
		g.Go(func() error {
			cosines := make([]float32, blockSize)
			for {
				b := int(next.Add(1)) - 1
				if b >= len(a.blocks) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				near(tops[w], cosines, vector, user, a.block(b))
			}
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, other := range tops[1:] {
		for _, s := range other.Sorted(nil) {
			tops[0].Push(s.Index, s.Score)
		}
	}
	var list []Neighbour
	for _, s := range tops[0].Sorted(nil) {
		list = append(list, Neighbour{s.Index, s.Score})
	}
	return list, nil
}

// near offers the users of a block to top, but for the one whom the vector is of.
func near(top *kernel.Top, cosines, vector []float32, user int32, b *block) {
	n, dim := len(b.users), len(vector)
	if n == 0 {
		return
	}
	kernel.GemmNT(1, n, dim, 1, vector, dim, b.vectors, dim, 0, cosines, n)
	size := length(vector)
	for i, u := range b.users {
		if l := length(b.vectors[i*dim : (i+1)*dim]); u != user && l > 0 {
			top.Push(u, min(max(cosines[i]/(size*l), -1), 1))
		}
	}
}

func length(x []float32) float32 { return float32(math.Sqrt(float64(kernel.Dot(x, x)))) }
