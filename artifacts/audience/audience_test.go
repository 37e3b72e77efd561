package audience

import (
	"errors"
	"math"
	"slices"
	"testing"

	"curio/artifacts/segment"
	"curio/datasets/privacy"
	"curio/serve/servetest"
)

func TestSegmentMayBeToldOf(t *testing.T) {
	art := large(t, servetest.PerCategory)
	for least, want := range map[int]error{1: nil, 9: nil, 10: nil, 11: ErrGroup} {
		i, err := New(art, least).Segment("s3")
		if !errors.Is(err, want) || err == nil && i != 2 {
			t.Errorf("at least %d: %d, %v", least, i, err)
		}
	}
	for least, withheld := range map[int]bool{10: false, 11: true} {
		s := New(art, least).Segments()[2]
		if s.ID != "s3" || s.Withheld != withheld || withheld && (s.Size != 0 || s.Name != s.ID) || !withheld && s.Size == 0 {
			t.Errorf("at least %d: %+v", least, s)
		}
	}
	if _, err := New(art, 1).Segment("s9"); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	spec := art.Segments.Spec()
	spec.Segments = slices.Clone(spec.Segments)
	spec.Segments[2].Withheld = true
	var err error
	if art.Segments, err = segment.New(spec); err != nil {
		t.Fatal(err)
	}
	if _, err := New(art, 1).Segment("s3"); !errors.Is(err, ErrGroup) {
		t.Error(err)
	}
	lawyer, coder := user(t, art, servetest.UserID(2)), user(t, art, servetest.UserID(1))
	if a := New(art, 1); a.SegmentOf(lawyer) != "" || a.SegmentOf(coder) != "s2" || a.SegmentOf(user(t, art, servetest.Idle)) != "" {
		t.Errorf("%q, %q", a.SegmentOf(lawyer), a.SegmentOf(coder))
	}
}

func TestMinGroup(t *testing.T) {
	art := large(t, servetest.PerCategory)
	for config, want := range map[string]int{
		`{"min_group":7}`: 7, `{"min_group":1}`: 1, `{"min_group":0}`: privacy.MinGroup, `{"min_group":-3}`: privacy.MinGroup,
		`{}`: privacy.MinGroup, ``: privacy.MinGroup, `{"min_group":"7"}`: privacy.MinGroup, `[]`: privacy.MinGroup,
	} {
		if art.Manifest.Config = []byte(config); MinGroup(art) != want {
			t.Errorf("%s: %d", config, MinGroup(art))
		}
	}
}

func TestMembers(t *testing.T) {
	art := large(t, servetest.PerCategory)
	a := New(art, 5)
	r := a.Reader()
	met := 0
	for s := range art.Segments.Segments() {
		members := a.Members(s)
		if !slices.IsSorted(members) {
			t.Errorf("%v", members)
		}
		for _, u := range members {
			met++
			if m := r.Member(u); m.User != u || m.Segment != s || m.Index != s || !(m.Probability > 0.9) || m.RunnerUp == s || m.RunnerUp < 0 || !(m.Distance >= 0) {
				t.Errorf("%+v", m)
			}
		}
	}
	if met != servetest.Users-1 {
		t.Errorf("%d members", met)
	}
	// A user whom the model would put elsewhere stays where the artifact has them.
	art.Membership[a.Members(2)[0]] = 1
	moved := a.Members(2)[0]
	m := New(art, 5).Reader().Member(moved)
	if m.Segment != 1 || m.Index != 1 || m.RunnerUp != 2 || !(m.Probability < 0.1) || math.IsNaN(m.Distance) {
		t.Errorf("%+v", m)
	}
}

func TestReadingMembersDoesNotAllocate(t *testing.T) {
	art := large(t, servetest.PerCategory)
	r := New(art, 5).Reader()
	if n := testing.AllocsPerRun(100, func() { r.Member(0) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
