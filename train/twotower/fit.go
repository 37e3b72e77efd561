package twotower

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"curio/artifacts/interest"
)

// ErrData is wrapped by errors about data that cannot be learned from.
var ErrData = errors.New("nothing to learn from")

// Pair is one interaction to learn: a user and an item in 0..Users-1 and
// 0..Items-1, and how much it counts, > 0.
type Pair struct {
	User, Item int32
	Weight     float32
}

// Data is what a model is fitted to.
type Data struct {
	Users, Items    int
	Pairs           []Pair
	History         [][]interest.Touch // [Users]; items in 0..Items-1, weights > 0
	UserFeatures    []float32          // [Users, UserFeatureSize]
	UserFeatureSize int
	ItemFeatures    []float32 // [Items, ItemFeatureSize]
	ItemFeatureSize int
}

// Epoch is what a finished pass over the data reports.
type Epoch struct {
	Number int     // 1-based
	Loss   float64 // mean of the steps
	Steps  int
}

// Fit trains a model. progress, which may be nil, is told after each step how
// many of all steps are done, and after the last step of an epoch its summary.
// The error wraps ErrData when there is nothing to learn from, and is the
// context's when ctx ends; gorgonia's panics come back as errors.
func Fit(ctx context.Context, d Data, o Options, progress func(done, total int, e *Epoch)) (m *interest.Model, err error) {
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, fmt.Errorf("fit two-tower model: gorgonia panicked: %v", p)
		}
	}()
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("fit two-tower model: %w", err)
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("fit two-tower model: %w", err)
	}
	counts := make([]float32, d.Items)
	for _, p := range d.Pairs {
		counts[p.Item]++
	}
	t, err := newTrainer(d, o, counts)
	if err != nil {
		return nil, fmt.Errorf("fit two-tower model: %w", err)
	}
	defer t.g.close()
	if err := t.run(ctx, progress); err != nil {
		return nil, fmt.Errorf("fit two-tower model: %w", err)
	}
	return t.freeze(counts)
}

func (d Data) check() error {
	switch {
	case len(d.Pairs) == 0:
		return fmt.Errorf("no interactions: %w", ErrData)
	case len(d.History) != d.Users:
		return fmt.Errorf("%d histories for %d users: %w", len(d.History), d.Users, ErrData)
	case len(d.UserFeatures) != d.Users*d.UserFeatureSize || len(d.ItemFeatures) != d.Items*d.ItemFeatureSize:
		return fmt.Errorf("features do not have %d x %d and %d x %d numbers: %w",
			d.Users, d.UserFeatureSize, d.Items, d.ItemFeatureSize, ErrData)
	}
	for _, p := range d.Pairs {
		if p.User < 0 || int(p.User) >= d.Users || p.Item < 0 || int(p.Item) >= d.Items || !(p.Weight > 0) {
			return fmt.Errorf("interaction %+v is outside %d users x %d items: %w", p, d.Users, d.Items, ErrData)
		}
	}
	return nil
}

type trainer struct {
	o                  Options
	d                  Data
	g                  *graph
	s                  *sampler
	users, items, bias *table
}

func newTrainer(d Data, o Options, counts []float32) (*trainer, error) {
	var candidates []int32
	for i, n := range counts {
		if n > 0 {
			candidates = append(candidates, int32(i))
		}
	}
	batch, negatives := min(o.BatchSize, len(d.Pairs)), min(o.Negatives, len(candidates))
	g, err := newGraph(o, batch, negatives, d.UserFeatureSize, d.ItemFeatureSize, stream(o.Seed, 1))
	if err != nil {
		return nil, err
	}
	g.loss.weight = make([]float32, batch)
	g.loss.positive = make([]int32, batch)
	g.loss.where = newPlaces(d.Items, negatives)
	r := stream(o.Seed, 2)
	t := &trainer{o: o, d: d, g: g}
	t.users = newTable(d.Users, o.EmbeddingSize, o.LearningRate, 0.1, r)
	t.items = newTable(d.Items, o.EmbeddingSize, o.LearningRate, 0.1, r)
	t.bias = newTable(d.Items, 1, o.BiasLearningRate, 0, r)
	t.s = newSampler(d, o, g, t.users, t.items, t.bias, candidates)
	return t, nil
}

func stream(seed, purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, purpose)) }

func (t *trainer) run(ctx context.Context, progress func(done, total int, e *Epoch)) error {
	batch := len(t.s.user)
	perEpoch := (len(t.d.Pairs) + batch - 1) / batch
	total := perEpoch * t.o.Epochs
	for epoch := range t.o.Epochs {
		r := stream(t.o.Seed, uint64(epoch)+16)
		t.s.shuffle(r)
		var sum float64
		for step := range perEpoch {
			if err := ctx.Err(); err != nil {
				return err
			}
			done := epoch*perEpoch + step
			loss, err := t.step(step, schedule(done, total), r)
			if err != nil {
				return fmt.Errorf("epoch %d, step %d: %w", epoch+1, step+1, err)
			}
			sum += loss
			if progress == nil {
				continue
			}
			var e *Epoch
			if step == perEpoch-1 {
				e = &Epoch{Number: epoch + 1, Loss: sum / float64(perEpoch), Steps: perEpoch}
			}
			progress(done+1, total, e)
		}
	}
	return nil
}

// schedule is the share of the learning rate at a step: linear, 1 to 0.1.
func schedule(step, total int) float64 {
	return 1 - 0.9*float64(step)/float64(total)
}

func (t *trainer) step(step int, rate float64, r *rand.Rand) (float64, error) {
	t.s.fill(step, r)
	if err := t.g.step(); err != nil {
		return 0, err
	}
	if loss := t.g.loss.loss; math.IsNaN(loss) || math.IsInf(loss, 0) {
		return 0, fmt.Errorf("loss is %v: lower learning_rate or raise temperature", loss)
	}
	t.s.update(rate)
	return t.g.loss.loss, nil
}
