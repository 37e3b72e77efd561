package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// descended is an example of three segments, s1 to s3, with a lineage of every kind of
// change.
func descended() Spec {
	s := example(4, 2, 3)
	s.Lineage = &Lineage{
		Version: "0123456789abcdef", Users: 30, Moved: 0.25,
		Changes: []Change{
			{Kind: Merged, ID: "s1", From: []string{"s1", "s9"}},
			{Kind: Kept, ID: "s2"},
			{Kind: Born, ID: "s3", From: []string{"s10"}},
			{Kind: Retired, ID: "s9", Into: []string{"s1"}},
			{Kind: Split, ID: "s10", Into: []string{"s3", "s2"}},
		},
		Retired: []string{"a", "s7", "s9", "s10"},
	}
	return s
}

func TestLineageRoundTrip(t *testing.T) {
	m := mustNew(t, descended())
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var read Model
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(m.Spec(), read.Spec()); d != "" {
		t.Error(d)
	}
}

func TestLineageRefuses(t *testing.T) {
	for name, damage := range map[string]func(l *Lineage){
		"VersionMissing":      func(l *Lineage) { l.Version = "" },
		"VersionStrange":      func(l *Lineage) { l.Version = "../latest" },
		"UsersNegative":       func(l *Lineage) { l.Users = -1 },
		"MovedBelowNone":      func(l *Lineage) { l.Moved = -0.01 },
		"MovedAboveAll":       func(l *Lineage) { l.Moved = 1.01 },
		"ChangeMissing":       func(l *Lineage) { l.Changes = l.Changes[1:] },
		"ChangesMissing":      func(l *Lineage) { l.Changes = nil },
		"ChangeTwice":         func(l *Lineage) { l.Changes[1] = l.Changes[0] },
		"ChangesOutOfOrder":   func(l *Lineage) { l.Changes[0], l.Changes[1] = l.Changes[1], l.Changes[0] },
		"KindUnknown":         func(l *Lineage) { l.Changes[1].Kind = "lost" },
		"KindMissing":         func(l *Lineage) { l.Changes[1].Kind = "" },
		"RetiredButThere":     func(l *Lineage) { l.Changes[1].Kind = Retired },
		"KeptButGone":         func(l *Lineage) { l.Changes[3].Kind = Kept },
		"BornButGone":         func(l *Lineage) { l.Changes[3].Kind = Born },
		"GoneNotRemembered":   func(l *Lineage) { l.Retired = l.Retired[:3] },
		"FromUnknown":         func(l *Lineage) { l.Changes[0].From[1] = "s8" },
		"FromBorn":            func(l *Lineage) { l.Changes[0].From[1] = "s3" },
		"FromTwice":           func(l *Lineage) { l.Changes[0].From[1] = "s1" },
		"IntoUnknown":         func(l *Lineage) { l.Changes[3].Into[0] = "s4" },
		"IntoRetired":         func(l *Lineage) { l.Changes[3].Into[0] = "s10" },
		"IntoTwice":           func(l *Lineage) { l.Changes[4].Into[1] = "s3" },
		"RetiredTwice":        func(l *Lineage) { l.Retired[1] = "a" },
		"RetiredOutOfOrder":   func(l *Lineage) { l.Retired[2], l.Retired[3] = "s10", "s9" },
		"RetiredIsASegment":   func(l *Lineage) { l.Retired[1] = "s2" },
		"RetiredIsEmpty":      func(l *Lineage) { l.Retired[0] = "" },
		"RetiredIsMarkup":     func(l *Lineage) { l.Retired[1] = "<b>" },
		"RetiredTooManyOfAll": func(l *Lineage) { l.Retired = append(l.Retired, remembered(MaxRetired-3)...) },
	} {
		t.Run(name, func(t *testing.T) {
			s := descended()
			damage(s.Lineage)
			data, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			if err := new(Model).UnmarshalJSON(data); !errors.Is(err, ErrInvalid) {
				t.Errorf("error %v, want ErrInvalid", err)
			}
		})
	}
}

// remembered are n ids after all of descended's.
func remembered(n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprintf("s%06d", i))
	}
	return ids
}

func TestLineageLimits(t *testing.T) {
	s := descended()
	s.Lineage.Retired = append(s.Lineage.Retired, remembered(MaxRetired-4)...)
	if _, err := New(s); err != nil {
		t.Errorf("%d retired: %v", len(s.Lineage.Retired), err)
	}
	for n, ok := range map[int]bool{1: true, MaxID: true, MaxID + 1: false} {
		s := example(4, 2, 3)
		s.Segments[0].ID = strings.Repeat("a", n)
		if _, err := New(s); (err == nil) != ok {
			t.Errorf("an id of %d bytes: error %v", n, err)
		}
	}
	for id, ok := range map[string]bool{"Az-09._": true, "a b": false, "a/b": false, "é": false, "a\n": false} {
		s := example(4, 2, 3)
		s.Segments[0].ID = id
		if _, err := New(s); (err == nil) != ok {
			t.Errorf("id %q: error %v", id, err)
		}
	}
}

func TestCompareIDs(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"s9", "s10", -1}, {"s10", "s9", 1}, {"s2", "s2", 0}, {"a2", "s1", -1}} {
		if got := CompareIDs(c.a, c.b); got != c.want {
			t.Errorf("CompareIDs(%s, %s) = %d", c.a, c.b, got)
		}
	}
}
