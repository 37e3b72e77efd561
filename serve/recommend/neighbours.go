package recommend

import (
	"context"
	"runtime"

	"curio/artifacts/audience"
)

// MaxNeighbours is the most users that SimilarUsers returns.
const MaxNeighbours = 100

// SimilarUsers returns the n users, at most MaxNeighbours, whose vectors are nearest in
// angle to that of a known user: exactly, over all of whom the model knows something. The user is
// not among them. The error wraps audience.ErrUnknown for a user whom the artifact does
// not know, or of whom the model knows nothing, or is that of ctx.
func (e *Engine) SimilarUsers(ctx context.Context, user string, n int) ([]audience.Neighbour, error) {
	index, ok := e.art.Users.Index(user)
	if !ok {
		return nil, audience.ErrUnknown
	}
	if err := e.take(ctx); err != nil {
		return nil, err
	}
	defer e.give()
	return e.audience.Neighbours(ctx, index, min(n, MaxNeighbours), runtime.GOMAXPROCS(0))
}
