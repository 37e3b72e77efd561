package pipeline

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/train/clustering"
)

// TestReadUsers: everybody who did anything is there, with features in which planted
// segments are found.
func TestReadUsers(t *testing.T) {
	o := tiny()
	o.Users, o.Items, o.Events = 1200, 300, 75_000
	p := platform(t, o)
	rows, err := ReadUsers(context.Background(), settings(p))
	if err != nil {
		t.Fatal(err)
	}
	active := map[string]bool{}
	err = event.Each(context.Background(), p, nil, func(e *event.Event, _ event.Part, _ event.Place) error {
		active[e.UserID] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(slices.Sorted(maps.Keys(active)), rows.Users); d != "" {
		t.Error(d)
	}
	found, err := clustering.Fit(context.Background(), rows.Input, clustering.Options{Seed: 1, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	known := p.Truth()
	planted := make([]int32, len(rows.Users))
	for row, id := range rows.Users {
		segment, _ := known.Segment(id)
		planted[row] = int32(segment)
	}
	if ari := clustering.AdjustedRand(found.Members, planted); ari < 0.8 {
		t.Errorf("adjusted Rand index %.3f in %d segments", ari, len(found.Model.Segments()))
	}
}

func TestReadUsersOfNothing(t *testing.T) {
	c := settings(nothing{})
	if _, err := ReadUsers(context.Background(), c); !BadData(err) {
		t.Errorf("error %v, want ErrData", err)
	}
}

// nothing is a source without anything.
type nothing struct{}

func (nothing) Catalogue(context.Context, func(event.Reject)) (*event.Catalogue, error) {
	return &event.Catalogue{}, nil
}
func (nothing) Events(context.Context, int, func(event.Reject), func() event.Sink) error { return nil }
func (nothing) Files() []string                                                          { return nil }
func (nothing) Fixed() bool                                                              { return false }
