package twotower

import (
	"errors"
	"fmt"
)

// HeadOptions are the hyper-parameters of a head. See DefaultHead.
type HeadOptions struct {
	HiddenSize   int     // width of the hidden layer
	Epochs       int     // passes over the candidates at most
	Patience     int     // epochs without improvement after which to stop
	BatchSize    int     // candidates a step
	LearningRate float64 // of Adam
	Decay        float64 // pull of the weights towards zero (L2)
	KeepOrder    bool    // reads the score and what is the same for all items alone, without a hidden layer
	Seed         uint64
}

// DefaultHead returns the options used where a run says nothing else.
func DefaultHead() HeadOptions {
	return HeadOptions{HiddenSize: 16, Epochs: 40, Patience: 3, BatchSize: 1024, LearningRate: 1e-3, Decay: 1e-3, Seed: 1}
}

// Validate names every option that is out of range.
func (o HeadOptions) Validate() error {
	var faults []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	check(o.HiddenSize >= 1 && o.HiddenSize <= 1024, "hidden_size %d is outside 1..1024", o.HiddenSize)
	check(o.Epochs >= 1 && o.Epochs <= 10_000, "epochs %d is outside 1..10000", o.Epochs)
	check(o.Patience >= 1, "patience %d is below 1", o.Patience)
	check(o.BatchSize >= 1 && o.BatchSize <= 1<<16, "batch_size %d is outside 1..65536", o.BatchSize)
	check(o.LearningRate >= 0 && o.LearningRate <= 10, "learning_rate %v is outside 0..10", o.LearningRate)
	check(o.Decay >= 0 && o.Decay <= 1, "decay %v is outside 0..1", o.Decay)
	return errors.Join(faults...)
}
