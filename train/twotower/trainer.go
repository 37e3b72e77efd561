package twotower

import (
	"context"
	"fmt"
	"math/rand/v2"

	"curio/artifacts/interest"
)

// explosion is how many times the loss of the first step a loss may be.
const explosion = 3

// trainer is a fit under way.
type trainer struct {
	o                  Options
	d                  Data
	w                  *Watch
	counts             []float32 // by item: interactions
	g                  *graph
	s                  *sampler
	users, items, bias *table

	progress
	source *rand.PCG       // of the epoch under way
	best   *interest.Model // nil before an epoch was judged
	mark   string          // fingerprint, once it is known
}

// progress is how far a fit is.
type progress struct {
	Step    int     `json:"step"` // of the epoch under way, from 0
	Sum     float64 `json:"sum"`  // of the losses of its steps
	First   float64 `json:"first"`
	Updates int     `json:"updates"` // of the embeddings and dense weights
	Epochs  []Epoch `json:"epochs"`  // finished
}

func newTrainer(d Data, o Options, w *Watch) (*trainer, error) {
	t := &trainer{o: o, d: d, w: w, counts: make([]float32, d.Items)}
	for _, p := range d.Pairs {
		t.counts[p.Item]++
	}
	var candidates []int32
	for i, n := range t.counts {
		if n > 0 {
			candidates = append(candidates, int32(i))
		}
	}
	batch, negatives := min(o.BatchSize, len(d.Pairs)), min(o.Negatives, len(candidates))
	var err error
	if t.g, err = newGraph(o, batch, negatives, d.UserFeatureSize, d.ItemFeatureSize, stream(o.Seed, 1)); err != nil {
		return nil, err
	}
	t.g.loss.weight = make([]float32, batch)
	t.g.loss.positive = make([]int32, batch)
	t.g.loss.where = newPlaces(d.Items, negatives)
	r := stream(o.Seed, 2)
	t.users = newTable(d.Users, o.EmbeddingSize, o.LearningRate, 0.1, r)
	t.items = newTable(d.Items, o.EmbeddingSize, o.LearningRate, 0.1, r)
	t.bias = newTable(d.Items, 1, o.BiasLearningRate, 0, r)
	t.s = newSampler(d, o, t.g, t.users, t.items, t.bias, candidates)
	return t, nil
}

func stream(seed, purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, purpose)) }

// run goes through what is left of the epochs.
func (t *trainer) run(ctx context.Context) (*interest.Model, error) {
	if err := t.resume(); err != nil {
		return nil, err
	}
	if t.w.Epoch != nil {
		for _, e := range t.Epochs {
			e.Resumed = true
			t.w.Epoch(e)
		}
	}
	for !t.done() {
		if err := t.epoch(ctx); err != nil {
			return nil, fmt.Errorf("epoch %d: %w", len(t.Epochs)+1, err)
		}
	}
	if err := t.save(); err != nil {
		return nil, err
	}
	if t.best != nil {
		return t.best, nil
	}
	return t.freeze()
}

// done reports whether all epochs are over, or the last few were no better than
// one before them.
func (t *trainer) done() bool {
	n := len(t.Epochs)
	if n >= t.o.stop() {
		return true
	}
	if t.o.Patience == 0 || n < t.o.Patience {
		return false
	}
	for _, e := range t.Epochs[n-t.o.Patience:] {
		if e.Best || !e.Judged {
			return false
		}
	}
	return true
}

// steps is how many make an epoch.
func (t *trainer) steps() int {
	batch := len(t.s.user)
	return (len(t.d.Pairs) + batch - 1) / batch
}

// begin seeds the epoch under way and shuffles it.
func (t *trainer) begin() *rand.Rand {
	t.source = rand.NewPCG(t.o.Seed, uint64(len(t.Epochs))+16)
	r := rand.New(t.source)
	t.s.shuffle(r)
	return r
}

// epoch goes through what is left of the epoch under way.
func (t *trainer) epoch(ctx context.Context) error {
	within := t.source
	r := t.begin()
	if within != nil { // from a checkpoint
		*t.source = *within
	}
	before, per := len(t.Epochs)*t.steps(), t.steps()
	for t.Step < per {
		if err := ctx.Err(); err != nil {
			return err
		}
		loss, err := t.step(schedule(before+t.Step, per*t.o.Epochs), r)
		if err != nil {
			return fmt.Errorf("step %d: %w", t.Step+1, err)
		}
		t.Sum += loss
		t.Step++
		if t.w.Step != nil {
			t.w.Step(before+t.Step, per*t.o.stop())
		}
		if t.Step < per && t.w.Checkpoint != nil && t.w.Checkpoint.Due() {
			if err := t.save(); err != nil {
				return err
			}
		}
	}
	return t.end()
}

// end judges the epoch under way and closes it.
func (t *trainer) end() error {
	e := Epoch{Number: len(t.Epochs) + 1, Of: t.o.stop(), Loss: t.Sum / float64(t.Step), Samples: t.Step * len(t.s.user)}
	if t.w.Judge != nil {
		m, err := t.freeze()
		if err != nil {
			return err
		}
		if e.Value, err = t.w.Judge(m); err != nil {
			return fmt.Errorf("judge: %w", err)
		}
		e.Judged, e.Best = true, true
		for _, earlier := range t.Epochs {
			e.Best = e.Best && e.Value > earlier.Value
		}
		if e.Best {
			t.best = m
		}
	}
	t.Epochs, t.Step, t.Sum, t.source = append(t.Epochs, e), 0, 0, nil
	if t.w.Epoch != nil {
		t.w.Epoch(e)
	}
	if t.w.Checkpoint != nil && t.w.Checkpoint.Due() {
		return t.save()
	}
	return nil
}

// schedule is the share of the learning rate at a step: linear, 1 to 0.1.
func schedule(step, total int) float64 {
	return 1 - 0.9*float64(step)/float64(total)
}

func (t *trainer) step(rate float64, r *rand.Rand) (float64, error) {
	t.s.fill(t.Step, r)
	if err := t.g.run(); err != nil {
		return 0, err
	}
	loss := t.g.loss.loss
	if t.Updates == 0 {
		t.First = loss
	}
	if !(loss <= explosion*(1+t.First)) || !t.g.finite() {
		size, where := t.g.largestGradient()
		return 0, fmt.Errorf("loss is %.4g after %.4g at the first step, and the largest gradient %.4g, by %s: lower the learning rates or raise the temperature: %w",
			loss, t.First, size, where, ErrDiverged)
	}
	t.Updates++
	c := correction(t.Updates)
	t.g.update(c)
	t.s.update(rate, c)
	return loss, nil
}
