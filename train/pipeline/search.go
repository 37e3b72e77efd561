package pipeline

import (
	"context"
	"errors"
	"time"

	"curio/train/twotower"
)

// knob is a hyper-parameter that a search turns: one step up or down from where
// it is, within limits.
type knob struct {
	name string
	turn func(o *twotower.Options, up bool) bool // reports whether there was room
	of   func(o *twotower.Options) any
}

// The knobs in the order they are tried, what moves quality most first. Steps are
// wide: the slice that judges them does not tell finer ones apart.
var knobs = []knob{
	share("temperature", 1.5, 0.03, 1, func(o *twotower.Options) *float64 { return &o.Temperature }),
	share("learning_rate", 2, 1e-3, 0.5, func(o *twotower.Options) *float64 { return &o.LearningRate }),
	whole("epochs", 5, 100, func(o *twotower.Options) *int { return &o.Epochs }),
	whole("negatives", 256, 16384, func(o *twotower.Options) *int { return &o.Negatives }),
	whole("embedding_size", 16, 256, func(o *twotower.Options) *int { return &o.EmbeddingSize }),
	whole("batch_size", 256, 8192, func(o *twotower.Options) *int { return &o.BatchSize }),
	share("bias_learning_rate", 4, 1e-4, 1, func(o *twotower.Options) *float64 { return &o.BiasLearningRate }),
}

func share(name string, step, low, high float64, of func(*twotower.Options) *float64) knob {
	return knob{name, func(o *twotower.Options, up bool) bool {
		p := of(o)
		if *p *= step; !up {
			*p /= step * step
		}
		return *p >= low && *p <= high
	}, func(o *twotower.Options) any { return *of(o) }}
}

func whole(name string, low, high int, of func(*twotower.Options) *int) knob {
	return knob{name, func(o *twotower.Options, up bool) bool {
		p := of(o)
		if *p *= 2; !up {
			*p /= 4
		}
		return *p >= low && *p <= high
	}, func(o *twotower.Options) any { return *of(o) }}
}

// search turns one knob after another as long as that ranks better, and stops when
// a round changes nothing or a trial, which so far took the longest given, might not
// end within the budget. What it
// finds depends on the time it has; what comes of what it found does not.
func (r *rehearsal) search(ctx context.Context, best trial, longest time.Duration, o Observer) (trial, error) {
	end := o.Clock().Add(r.config.Auto)
	fits := func() bool { return o.Clock().Add(longest).Before(end) }
	for changed := true; changed; {
		changed = false
		for _, k := range knobs {
			for _, up := range []bool{true, false} {
				moved := false
				for fits() {
					c := r.config
					c.Interest, c.Interest.Stop = best.interest, 0
					if !k.turn(&c.Interest, up) {
						break
					}
					started := o.Clock()
					t, err := r.try(ctx, c, o, nil)
					longest = max(longest, o.Clock().Sub(started))
					if errors.Is(err, twotower.ErrDiverged) {
						break
					}
					if err != nil {
						return best, err
					}
					if t.value <= best.value {
						break
					}
					best, moved, changed = t, true, true
				}
				if moved {
					break // the other way is where it came from
				}
			}
		}
	}
	return best, nil
}

// differences are the settings of a trial: those of its graph, and the
// hyper-parameters that are not the run's.
func (r *rehearsal) differences(o twotower.Options, ridge, gain float64) map[string]any {
	all := map[string]any{"graph_ridge": ridge, "graph_gain": gain}
	for _, k := range knobs {
		if value := k.of(&o); value != k.of(&r.config.Interest) {
			all[k.name] = value
		}
	}
	return all
}
