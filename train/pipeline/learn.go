package pipeline

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"curio/artifacts/interest"
	"curio/datasets/split"
	"curio/features/encode"
	"curio/features/profile"
	"curio/train/evaluate"
	"curio/train/twotower"
)

// inputs are the training views as the learner reads them.
type inputs struct {
	data      twotower.Data
	users     *encode.Users
	items     *encode.Items
	strength  profile.Strength // of histories
	behaves   []string         // names of the behaviours that the head reads
	behaviour []float32        // [users, behaves]: what each does
	truth     [][]int32        // by user index: held-out items the user showed interest in
	histories *evaluate.Histories
}

// prepare fits the encoders to the training views and encodes them. With
// Config.IDsOnly the learner is given no features.
func prepare(ctx context.Context, l *log, v *views, c Config) (*inputs, error) {
	strength, history := c.Strength, c.history()
	in := &inputs{strength: history}
	n, items := l.users.Len(), l.items.Len()
	stats := v.itemProfiles()
	in.users = encode.FitUsers(l.catalogue, l.people, v.train, v.asOf, history)
	in.items = encode.FitItems(l.catalogue, stats, v.trained)
	d := &in.data
	d.Users, d.Items = n, items
	if !c.IDsOnly {
		d.UserFeatureSize, d.ItemFeatureSize = in.users.Dim(), in.items.Dim()
		d.UserDoneSize, d.ItemDoneSize = in.users.DoneDim(), in.items.Dim()-in.items.AttributeDim()
		in.behaves = in.users.BehaviourNames()
	}
	d.UserFeatures = make([]float32, n*d.UserFeatureSize)
	d.ItemFeatures = make([]float32, items*d.ItemFeatureSize)
	behaviours := len(in.behaves)
	in.behaviour = make([]float32, n*behaviours)
	d.History = make([][]interest.Touch, n)
	in.truth = make([][]int32, n)
	for u := range n {
		if u%(1<<12) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p := &v.train[u]
		if !c.IDsOnly {
			in.users.Encode(d.UserFeatures[u*d.UserFeatureSize:(u+1)*d.UserFeatureSize], &l.people[u], p, v.asOf[u])
			in.users.Behaviour(in.behaviour[u*behaviours:(u+1)*behaviours], &l.people[u], p, v.asOf[u])
		}
		d.History[u] = slices.Clip(interest.History(nil, p, &history, v.asOf[u]))
		for i := range p.Touches {
			t := &p.Touches[i]
			if s := strength.Of(t); s > 0 {
				d.Pairs = append(d.Pairs, twotower.Pair{User: int32(u), Item: t.Item, Weight: s})
			}
		}
		in.truth[u] = truth(p, &v.held[u], &strength)
	}
	for i := 0; i < items && !c.IDsOnly; i++ {
		in.items.Encode(d.ItemFeatures[i*d.ItemFeatureSize:(i+1)*d.ItemFeatureSize], &l.catalogue[i], &stats[i], v.trained)
	}
	if !v.fixed {
		if err := split.Check(v.cuts, pairs(v.train), in.predicted(v)); err != nil {
			return nil, fmt.Errorf("check the split: %w", err)
		}
	}
	var err error
	in.histories, err = evaluate.NewHistories(n, items, func(user int32) []int32 { return touched(&v.train[user]) })
	return in, err
}

// predicted yields every pair of the truth with its first time.
func (in *inputs) predicted(v *views) iter.Seq[split.First] {
	return func(yield func(split.First) bool) {
		for u, items := range in.truth {
			for _, item := range items {
				if !yield(split.First{User: int32(u), Item: item, At: v.held[u].Touch(item).First}) {
					return
				}
			}
		}
	}
}

// truth lists the held-out items that are new to the user and of interest.
func truth(train, held *profile.User, s *profile.Strength) []int32 {
	var items []int32
	for i := range held.Touches {
		t := &held.Touches[i]
		if train.Touch(t.Item) == nil && s.Of(t) > 0 {
			items = append(items, t.Item)
		}
	}
	return items
}

func touched(p *profile.User) []int32 {
	items := make([]int32, len(p.Touches))
	for i := range p.Touches {
		items[i] = p.Touches[i].Item
	}
	return items
}
