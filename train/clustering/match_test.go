package clustering

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/segment"
)

// before is an earlier model with segments of the given ids, and its retired ones.
func before(t testing.TB, ids, retired []string) *segment.Model {
	t.Helper()
	s := segment.Spec{Segments: unnamed(len(ids))}
	for i, id := range ids {
		s.Components = append(s.Components, segment.Component{Weight: 1 / float64(len(ids))})
		s.Segments[i].ID = id
	}
	if retired != nil {
		s.Lineage = &segment.Lineage{Version: "0", Retired: retired}
		for _, id := range slices.SortedFunc(slices.Values(ids), segment.CompareIDs) {
			s.Lineage.Changes = append(s.Lineage.Changes, segment.Change{Kind: segment.Born, ID: id})
		}
	}
	m, err := segment.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// moves makes the rows of n users for each flow from a segment before, -1 for none,
// to one now.
func moves(flows [][3]int) (was, now []int32) {
	for _, f := range flows {
		for range f[2] {
			was, now = append(was, int32(f[0])), append(now, int32(f[1]))
		}
	}
	return was, now
}

func TestIdentify(t *testing.T) {
	kept, split, merged, born, retired := segment.Kept, segment.Split, segment.Merged, segment.Born, segment.Retired
	list := func(ids ...string) []string { return ids }
	for name, c := range map[string]struct {
		ids, retired []string
		flows        [][3]int // from, to, users
		least        int
		want         []string // ids now
		users        int
		moved        float64
		changes      []segment.Change
		gone         []string
	}{
		"SameInAnotherOrder": {
			ids: list("s1", "s2", "s3"), flows: [][3]int{{0, 2, 50}, {1, 0, 40}, {2, 1, 30}}, want: list("s2", "s3", "s1"), users: 120,
			changes: []segment.Change{{Kind: kept, ID: "s1"}, {Kind: kept, ID: "s2"}, {Kind: kept, ID: "s3"}},
		},
		// A tenth of s1 went to s2: that much is told.
		"Wanderers": {
			ids: list("s1", "s2"), flows: [][3]int{{0, 0, 90}, {0, 1, 10}, {1, 1, 60}}, want: list("s1", "s2"), users: 160, moved: 10. / 160,
			changes: []segment.Change{{Kind: kept, ID: "s1", Into: list("s1", "s2")}, {Kind: kept, ID: "s2", From: list("s2", "s1")}},
		},
		"LessThanATenth": {
			ids: list("s1", "s2"), flows: [][3]int{{0, 0, 91}, {0, 1, 9}, {1, 1, 100}}, want: list("s1", "s2"), users: 200, moved: 9. / 200,
			changes: []segment.Change{{Kind: kept, ID: "s1"}, {Kind: kept, ID: "s2"}},
		},
		"Split": {
			ids: list("s1", "s2"), flows: [][3]int{{0, 1, 30}, {0, 0, 40}, {1, 2, 25}}, want: list("s1", "s3", "s2"), users: 95, moved: 30. / 95,
			changes: []segment.Change{{Kind: split, ID: "s1", Into: list("s1", "s3")}, {Kind: kept, ID: "s2"}, {Kind: born, ID: "s3", From: list("s1")}},
		},
		"SplitInThree": { // a part is as like it as the least that keeps the id
			ids: list("s1"), flows: [][3]int{{0, 0, 20}, {0, 1, 20}, {0, 2, 20}}, want: list("s1", "s2", "s3"), users: 60, moved: 40. / 60,
			changes: []segment.Change{{Kind: split, ID: "s1", Into: list("s1", "s2", "s3")}, {Kind: born, ID: "s2", From: list("s1")}, {Kind: born, ID: "s3", From: list("s1")}},
		},
		"SplitInFour": { // no part is like it any more
			ids: list("s1"), flows: [][3]int{{0, 0, 20}, {0, 1, 20}, {0, 2, 20}, {0, 3, 20}}, want: list("s2", "s3", "s4", "s5"), users: 80, moved: 1,
			changes: []segment.Change{
				{Kind: split, ID: "s1", Into: list("s2", "s3", "s4", "s5")}, {Kind: born, ID: "s2", From: list("s1")}, {Kind: born, ID: "s3", From: list("s1")},
				{Kind: born, ID: "s4", From: list("s1")}, {Kind: born, ID: "s5", From: list("s1")},
			},
			gone: list("s1"),
		},
		"Merged": {
			ids: list("s1", "s2", "s3"), flows: [][3]int{{0, 0, 30}, {1, 0, 50}, {2, 1, 40}}, want: list("s2", "s3"), users: 120, moved: 30. / 120,
			changes: []segment.Change{{Kind: retired, ID: "s1", Into: list("s2")}, {Kind: merged, ID: "s2", From: list("s2", "s1")}, {Kind: kept, ID: "s3"}},
			gone:    list("s1"),
		},
		"MergedFromFour": {
			ids: list("s1", "s2", "s3", "s4"), flows: [][3]int{{0, 0, 10}, {1, 0, 10}, {2, 0, 10}, {3, 0, 10}}, want: list("s5"), users: 40, moved: 1,
			changes: []segment.Change{
				{Kind: retired, ID: "s1", Into: list("s5")}, {Kind: retired, ID: "s2", Into: list("s5")}, {Kind: retired, ID: "s3", Into: list("s5")},
				{Kind: retired, ID: "s4", Into: list("s5")}, {Kind: merged, ID: "s5", From: list("s1", "s2", "s3", "s4")},
			},
			gone: list("s1", "s2", "s3", "s4"),
		},
		// A small part of a large segment does not make it a split.
		"SmallPart": {
			ids: list("s1"), flows: [][3]int{{0, 0, 95}, {0, 1, 5}}, want: list("s1", "s2"), users: 100, moved: 0.05,
			changes: []segment.Change{{Kind: kept, ID: "s1"}, {Kind: born, ID: "s2", From: list("s1")}},
		},
		// As many keep their id as can: not 40 of them, by the best pair, but 60.
		"MostKeepTheirs": {
			ids: list("s1", "s2"), flows: [][3]int{{0, 0, 40}, {0, 1, 30}, {1, 0, 30}}, want: list("s2", "s1"), users: 100, moved: 0.4,
			changes: []segment.Change{{Kind: split, ID: "s1", Into: list("s2", "s1")}, {Kind: merged, ID: "s2", From: list("s1", "s2")}},
		},
		"Newcomers": { // who was not there before changes nothing
			ids: list("s1", "s2"), flows: [][3]int{{0, 1, 10}, {1, 2, 20}, {-1, 0, 500}, {-1, 1, 300}}, want: list("s3", "s1", "s2"), users: 30,
			changes: []segment.Change{{Kind: kept, ID: "s1"}, {Kind: kept, ID: "s2"}, {Kind: born, ID: "s3"}},
		},
		"RetiredIsNotGivenAgain": {
			ids: list("s2", "s9"), retired: list("s1", "s12"), flows: [][3]int{{0, 0, 10}, {-1, 1, 9}, {-1, 2, 8}}, want: list("s2", "s13", "s14"), users: 10,
			changes: []segment.Change{{Kind: kept, ID: "s2"}, {Kind: retired, ID: "s9"}, {Kind: born, ID: "s13"}, {Kind: born, ID: "s14"}},
			gone:    list("s1", "s9", "s12"),
		},
		"StrangeIDs": {
			ids: list("s0010", "lovers-of-books", "s999999999", "s-3"), flows: [][3]int{{0, 0, 10}, {1, 1, 10}, {-1, 2, 5}}, want: list("s0010", "lovers-of-books", "s1000000000"), users: 20,
			changes: []segment.Change{{Kind: retired, ID: "s-3"}, {Kind: kept, ID: "s0010"}, {Kind: retired, ID: "s999999999"}, {Kind: born, ID: "s1000000000"}, {Kind: kept, ID: "lovers-of-books"}},
			gone:    list("s-3", "s999999999"),
		},
		"NumbersOfTenDigits": { // do not count, and are not given again either
			ids: list("s999999999", "s1000000000"), flows: [][3]int{{0, 0, 10}, {1, 1, 10}, {-1, 2, 5}}, want: list("s999999999", "s1000000000", "s1000000001"), users: 20,
			changes: []segment.Change{{Kind: kept, ID: "s999999999"}, {Kind: kept, ID: "s1000000000"}, {Kind: born, ID: "s1000000001"}},
		},
		"NumbersThatOverflow": {
			ids: list("s9223372036854775807", "s99999999999999999999"), flows: [][3]int{{-1, 0, 10}}, want: list("s1"),
			changes: []segment.Change{{Kind: born, ID: "s1"}, {Kind: retired, ID: "s9223372036854775807"}, {Kind: retired, ID: "s99999999999999999999"}},
			gone:    list("s9223372036854775807", "s99999999999999999999"),
		},
		// Half is no majority.
		"EvenExchange": {
			ids: list("s1", "s2"), flows: [][3]int{{0, 0, 20}, {0, 1, 20}, {1, 0, 20}, {1, 1, 20}}, want: list("s1", "s2"), users: 80, moved: 0.5,
			changes: []segment.Change{
				{Kind: kept, ID: "s1", From: list("s1", "s2"), Into: list("s1", "s2")}, {Kind: kept, ID: "s2", From: list("s1", "s2"), Into: list("s1", "s2")},
			},
		},
		"NobodyInCommon": {
			ids: list("s1", "s2"), flows: [][3]int{{-1, 0, 50}}, want: list("s3"),
			changes: []segment.Change{{Kind: retired, ID: "s1"}, {Kind: retired, ID: "s2"}, {Kind: born, ID: "s3"}},
			gone:    list("s1", "s2"),
		},
		// Nothing is told of fewer than least users.
		"FewMoved": {
			ids: list("s1", "s2"), flows: [][3]int{{0, 0, 20}, {0, 1, 4}, {1, 1, 20}}, least: 5, want: list("s1", "s2"), users: 44,
			changes: []segment.Change{{Kind: kept, ID: "s1"}, {Kind: kept, ID: "s2"}},
		},
		"AsManyAsLeastMoved": {
			ids: list("s1", "s2"), flows: [][3]int{{0, 0, 20}, {0, 1, 5}, {1, 1, 20}}, least: 5, want: list("s1", "s2"), users: 45, moved: 5. / 45,
			changes: []segment.Change{{Kind: kept, ID: "s1", Into: list("s1", "s2")}, {Kind: kept, ID: "s2", From: list("s2", "s1")}},
		},
		"FewInCommon": {
			ids: list("s1"), flows: [][3]int{{0, 0, 4}, {-1, 0, 40}}, least: 5, want: list("s2"),
			changes: []segment.Change{{Kind: retired, ID: "s1"}, {Kind: born, ID: "s2"}},
			gone:    list("s1"),
		},
		"FewStayed": {
			ids: list("s1", "s2"), flows: [][3]int{{0, 0, 4}, {0, 1, 40}, {1, 1, 50}, {-1, 0, 50}}, least: 5, want: list("s3", "s2"), users: 94, moved: 44. / 94,
			changes: []segment.Change{{Kind: retired, ID: "s1", Into: list("s2")}, {Kind: merged, ID: "s2", From: list("s2", "s1")}, {Kind: born, ID: "s3"}},
			gone:    list("s1"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			was, now := moves(c.flows)
			p := &Previous{Version: "1f", Model: before(t, c.ids, c.retired), Members: was}
			ids, l := identify(p, now, len(c.want), c.least)
			if d := cmp.Diff(c.want, ids); d != "" {
				t.Errorf("ids (-want +got):\n%s", d)
			}
			want := &segment.Lineage{Version: "1f", Users: c.users, Moved: c.moved, Changes: c.changes, Retired: c.gone}
			if d := cmp.Diff(want, l); d != "" {
				t.Errorf("lineage (-want +got):\n%s", d)
			}
			if again := before(t, ids, nil).Spec(); again.Segments != nil {
				again.Lineage = l
				if _, err := segment.New(again); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestIdentifyWithoutPrevious(t *testing.T) {
	ids, l := identify(nil, []int32{0, 1, 2}, 3, 5)
	if d := cmp.Diff([]string{"s1", "s2", "s3"}, ids); d != "" || l != nil {
		t.Errorf("ids %v, lineage %+v", ids, l)
	}
}

// However long a platform goes on, its lineage stays bounded and valid, and the ids
// that went last are remembered.
func TestRetiredIsBounded(t *testing.T) {
	var retired []string
	for i := range segment.MaxRetired {
		retired = append(retired, fmt.Sprintf("s%d", i+1))
	}
	ids := []string{"s5001", "s5002"}
	was, now := moves([][3]int{{0, 0, 10}, {-1, 1, 5}})
	got, l := identify(&Previous{Version: "1f", Model: before(t, ids, retired), Members: was}, now, 2, 1)
	if len(l.Retired) != segment.MaxRetired || l.Retired[0] != "s2" || l.Retired[segment.MaxRetired-1] != "s5002" || got[1] != "s5003" {
		t.Errorf("%d retired, from %s to %s; ids %v", len(l.Retired), l.Retired[0], l.Retired[len(l.Retired)-1], got)
	}
}

func TestPreviousIsChecked(t *testing.T) {
	in, _ := fans(40, 2, 1)
	m := before(t, []string{"s1", "s2"}, nil)
	for name, c := range map[string]struct {
		p    Previous
		says string
	}{
		"NoModel":     {Previous{Members: make([]int32, 40)}, "no model"},
		"OtherRows":   {Previous{Model: m, Members: make([]int32, 39)}, "39 members"},
		"BelowNone":   {Previous{Model: m, Members: append(make([]int32, 39), -2)}, "row 39 was in segment -2 of 2"},
		"AboveTheTop": {Previous{Model: m, Members: append(make([]int32, 39), 2)}, "row 39 was in segment 2 of 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Fit(t.Context(), in, Options{Previous: &c.p})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
}
