package twotower

import (
	"sync"
	"sync/atomic"
)

// parallel calls f(0) .. f(n-1) on up to workers goroutines and waits for all.
// Which goroutine runs which call is left to the scheduler, so results must
// depend on i alone.
func parallel(workers, n int, f func(i int)) {
	workers = min(workers, n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	done.Wait()
}

// chunk returns the i-th of parts near-equal ranges of 0..n-1.
func chunk(n, parts, i int) (from, to int) {
	return n * i / parts, n * (i + 1) / parts
}
