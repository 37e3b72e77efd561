package pipeline

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/bundle"
	"curio/artifacts/segment"
	"curio/features/vocab"
	"curio/train/clustering"
)

// parted is a model of k segments.
func parted(t *testing.T, k int, lineage *segment.Lineage) *segment.Model {
	t.Helper()
	s := segment.Spec{Lineage: lineage}
	for i := range k {
		name := "s" + string(rune('1'+i))
		s.Components = append(s.Components, segment.Component{Weight: 1 / float64(k)})
		s.Segments = append(s.Segments, segment.Segment{ID: name, Name: name, Size: 5})
	}
	m, err := segment.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func earlier(t *testing.T, digest string) *bundle.Segmentation {
	t.Helper()
	dataset, err := json.Marshal(map[string]any{"digest": digest})
	if err != nil {
		t.Fatal(err)
	}
	return &bundle.Segmentation{
		Version: "00", Manifest: bundle.Manifest{Dataset: dataset, PseudonymKey: "k"}, Model: parted(t, 2, nil),
		Users: vocab.New([]string{"a", "b", "c"}), Membership: []int32{1, -1, 0},
	}
}

func TestPreviousByUser(t *testing.T) {
	l := &log{users: vocab.New([]string{"a", "b", "bb", "c", "d"})}
	for key, want := range map[string][]int32{"k": {1, -1, -1, 0, -1}, "": {-1, -1, -1, -1, -1}, "other": {-1, -1, -1, -1, -1}} {
		c := &Config{PseudonymKey: key}
		p := c.previous(l, earlier(t, "x"))
		if d := cmp.Diff(want, p.Members); d != "" || p.Version != "00" || p.Model == nil {
			t.Errorf("key %q: %s", key, d)
		}
		if d := cmp.Diff([]int32{want[4], want[0], want[3]}, previousOf(p, []int32{4, 0, 3}).Members); d != "" {
			t.Errorf("key %q, by row: %s", key, d)
		}
	}
	if (&Config{}).previous(l, nil) != nil || previousOf(nil, []int32{1}) != nil {
		t.Error("nothing before is something")
	}
}

func TestDescend(t *testing.T) {
	l := &log{users: vocab.New([]string{"a", "b", "c"}), digest: "x"}
	again := func() *grouping { return &grouping{model: parted(t, 2, nil), members: []int32{1, -1, 0}} }
	other := func() *grouping { return &grouping{model: parted(t, 2, nil), members: []int32{1, 0, 0}} }
	before := earlier(t, "w")
	before.Version = "ff"
	for name, c := range map[string]struct {
		p     Predecessor
		key   string
		fits  []func() *grouping
		after []string // versions that the fits were to go on from
		notes map[string]int
	}{
		"NothingBefore":    {Predecessor{}, "k", []func() *grouping{again}, []string{""}, nil},
		"Unreadable":       {Predecessor{Unreadable: true}, "k", []func() *grouping{again}, []string{""}, map[string]int{"segments_before_unreadable": 1}},
		"OtherData":        {Predecessor{Last: earlier(t, "y"), Before: before}, "k", []func() *grouping{again}, []string{"00"}, nil},
		"Repeated":         {Predecessor{Last: earlier(t, "x")}, "k", []func() *grouping{again}, []string{""}, nil},
		"RepeatedAfter":    {Predecessor{Last: earlier(t, "x"), Before: before}, "k", []func() *grouping{again}, []string{"ff"}, nil},
		"SameDataNotSame":  {Predecessor{Last: earlier(t, "x")}, "k", []func() *grouping{other, again}, []string{"", "00"}, nil},
		"NobodyInCommon":   {Predecessor{Last: earlier(t, "y")}, "other", []func() *grouping{again}, []string{"00"}, map[string]int{NobodyInCommon: 1}},
		"DigestUnreadable": {Predecessor{Last: &bundle.Segmentation{Version: "00", Manifest: bundle.Manifest{Dataset: json.RawMessage("[")}, Model: before.Model, Users: l.users, Membership: []int32{0, 0, 0}}}, "", []func() *grouping{again}, []string{"00"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Result{}
			var after []string
			g, err := r.descend(l, &Config{Predecessor: c.p, PseudonymKey: c.key}, func(p *clustering.Previous) (*grouping, error) {
				version := ""
				if p != nil {
					version = p.Version
				}
				after = append(after, version)
				return c.fits[len(after)-1](), nil
			})
			if err != nil || g == nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.after, after) + cmp.Diff(c.notes, r.Notes); d != "" {
				t.Error(d)
			}
		})
	}
	failed := errors.New("failed")
	r := &Result{}
	if _, err := r.descend(l, &Config{Predecessor: Predecessor{Last: earlier(t, "x")}, PseudonymKey: "k"}, func(*clustering.Previous) (*grouping, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("error %v, want that of the fit", err)
	}
}
