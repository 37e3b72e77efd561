package pipeline

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"

	"curio/artifacts/interest"
	"curio/experiments/run"
	"curio/train/evaluate"
)

// The smallest strata that are measured: an average over fewer users says
// nothing, and of so few items any order puts all at the top.
const (
	stratumUsers = 20
	stratumItems = 21
)

// stratumParts is how many parts of a stratum's users a record keeps means of.
const stratumParts = 64

// ranking is one of run.StratumScorers and what it achieved on the whole task.
type ranking struct {
	name   string
	scorer evaluate.Scorer // nil for the random order
	whole  *evaluate.PerUser
}

// strata measures the model where it knows users and items from the training data
// and where it does not. Known is a user, or an item, with any contact in the
// training view, of interest or not.
//
//   - warm_users are the known ones and cold_users the others, each with the whole
//     catalogue to rank and everything held out to predict;
//   - cold_items is to predict the held-out items that are not known, for all users
//     who have any, where items that are not known are all that is ranked: beside
//     known ones every scorer puts them last, and says nothing of their order. The
//     model ranks them by score: a head is for a user's best of the whole catalogue.
//
// A stratum of fewer than stratumUsers users or stratumItems items has no metrics.
func (in *inputs) strata(ctx context.Context, task evaluate.Task, rankings []ranking, o evaluate.Options) ([]run.Stratum, error) {
	known := func(user int32) bool { return len(in.histories.Of(user)) > 0 }
	unknown := func(user int32) bool { return !known(user) }
	everybody := func(int32) bool { return true }

	cold := task
	cold.Among = make([]bool, task.Items)
	items := 0
	for i, n := range task.Popularity {
		if n == 0 {
			cold.Among[i] = true
			items++
		}
	}
	held := make([][]int32, len(in.truth))
	for u, truth := range in.truth {
		for _, item := range truth {
			if cold.Among[item] {
				held[u] = append(held[u], item)
			}
		}
	}
	cold.Truth = func(user int32) []int32 { return held[user] }

	var out []run.Stratum
	for _, s := range []struct {
		name  string
		task  evaluate.Task
		in    func(int32) bool
		items int
	}{
		{"warm_users", task, known, task.Items},
		{"cold_users", task, unknown, task.Items},
		{"cold_items", cold, everybody, items},
	} {
		stratum := run.Stratum{Name: s.name, Items: s.items}
		stratum.Users, stratum.Task = digest(s.task, s.in)
		if stratum.Users >= stratumUsers && stratum.Items >= stratumItems {
			for _, r := range rankings {
				p := r.whole
				if s.task.Among != nil {
					var err error
					if p, err = r.on(ctx, s.task, o); err != nil {
						return nil, fmt.Errorf("evaluate %s on %s: %w", r.name, s.name, err)
					}
				}
				p = p.Subset(s.in, run.StratumMetrics[:]...)
				m, err := p.Average(ctx, o)
				if err != nil {
					return nil, fmt.Errorf("evaluate %s on %s: %w", r.name, s.name, err)
				}
				stratum.Set(r.name, m)
				if r.name == "model" {
					stratum.Parts = p.Parts(stratumParts)
				}
			}
		}
		out = append(out, stratum)
	}
	return out, nil
}

// on ranks for another task.
func (r ranking) on(ctx context.Context, t evaluate.Task, o evaluate.Options) (*evaluate.PerUser, error) {
	if r.scorer == nil {
		return evaluate.Random(t, o)
	}
	if s, ok := r.scorer.(scorer); ok {
		m, err := s.m.WithHead(interest.Head{})
		if err != nil {
			return nil, err
		}
		r.scorer = scorer{m, s.in}
	}
	o.Bootstrap = -1
	result, err := evaluate.Evaluate(ctx, t, r.scorer, o)
	if err != nil {
		return nil, err
	}
	return &result.PerUser, nil
}

// digest counts the users of a stratum with something to predict, and sums up who
// they are and what it is.
func digest(t evaluate.Task, in func(int32) bool) (users int, sum string) {
	h := fnv.New64a()
	var word [4]byte
	write := func(v int32) {
		binary.LittleEndian.PutUint32(word[:], uint32(v))
		h.Write(word[:])
	}
	for _, u := range t.Users {
		truth := t.Truth(u)
		if len(truth) == 0 || !in(u) {
			continue
		}
		users++
		write(u)
		write(int32(len(truth)))
		for _, item := range truth {
			write(item)
		}
	}
	return users, fmt.Sprintf("%016x", h.Sum64())
}
