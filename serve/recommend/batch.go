package recommend

import (
	"context"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// batchWorkers is how many requests of a batch are answered at a time, for each core:
// enough to share passes over the catalogue, and few enough for others to come in between.
const batchWorkers = 4

// RecommendBatch answers many requests: what Recommend returns for each, in their order.
// Batches wait for each other, and for questions about many users. The error is that of
// ctx; there are no answers then.
func (e *Engine) RecommendBatch(ctx context.Context, requests []Request) ([]Answer, error) {
	if err := e.take(ctx); err != nil {
		return nil, err
	}
	defer e.give()
	answers := make([]Answer, len(requests))
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range min(batchWorkers*runtime.GOMAXPROCS(0), len(requests)) {
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
