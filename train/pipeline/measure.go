package pipeline

import (
	"context"
	"fmt"

	"curio/artifacts/interest"
	"curio/experiments/run"
	"curio/train/evaluate"
)

// measure ranks the whole catalogue for every user with something held out, and
// tells its strata apart.
func measure(ctx context.Context, m *interest.Model, in *inputs, o evaluate.Options, progress func(string, int, int)) (all run.Reports, strata []run.Stratum, err error) {
	h, task := in.histories, in.task(len(in.truth))
	cf, err := evaluate.ItemCF(ctx, h, evaluate.ItemCFOptions{Workers: o.Workers})
	if err != nil {
		return all, nil, fmt.Errorf("build item-to-item baseline: %w", err)
	}
	var rankings []ranking
	for _, s := range []struct {
		name   string
		scorer evaluate.Scorer
		into   *run.Metrics
	}{
		{"model", scorer{m, in}, &all.Model},
		{"popularity", evaluate.Popularity(h.Counts()), &all.Popularity},
		{"itemcf", cf, &all.ItemCF},
	} {
		o.Progress = func(done, total int) { progress("evaluate "+s.name, done, total) }
		r, err := evaluate.Evaluate(ctx, task, s.scorer, o)
		if err != nil {
			return all, nil, fmt.Errorf("evaluate %s: %w", s.name, err)
		}
		*s.into = r.Metrics
		rankings = append(rankings, ranking{s.name, s.scorer, &r.PerUser})
	}
	random, err := evaluate.Random(task, o)
	if err != nil {
		return all, nil, fmt.Errorf("evaluate a random order: %w", err)
	}
	rankings = append(rankings, ranking{"random", nil, random})
	o.Progress = func(done, total int) { progress("evaluate strata", done, total) }
	strata, err = in.strata(ctx, task, rankings, o)
	return all, strata, err
}

// task is to predict what is held out, for at most so many users, who are spread
// evenly over all.
func (in *inputs) task(most int) evaluate.Task {
	h := in.histories
	task := evaluate.Task{
		Items: h.Items(), Popularity: h.Counts(), Seen: h.Of,
		Truth: func(user int32) []int32 { return in.truth[user] },
	}
	for u, held := range in.truth {
		if len(held) > 0 {
			task.Users = append(task.Users, int32(u))
		}
	}
	task.Spread(most)
	return task
}

// scorer ranks with the published model, as serving does.
type scorer struct {
	m  *interest.Model
	in *inputs
}

// query is what is known of a user.
func (s scorer) query(user int32) interest.Query {
	d, n, b, u := &s.in.data, s.in.data.UserFeatureSize, len(s.in.behaves), int(user)
	return interest.Query{
		User: user, History: d.History[user],
		Features: d.UserFeatures[u*n : (u+1)*n], Behaviour: s.in.behaviour[u*b : (u+1)*b],
	}
}

func (s scorer) vector(dst []float32, user int32) { s.m.User(dst, s.query(user)) }

func (s scorer) Score(dst []float32, user int32) {
	v := make([]float32, s.m.Dim())
	s.vector(v, user)
	s.m.Score(dst, v, s.in.data.History[user])
}

func (s scorer) Sweep(users []int32, yield func(first, width int, scores []float32)) {
	dim := s.m.Dim()
	v, histories := make([]float32, len(users)*dim), make([][]interest.Touch, len(users))
	for i, u := range users {
		s.vector(v[i*dim:(i+1)*dim], u)
		histories[i] = s.in.data.History[u]
	}
	s.m.Sweep(v, histories, yield)
}
