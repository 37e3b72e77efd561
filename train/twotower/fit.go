package twotower

import (
	"context"
	"errors"
	"fmt"
	"math"

	"curio/artifacts/interest"
)

// ErrData is wrapped by errors about data that cannot be learned from.
var ErrData = errors.New("nothing to learn from")

// ErrDiverged is wrapped by errors of a fit whose loss grew out of bounds.
var ErrDiverged = errors.New("training diverged")

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
	UserDoneSize    int       // the first of these, which are 0 for a user who did nothing
	ItemFeatures    []float32 // [Items, ItemFeatureSize]
	ItemFeatureSize int
	ItemDoneSize    int // the last of these, which are 0 for an item that nobody touched
}

// Fit trains a model: that of the best epoch if there is a judge, else of the
// last. w may be nil.
//
// The error wraps ErrData when there is nothing to learn from, ErrDiverged when
// the loss is not finite or has exploded, and ErrCheckpoint when a checkpoint is
// damaged or of another fit. It is the context's when ctx ends; gorgonia's panics
// come back as errors.
func Fit(ctx context.Context, d Data, o Options, w *Watch) (m *interest.Model, err error) {
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, fmt.Errorf("fit two-tower model: gorgonia panicked: %v", p)
		}
	}()
	if w == nil {
		w = &Watch{}
	}
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("fit two-tower model: %w", err)
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("fit two-tower model: %w", err)
	}
	t, err := newTrainer(d, o, w)
	if err != nil {
		return nil, fmt.Errorf("fit two-tower model: %w", err)
	}
	defer t.g.close()
	if m, err = t.run(ctx); err != nil {
		return nil, fmt.Errorf("fit two-tower model: %w", err)
	}
	return m, nil
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
	if d.UserDoneSize < 0 || d.UserDoneSize > d.UserFeatureSize || d.ItemDoneSize < 0 || d.ItemDoneSize > d.ItemFeatureSize {
		return fmt.Errorf("%d of %d features of users and %d of %d of items: %w",
			d.UserDoneSize, d.UserFeatureSize, d.ItemDoneSize, d.ItemFeatureSize, ErrData)
	}
	for _, p := range d.Pairs {
		if p.User < 0 || int(p.User) >= d.Users || p.Item < 0 || int(p.Item) >= d.Items || !(p.Weight > 0 && p.Weight <= math.MaxFloat32) {
			return fmt.Errorf("interaction %+v is outside %d users x %d items: %w", p, d.Users, d.Items, ErrData)
		}
	}
	for u, history := range d.History {
		for _, t := range history {
			if t.Item < 0 || int(t.Item) >= d.Items || !(t.Weight > 0 && t.Weight <= math.MaxFloat32) {
				return fmt.Errorf("history of user %d has %+v, outside %d items: %w", u, t, d.Items, ErrData)
			}
		}
	}
	for _, features := range [][]float32{d.UserFeatures, d.ItemFeatures} {
		for i, x := range features {
			if !(x >= -math.MaxFloat32 && x <= math.MaxFloat32) {
				return fmt.Errorf("feature %d is %v: %w", i, x, ErrData)
			}
		}
	}
	return nil
}
