package evaluate

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
)

// Options says how to evaluate. The zero value is the default.
type Options struct {
	Cutoffs   []int  // list lengths, 1..MaxCutoff; empty means 10, 20 and 50
	Bootstrap int    // resamples, at most MaxBootstrap; 0 means 1,000; negative leaves out intervals
	Seed      uint64 // of the resamples
	Workers   int    // 0 means one a processor; changes the time taken and nothing else
	// Progress, if not nil, is told how many of the users have been ranked, from
	// one goroutine at a time and in ascending order.
	Progress func(done, total int)
}

// Limits of Options.
const (
	MaxCutoff    = 1000
	MaxBootstrap = 100_000
)

// filled checks o, naming every fault, and puts the defaults in place. The
// cutoffs come out ascending and without repeats.
func (o Options) filled() (Options, error) {
	var faults []error
	if len(o.Cutoffs) == 0 {
		o.Cutoffs = []int{10, 20, 50}
	}
	o.Cutoffs = slices.Compact(slices.Sorted(slices.Values(o.Cutoffs)))
	for _, k := range o.Cutoffs {
		if k < 1 || k > MaxCutoff {
			faults = append(faults, fmt.Errorf("cutoff %d, want 1..%d", k, MaxCutoff))
		}
	}
	if o.Bootstrap == 0 {
		o.Bootstrap = 1000
	}
	if o.Bootstrap > MaxBootstrap {
		faults = append(faults, fmt.Errorf("%d bootstrap resamples, want at most %d", o.Bootstrap, MaxBootstrap))
	}
	if o.Workers < 0 {
		faults = append(faults, fmt.Errorf("%d workers, want 0 or more", o.Workers))
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o, errors.Join(faults...)
}
