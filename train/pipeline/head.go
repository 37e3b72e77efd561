package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/experiments/run"
	"curio/train/evaluate"
	"curio/train/twotower"
)

// leastTaken is how many candidates must have been taken up for a head to be
// fitted: fewer do not tell a probability.
const leastTaken = 100

// rehearsedHead is a head and the model it was fitted beside.
type rehearsedHead struct {
	head  interest.Head
	model *interest.Model
	names []string // of the behaviours it reads
	items []int64  // of the users who touched each item
}

// fitHead fits a head to what users of a rehearsal took up of the candidates its
// model has for them. Its probabilities put these in another order if that was
// better for every other user when the head was fitted to the rest. It is nil where
// too little was taken up to tell.
func fitHead(ctx context.Context, in *inputs, model *interest.Model, c Config) (*rehearsedHead, run.Evidence, error) {
	shown, taken, err := in.shown(ctx, model, judges)
	if err != nil || taken < leastTaken {
		return nil, run.Evidence{}, err
	}
	o := twotower.DefaultHead()
	o.Seed = c.Seed
	evidence, err := in.reorder(ctx, model, shown, o)
	if err != nil {
		return nil, evidence, err
	}
	o.KeepOrder = !evidence.Holds()
	h, err := twotower.FitHead(ctx, model, shown, o, nil)
	switch {
	case errors.Is(err, twotower.ErrData):
		return nil, evidence, nil // too few users to tell
	case err != nil:
		return nil, evidence, err
	}
	if c.Split == ByUser && !c.Source.Fixed() {
		h.B[len(h.B)-1] += float32(math.Log(odds(c.Holdout) / odds(rehearsed(c.Holdout))))
	}
	return &rehearsedHead{h, model, in.behaves, in.histories.Counts()}, evidence, nil
}

// reorder fits a head to one half of the lists and looks what its order gains on the
// other.
func (in *inputs) reorder(ctx context.Context, model *interest.Model, shown []twotower.Shown, o twotower.HeadOptions) (run.Evidence, error) {
	var halves [2][]twotower.Shown
	for n, s := range shown {
		halves[n%2] = append(halves[n%2], s)
	}
	h, err := twotower.FitHead(ctx, model, halves[0], o, nil)
	switch {
	case errors.Is(err, twotower.ErrData):
		return run.Evidence{}, nil
	case err != nil:
		return run.Evidence{}, err
	}
	if model, err = model.WithHead(h); err != nil {
		return run.Evidence{}, err
	}
	var gains []float64
	v := make([]float32, model.Dim())
	for _, s := range halves[1] {
		model.User(v, s.Query)
		found := slices.Clone(s.Found)
		model.Rerank(v, s.Query, found)
		truth := in.truth[s.Query.User]
		gains = append(gains, evaluate.NDCG(found, truth, 20)-evaluate.NDCG(s.Found, truth, 20))
	}
	return evidenceOf(gains), nil
}

// odds is how many items are held out for each that is known. Where a share of what
// each user did is held out, what is taken up of the candidates grows with it: a
// head of a rehearsal with other odds than the evaluation is put right by their
// quotient, which is that of the odds of an item as long as these are small.
func odds(share float64) float64 { return share / (1 - share) }

// shown lists the candidates of at most so many users with something held out, and
// how many of all were taken up.
func (in *inputs) shown(ctx context.Context, model *interest.Model, most int) (shown []twotower.Shown, taken int, err error) {
	s, v := scorer{model, in}, make([]float32, model.Dim())
	for _, user := range in.task(most).Users {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		q := s.query(user)
		model.User(v, q)
		seen := in.histories.Of(user)
		one := twotower.Shown{Query: q, Found: model.Retrieve(v, q.History, interest.Candidates, func(i int32) bool {
			_, ok := slices.BinarySearch(seen, i)
			return ok
		})}
		for _, f := range one.Found {
			_, ok := slices.BinarySearch(in.truth[user], f.Index)
			if ok {
				taken++
			}
			one.Taken = append(one.Taken, ok)
		}
		shown = append(shown, one)
	}
	return shown, taken, nil
}

// wear gives a model that was fitted to more, with inputs of its own, the head of a
// rehearsal. The model is turned so that its vectors mean what they meant there;
// behaviours are matched by name. It returns how well vectors of items that both
// know fit together then: their mean cosine.
func (r *rehearsedHead) wear(model *interest.Model, in *inputs) (*interest.Model, float64, error) {
	now := in.histories.Counts()
	rotation, cosine, err := twotower.Align(model, r.model, func(i int32) bool { return r.items[i] > 0 && now[i] > 0 })
	if err != nil {
		return nil, 0, err
	}
	if model, err = model.Turn(rotation); err != nil {
		return nil, 0, fmt.Errorf("turn the model to its head: %w", err)
	}
	if model, err = model.WithHead(renamed(r.head, r.names, in.behaves)); err != nil {
		return nil, 0, fmt.Errorf("give the model its head: %w", err)
	}
	return model, cosine, nil
}

// renamed reorders the behaviours that a head reads. One that it does not know has
// no weight; one that is not told any more is none.
func renamed(h interest.Head, from, to []string) interest.Head {
	width := len(h.B)
	w := make([]float32, len(to)*width, len(h.W))
	for k, name := range to {
		if at := slices.Index(from, name); at >= 0 {
			copy(w[k*width:(k+1)*width], h.W[at*width:(at+1)*width])
		}
	}
	h.W = append(w, h.W[len(from)*width:]...)
	return h
}

// forecastUsers is how many users at most probabilities are judged for.
const forecastUsers = 100_000

// measureHead judges the probabilities of a model on what is held out, for the
// candidates of users with something held out. It is nil for a model without
// a head, and where nothing or everything was taken up.
func measureHead(ctx context.Context, model *interest.Model, in *inputs, o evaluate.Options) (*run.Calibration, error) {
	if !model.HasHead() {
		return nil, nil
	}
	shown, taken, err := in.shown(ctx, model, forecastUsers)
	if err != nil {
		return nil, err
	}
	forecasts, all := make([]evaluate.Forecast, len(shown)), 0
	v := make([]float32, model.Dim())
	for n, s := range shown {
		p := make([]float32, len(s.Found))
		model.User(v, s.Query)
		model.Probabilities(p, v, s.Query, s.Found)
		forecasts[n] = evaluate.Forecast{Probability: p, Taken: s.Taken}
		all += len(p)
	}
	if taken == 0 || taken == all {
		return nil, nil
	}
	return evaluate.Calibrate(ctx, forecasts, o)
}

// Depth is how many of the best by score the model puts in another order.
func (s scorer) Depth() int {
	if !s.m.HasHead() {
		return 0
	}
	return interest.Candidates
}

// Rerank orders the candidates as serving does.
func (s scorer) Rerank(user int32, best []kernel.Scored) {
	if s.m.HasHead() {
		q, v := s.query(user), make([]float32, s.m.Dim())
		s.m.User(v, q)
		s.m.Rerank(v, q, best)
	}
}
