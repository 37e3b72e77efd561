package pipeline

import (
	"context"
	"fmt"

	"curio/artifacts/segment"
	"curio/datasets/event"
	"curio/experiments/run"
	"curio/features/encode"
	"curio/features/profile"
	"curio/train/clustering"
)

// grouping is the segmentation of all users.
type grouping struct {
	model      *segment.Model
	members    []int32 // by user index; -1 for a user without events
	silhouette float64
}

// group fits segments to the users who did anything.
func group(ctx context.Context, people []event.User, profiles []profile.User, asOf []event.Time, e *encode.Users, o clustering.Options) (*grouping, error) {
	behaviours, categories := len(e.BehaviourNames()), len(e.Categories())
	in := clustering.Input{Names: e.BehaviourNames(), Categories: e.Categories()}
	var active []int32
	for u := range profiles {
		if profiles[u].Events > 0 {
			active = append(active, int32(u))
		}
	}
	in.Rows = len(active)
	in.X = make([]float32, len(active)*behaviours)
	in.Affinity = make([]float32, len(active)*categories)
	for row, u := range active {
		e.Behaviour(in.X[row*behaviours:(row+1)*behaviours], &people[u], &profiles[u], asOf[u])
		e.Affinity(in.Affinity[row*categories:(row+1)*categories], &profiles[u], asOf[u])
	}
	r, err := clustering.Fit(ctx, in, o)
	if err != nil {
		return nil, fmt.Errorf("fit segments: %w", err)
	}
	g := &grouping{model: r.Model, silhouette: r.Silhouette, members: make([]int32, len(profiles))}
	for u := range g.members {
		g.members[u] = -1
	}
	for row, u := range active {
		g.members[u] = r.Members[row]
	}
	return g, nil
}

// summary is the grouping as a run record shows it.
func (g *grouping) summary() run.Segments {
	s := run.Segments{K: len(g.model.Segments()), Silhouette: g.silhouette}
	for _, segment := range g.model.Segments() {
		s.Sizes = append(s.Sizes, segment.Size)
	}
	return s
}
