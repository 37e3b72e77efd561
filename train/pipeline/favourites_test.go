package pipeline

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/segment"
	"curio/datasets/event"
	"curio/features/profile"
)

// plainSegments is a model of so many segments whose features do not matter here.
func plainSegments(t *testing.T, n int, withheld ...int) *segment.Model {
	t.Helper()
	s := segment.Spec{Columns: []segment.Column{{Name: "a", Kind: segment.Linear, Scale: 1}}, Projection: [][]float64{{1}}}
	for i := range n {
		s.Components = append(s.Components, segment.Component{Weight: 1 / float64(n), Mean: []float64{float64(i)}, Covariance: []float64{1}})
		s.Segments = append(s.Segments, segment.Segment{ID: fmt.Sprintf("s%d", i+1), Name: fmt.Sprintf("name %d", i+1)})
	}
	for _, i := range withheld {
		s.Segments[i].Withheld = true
	}
	m, err := segment.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestFavour(t *testing.T) {
	items := []event.Item{{ID: "hit", LecturerID: "ann"}, {ID: "niche", LecturerID: "bob"}, {ID: "rare", LecturerID: "bob"}, {ID: "disliked", LecturerID: "cy"}, {ID: "nobody's"}}
	const hit, niche, rare, disliked, none = 0, 1, 2, 3, 4
	user := func(liked ...int32) profile.User {
		var p profile.User
		for _, i := range liked {
			touch := profile.Touch{Item: i}
			if touch.Counts[event.Like] = 1; i == disliked {
				touch.Counts = [event.Types]uint16{event.Dismiss: 1}
			}
			p.Touches = append(p.Touches, touch)
		}
		return p
	}
	// Everybody likes hit. Of 40 users of the first segment 30 like niche and 20 rare, of
	// those of the second 10 and none, but half of them what is nobody's else.
	var profiles []profile.User
	var members []int32
	for range 10 {
		profiles = append(profiles,
			user(hit, niche, rare), user(hit, niche, rare), user(hit, niche, disliked), user(hit, disliked),
			user(hit, niche), user(hit), user(hit, none), user(hit, none),
			user(niche, niche, 99, -1), // without a segment; and items nobody knows
		)
		members = append(members, 0, 0, 0, 0, 1, 1, 1, 1, -1)
	}
	strength := profile.DefaultStrength()
	for least, want := range map[int][2][]segment.Share{
		0:  {{{Name: "niche", Share: 0.75}, {Name: "rare", Share: 0.5}}, {{Name: "nobody's", Share: 0.5}}},
		20: {{{Name: "niche", Share: 0.75}, {Name: "rare", Share: 0.5}}, {{Name: "nobody's", Share: 0.5}}},
		21: {{{Name: "niche", Share: 0.75}}, nil},
		31: {nil, nil},
	} {
		before := plainSegments(t, 2)
		m, err := favour(before, members, profiles, items, &strength, least)
		if err != nil {
			t.Fatal(err)
		}
		for c, s := range m.Segments() {
			if d := cmp.Diff(want[c], s.TopItems); d != "" {
				t.Errorf("at least %d, segment %d: items %s", least, c, d)
			}
		}
		if before.Segments()[0].TopItems != nil {
			t.Error("the model it began with changed")
		}
		// A user of two items of a lecturer counts once.
		var lecturers []segment.Share
		if least <= 30 {
			lecturers = []segment.Share{{Name: "bob", Share: 0.75}}
		}
		if d := cmp.Diff(lecturers, m.Segments()[0].TopLecturers); d != "" {
			t.Errorf("at least %d: lecturers %s", least, d)
		}
	}
	m, err := favour(plainSegments(t, 2, 0), members, profiles, items, &strength, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s := m.Segments()[0]; s.TopItems != nil || s.TopLecturers != nil {
		t.Errorf("told of a withheld segment: %+v", s)
	}
}

// A share that a random part of everybody could have as well is no favourite.
func TestFavoursAreNoAccident(t *testing.T) {
	items := []event.Item{{ID: "a"}}
	strength := profile.DefaultStrength()
	for likes, told := range map[int]bool{50: false, 70: false, 71: true} { // of 100, where 50 of 100 others do
		var profiles []profile.User
		var members []int32
		for i := range 200 {
			var p profile.User
			if n := i / 2; i%2 == 0 && n < likes || i%2 == 1 && n < 50 {
				p.Touches = []profile.Touch{{Counts: [event.Types]uint16{event.Like: 1}}}
			}
			profiles, members = append(profiles, p), append(members, int32(i%2))
		}
		m, err := favour(plainSegments(t, 2), members, profiles, items, &strength, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Segments()[0].TopItems; (got != nil) != told {
			t.Errorf("%d likes: %v", likes, got)
		}
	}
}

// No more than the strongest few are told.
func TestFavoursAreFew(t *testing.T) {
	for n := favoured - 1; n <= favoured+1; n++ {
		var p profile.User
		var items []event.Item
		for i := range n {
			p.Touches = append(p.Touches, profile.Touch{Item: int32(i), Counts: [event.Types]uint16{event.Like: 1}})
			items = append(items, event.Item{ID: fmt.Sprint(i)})
		}
		strength := profile.DefaultStrength()
		profiles, members := make([]profile.User, 100), make([]int32, 100)
		for u := range profiles {
			members[u] = int32(u % 2)
			if members[u] == 0 {
				profiles[u] = p
			}
		}
		m, err := favour(plainSegments(t, 2), members, profiles, items, &strength, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(m.Segments()[0].TopItems); got != min(n, favoured) {
			t.Errorf("%d of %d items", got, n)
		}
	}
}
