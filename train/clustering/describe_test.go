package clustering

import (
	"math"
	"slices"
	"strings"
	"testing"

	"curio/artifacts/segment"
)

// TestDescriptions compares what is told of segments with means taken here.
func TestDescriptions(t *testing.T) {
	in, _ := fans(900, 4, 4)
	r := mustFit(t, in, Options{Seed: 1})
	p, k := len(in.Names), len(in.Categories)
	rows := float64(in.rows())
	names := map[string]bool{}
	for c, s := range r.Model.Segments() {
		names[s.Name] = true
		for i, trait := range s.Traits {
			if i > 0 && math.Abs(trait.Effect) > math.Abs(s.Traits[i-1].Effect) || math.Abs(trait.Effect) < telling {
				t.Errorf("%s: traits %v do not fall to %v", s.ID, s.Traits, telling)
			}
			column := 0
			for in.Names[column] != trait.Feature {
				column++
			}
			var mean, inside, square float64
			for row, member := range r.Members {
				v := float64(in.X[row*p+column])
				mean += v / rows
				square += v * v / rows
				if int(member) == c {
					inside += v / float64(s.Size)
				}
			}
			want := (inside - mean) / math.Sqrt(square-mean*mean)
			if math.Abs(trait.Effect-want) > 1e-6 {
				t.Errorf("%s: effect of %s is %v, want %v", s.ID, trait.Feature, trait.Effect, want)
			}
		}
		for i, top := range s.TopCategories {
			if i > 0 && top.Share > s.TopCategories[i-1].Share {
				t.Errorf("%s: categories %v do not fall", s.ID, s.TopCategories)
			}
			column := 0
			for in.Categories[column] != top.Name {
				column++
			}
			want := 0.0
			for row, member := range r.Members {
				if int(member) == c {
					want += float64(in.Affinity[row*k+column]) / float64(s.Size)
				}
			}
			if math.Abs(top.Share-want) > 1e-6 {
				t.Errorf("%s: share of %s is %v, want %v", s.ID, top.Name, top.Share, want)
			}
		}
	}
	if len(names) != 4 {
		t.Errorf("names %v, want four", names)
	}
}

// Segments below the least size go to the others; at and above it they stay.
func TestMinSize(t *testing.T) {
	in, _ := fans(900, 4, 4)
	free := mustFit(t, in, Options{Seed: 1, Segments: 4})
	sizes := count(free.Members, len(free.Model.Segments()))
	smallest := sizes[len(sizes)-1]
	if same := mustFit(t, in, Options{Seed: 1, Segments: 4, MinSize: smallest}); len(same.Model.Segments()) != len(sizes) {
		t.Errorf("%d segments with a least size that all have, want %d", len(same.Model.Segments()), len(sizes))
	}
	for _, least := range []int{smallest + 1, 900} {
		r := mustFit(t, in, Options{Seed: 1, Segments: 4, MinSize: least})
		segments := r.Model.Segments()
		total := 0
		for c, n := range count(r.Members, len(segments)) {
			total += n
			if n < least || segments[c].Size != n || segments[c].Withheld {
				t.Errorf("at least %d: segment %+v has %d members", least, segments[c], n)
			}
		}
		if total != 900 || len(segments) >= len(sizes) {
			t.Errorf("at least %d: %d segments of %d members in all", least, len(segments), total)
		}
	}
	r := mustFit(t, in, Options{Seed: 1, Segments: 4, MinSize: 901})
	if s := r.Model.Segments(); len(s) != 1 || !s[0].Withheld || s[0].Size != 0 || len(s[0].Traits)+len(s[0].TopCategories) != 0 {
		t.Errorf("fewer users than the least size: %+v", s)
	}
}

// A category that fewer members than the least size have a share of is not told,
// neither in the list nor in the name; it leaves its place to the next one.
func TestCategoriesOfFew(t *testing.T) {
	const least, half = 5, 10
	for _, tt := range []struct {
		holders int
		told    bool
	}{{1, false}, {least - 1, false}, {least, true}, {least + 1, true}} {
		// The first holders users take rare alone, the others share what is left
		// evenly; the second half, a segment of its own, never takes rare.
		in := Input{Categories: []string{"rare", "a", "b", "c", "d", "e"}}
		members := make([]int32, 2*half)
		for i := range members {
			members[i] = int32(i / half)
			if i < tt.holders {
				in.Affinity = append(in.Affinity, 1, 0, 0, 0, 0, 0)
			} else {
				in.Affinity = append(in.Affinity, 0, 0.2, 0.2, 0.2, 0.2, 0.2)
			}
		}
		s := &space{columns: make([]segment.Column, len(in.Categories))}
		got := summarise(&in, s, &division{members: members, sizes: count(members, 2)}, least)
		told := slices.ContainsFunc(got[0].TopCategories, func(s segment.Share) bool { return s.Name == "rare" })
		if named := strings.Contains(got[0].Name, "rare"); told != tt.told || named != tt.told {
			t.Errorf("%d holders: listed %v and in the name %q, want %v", tt.holders, told, got[0].Name, tt.told)
		}
		want := tastes
		if half-tt.holders < least { // too few for the others to be told
			want = 1
		}
		if n := len(got[0].TopCategories); n != want {
			t.Errorf("%d holders: %d categories, want %d", tt.holders, n, want)
		}
		if n := len(got[1].TopCategories); n != tastes {
			t.Errorf("%d holders: the other segment has %d categories, want %d", tt.holders, n, tastes)
		}
	}
}
