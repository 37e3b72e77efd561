package timeline

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// ahead is how many partitions a worker may be ahead of the one that is due.
const ahead = 4

// inOrder works on every partition, on several goroutines that each have a
// function of their own from open, and gives the results to take in order of the
// partitions, one at a time.
func inOrder[R any](ctx context.Context, workers int, open func() func(p int) (R, error), take func(R) error) error {
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	var results [partitions]chan R
	for p := range results {
		results[p] = make(chan R, 1)
	}
	room := make(chan struct{}, workers*ahead)
	for range workers {
		work := open()
		g.Go(func() error {
			for {
				select {
				case room <- struct{}{}:
				case <-ctx.Done():
					return ctx.Err()
				}
				p := int(next.Add(1)) - 1
				if p >= partitions {
					return nil
				}
				r, err := work(p)
				if err != nil {
					return err
				}
				results[p] <- r
			}
		})
	}
	g.Go(func() error {
		for p := range results {
			select {
			case r := <-results[p]:
				if err := take(r); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
			<-room
		}
		return nil
	})
	return g.Wait()
}
