package recommend

import (
	"context"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/interest"
)

// RecommendBatch answers many requests on all cores: what Recommend returns for each,
// in their order. The error is that of ctx; there are no answers then.
func (e *Engine) RecommendBatch(ctx context.Context, requests []Request) ([]Answer, error) {
	answers := make([]Answer, len(requests))
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	// As many at once as share the passes over the catalogue.
	for range min(runtime.GOMAXPROCS(0)*interest.Together, len(requests)) {
		g.Go(func() error {
			for {
				at := int(next.Add(1)) - 1
				if at >= len(requests) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				answers[at] = e.Recommend(requests[at])
			}
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return answers, nil
}
