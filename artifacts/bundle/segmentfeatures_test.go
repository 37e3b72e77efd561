package bundle

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Segments read the features they name, in their order.
func TestSegmentFeaturesByName(t *testing.T) {
	a := small(t)
	names := segmentNames(a.UserEncoder)
	slices.Reverse(names)
	names = append(names, "age=18-24", "age=35-44")
	a.Segments = segmentsOf(t, names...)
	b, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if a, err = Decode(b); err != nil {
		t.Fatal(err)
	}
	features, err := a.UserEncoder.Features(names)
	if err != nil {
		t.Fatal(err)
	}
	got, want := make([]float32, a.SegmentSize()), make([]float32, len(names))
	for u := range a.Profiles {
		a.SegmentFeatures(got, &a.People[u], &a.Profiles[u], a.AsOf)
		features.Write(want, &a.People[u], &a.Profiles[u], a.AsOf)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("user %d: %s", u, diff)
		}
	}
	if n := testing.AllocsPerRun(100, func() { a.SegmentFeatures(got, &a.People[0], &a.Profiles[0], a.AsOf) }); n != 0 {
		t.Errorf("SegmentFeatures allocates %v times", n)
	}
}

// The segments of the first artifacts read all behaviours, then all categories.
func TestSegmentFeaturesWithoutNames(t *testing.T) {
	a, err := Decode(readGolden(t, filepath.Join("testdata", "backcompat", "two-tower-1")))
	if err != nil {
		t.Fatal(err)
	}
	got, want := make([]float32, a.SegmentSize()), make([]float32, a.SegmentSize())
	n := len(a.UserEncoder.BehaviourNames())
	for u := range a.Profiles {
		a.SegmentFeatures(got, &a.People[u], &a.Profiles[u], a.AsOf)
		a.UserEncoder.Behaviour(want[:n], &a.People[u], &a.Profiles[u], a.AsOf)
		a.UserEncoder.Affinity(want[n:], &a.Profiles[u], a.AsOf)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("user %d: %s", u, diff)
		}
	}
}
