package pipeline

import (
	"cmp"
	"context"
	"fmt"

	"curio/artifacts/segment"
	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
	"curio/train/clustering"
)

// grouping is the segmentation of all users.
type grouping struct {
	model   *segment.Model
	members []int32 // by user index; -1 for a user without events
	method  clustering.Method
	preset  string // of the features they were told apart by
	quality clustering.Quality
	carried bool // the division before was kept
}

// describeUsers returns the features that segments go by of the users who did anything,
// a row each, and the indices of these users.
func describeUsers(people []event.User, profiles []profile.User, asOf []event.Time, e *encode.Users, f clustering.Features) (clustering.Input, []int32, error) {
	var active []int32
	for u := range profiles {
		if profiles[u].Events > 0 {
			active = append(active, int32(u))
		}
	}
	in, err := clustering.NewInput(e, f, len(active), func(row int) (*event.User, *profile.User, event.Time) {
		u := active[row]
		return &people[u], &profiles[u], asOf[u]
	})
	if err != nil {
		return clustering.Input{}, nil, fmt.Errorf("features of segments: %w", err)
	}
	return in, active, nil
}

// group fits segments to the users who did anything. The Members of o.Previous are by
// user index.
func group(ctx context.Context, people []event.User, profiles []profile.User, asOf []event.Time, e *encode.Users, f clustering.Features, o clustering.Options) (*grouping, error) {
	in, active, err := describeUsers(people, profiles, asOf, e, f)
	if err != nil {
		return nil, err
	}
	o.Previous = previousOf(o.Previous, active)
	r, err := clustering.Fit(ctx, in, o)
	if err != nil {
		return nil, fmt.Errorf("fit segments: %w", err)
	}
	g := &grouping{
		model: r.Model, method: cmp.Or(o.Method, clustering.EM), preset: f.Name(),
		quality: r.Quality, carried: r.Carried, members: make([]int32, len(profiles)),
	}
	for u := range g.members {
		g.members[u] = -1
	}
	for row, u := range active {
		g.members[u] = r.Members[row]
	}
	return g, nil
}
