// Package twotower fits the interest model of artifacts/interest with gorgonia:
// a user tower and an item tower under a sampled softmax over cosines. gorgonia
// holds the graph, its derivatives and the dense layers; the loss is one fused
// operation (see softmax) and embedding rows are gathered before the graph and
// updated sparsely after it, so a step costs the same for any catalogue. FitHead
// fits the ranking head of a model, and Align turns one fit towards another.
//
// Results depend on data, options, seed and judge alone: not on Options.Workers,
// nor on where a fit was cut off and went on from a checkpoint.
package twotower

import (
	"errors"
	"fmt"
)

// Options are the hyper-parameters of a fit. See Default.
type Options struct {
	EmbeddingSize     int     // length of user and item vectors
	HiddenSize        int     // width of the feature networks' hidden layer
	Epochs            int     // passes over the interactions
	Stop              int     // ends after so many of Epochs, which still sets how the learning rate falls; 0: after all
	Patience          int     // ends after so many epochs that a judge found no better than one before; 0: never
	BatchSize         int     // interactions a step
	Negatives         int     // uniform negatives shared by a batch; smaller catalogues are used whole
	Temperature       float64 // divides the cosine
	LearningRate      float64 // of the embeddings (lazy Adam)
	DenseLearningRate float64 // of the dense layers (Adam)
	BiasLearningRate  float64 // of the item biases (lazy Adam)
	IDDropout         float64 // share of rows trained without their id embedding, and of users without what they did as well
	Seed              uint64
	Workers           int // goroutines; changes speed only
}

// Default returns the options used where a run says nothing else.
func Default() Options {
	return Options{
		EmbeddingSize: 64, HiddenSize: 64, Epochs: 12, Patience: 4, BatchSize: 2048, Negatives: 2048,
		Temperature: 0.15, LearningRate: 5e-2, DenseLearningRate: 1e-3, BiasLearningRate: 1e-2,
		IDDropout: 0.1, Seed: 1, Workers: 1,
	}
}

// Validate names every option that is out of range.
func (o Options) Validate() error {
	var faults []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	check(o.EmbeddingSize >= 1 && o.EmbeddingSize <= 1024, "embedding_size %d is outside 1..1024", o.EmbeddingSize)
	check(o.HiddenSize >= 1 && o.HiddenSize <= 1024, "hidden_size %d is outside 1..1024", o.HiddenSize)
	check(o.Epochs >= 1 && o.Epochs <= 10_000, "epochs %d is outside 1..10000", o.Epochs)
	check(o.Stop >= 0 && o.Stop <= o.Epochs, "stop %d is outside 0..epochs, %d", o.Stop, o.Epochs)
	check(o.Patience >= 0 && o.Patience <= 10_000, "patience %d is outside 0..10000", o.Patience)
	check(o.BatchSize >= 1 && o.BatchSize <= 1<<16, "batch_size %d is outside 1..65536", o.BatchSize)
	check(o.Negatives >= 1 && o.Negatives <= 1<<16, "negatives %d is outside 1..65536", o.Negatives)
	check(o.Temperature >= 0.01 && o.Temperature <= 10, "temperature %v is outside 0.01..10", o.Temperature)
	for _, r := range []struct {
		name  string
		value float64
	}{{"learning_rate", o.LearningRate}, {"dense_learning_rate", o.DenseLearningRate}, {"bias_learning_rate", o.BiasLearningRate}} {
		check(r.value >= 0 && r.value <= 10, "%s %v is outside 0..10", r.name, r.value)
	}
	check(o.IDDropout >= 0 && o.IDDropout < 1, "id_dropout %v is outside 0..1", o.IDDropout)
	check(o.Workers >= 1, "workers %d is below 1", o.Workers)
	return errors.Join(faults...)
}

// stop is how many epochs are run.
func (o Options) stop() int {
	if o.Stop > 0 {
		return o.Stop
	}
	return o.Epochs
}
