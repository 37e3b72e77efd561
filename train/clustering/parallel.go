package clustering

import (
	"sync"
	"sync/atomic"
)

// parallel calls f(0) ... f(n-1), each once, from up to workers goroutines, and
// returns when all are done.
func parallel(n, workers int, f func(i int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(n, workers) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	group.Wait()
}
