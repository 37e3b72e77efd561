package clustering

import (
	"encoding/json"
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
	columns, raw := in.columns(), make([]float32, in.width())
	// moments returns the mean of a column in segment c, or of all with -1, and the
	// deviation.
	moments := func(name string, c int) (mean, deviation float64) {
		var n, square float64
		for row, member := range r.Members {
			if in.features(raw, row); c < 0 || int(member) == c {
				v := float64(raw[slices.Index(columns, name)])
				n, mean, square = n+1, mean+v, square+v*v
			}
		}
		mean /= n
		return mean, math.Sqrt(square/n - mean*mean)
	}
	names := map[string]bool{}
	for c, s := range r.Model.Segments() {
		names[s.Name], names[s.NameZH] = true, true
		interests := 0
		for i, trait := range s.Traits {
			if i > 0 && math.Abs(trait.Effect) > math.Abs(s.Traits[i-1].Effect) || math.Abs(trait.Effect) < telling {
				t.Errorf("%s: traits %v do not fall to %v", s.ID, s.Traits, telling)
			}
			if strings.HasPrefix(trait.Feature, Category) {
				if interests++; trait.Effect < 0 {
					t.Errorf("%s: told that it lacks interest: %v", s.ID, trait)
				}
			}
			all, deviation := moments(trait.Feature, -1)
			inside, _ := moments(trait.Feature, c)
			if want := (inside - all) / deviation; math.Abs(trait.Effect-want) > 1e-6 {
				t.Errorf("%s: effect of %s is %v, want %v", s.ID, trait.Feature, trait.Effect, want)
			}
		}
		if len(s.Traits) > traits || interests > tasteful || interests < 2 {
			t.Errorf("%s: %d traits, %d of interest", s.ID, len(s.Traits), interests)
		}
		for i, top := range s.TopCategories {
			if i > 0 && top.Share > s.TopCategories[i-1].Share {
				t.Errorf("%s: categories %v do not fall", s.ID, s.TopCategories)
			}
			if want, _ := moments(Category+"="+top.Name, c); math.Abs(top.Share-want) > 1e-6 {
				t.Errorf("%s: share of %s is %v, want %v", s.ID, top.Name, top.Share, want)
			}
		}
		if s.Rule == nil {
			t.Errorf("%s has no rule", s.ID)
		}
	}
	if len(names) != 8 {
		t.Errorf("names %v, want four in either language", names)
	}
}

// describing returns what is told of two segments of half users each. Of the first,
// so many have each value of a field and each tag.
func describing(t *testing.T, half, holders, least int) []segment.Segment {
	t.Helper()
	tags, region := Shares{Field: Tag, Names: []string{"go", "rust"}}, Shares{Field: "region", Names: []string{"x", "y"}}
	members := make([]int32, 2*half)
	for i := range members {
		members[i] = int32(i / half)
		if i < holders {
			tags.X, region.X = append(tags.X, 1, 0), append(region.X, 1, 0)
		} else {
			tags.X, region.X = append(tags.X, 0, 1), append(region.X, 0, 1)
		}
	}
	in := Input{Shares: []Shares{tags, region}}
	s := &space{}
	for _, name := range in.columns() {
		s.columns = append(s.columns, segment.Column{Name: name})
	}
	told, err := summarise(t.Context(), &in, s, &division{members: members, sizes: count(members, 2)}, Options{MinSize: least, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// A behaviour that fewer than the least users show is not told of either.
func TestBehavioursOfFew(t *testing.T) {
	const least, half = 5, 20
	for buyers, told := range map[int]bool{least - 1: false, least: true} {
		in := Input{Names: []string{"purchase.log_count", "activity.log_events"}}
		members := make([]int32, 2*half)
		for i := range members {
			members[i] = int32(i / half)
			bought := float32(0)
			if i < buyers {
				bought = 1
			}
			in.X = append(in.X, bought, float32(1+i/half))
		}
		s := &space{columns: []segment.Column{{Name: in.Names[0]}, {Name: in.Names[1]}}}
		segments, err := summarise(t.Context(), &in, s, &division{members: members, sizes: count(members, 2)}, Options{MinSize: least, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(segments)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "purchase") != told {
			t.Errorf("%d buyers: told %v, want %v: %s", buyers, !told, told, text)
		}
	}
}

// Neither a tag nor the value of a field that fewer than the least users have is
// told in any way: as a trait, on either side, in a list, a rule or a name.
func TestNamesOfFew(t *testing.T) {
	const least = 5
	for holders, want := range map[int]bool{least - 1: false, least: true, least + 1: true} {
		for _, s := range describing(t, 10, holders, least) {
			text, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"=x", `"go"`, "in go", "“go”", "region x", "towards go"} {
				if strings.Contains(string(text), name) && !want {
					t.Errorf("%d holders: %s is told in %s", holders, name, text)
				}
			}
			if told := strings.Contains(string(text), "region=x"); told != want {
				t.Errorf("%d holders: told of %v: %s", holders, told, text)
			}
		}
	}
	// All of the first segment like the tag: it is their taste.
	if s := describing(t, 10, 10, least)[0]; s.TopTags[0] != (segment.Share{Name: "go", Share: 1}) || s.Name != "go users with region x" {
		t.Errorf("%q with tags %v", s.Name, s.TopTags)
	}
}

// Of a segment that has more of a value than others, as many members have to have it
// as of everybody: here so many of its 10, and 6 of 90 others.
func TestTraitsOfFewMembers(t *testing.T) {
	const least = 5
	for holders, want := range map[int]bool{least - 1: false, least: true} {
		region := Shares{Field: "region", Names: []string{"x"}}
		members := make([]int32, 100)
		for i := range members {
			members[i] = int32(min(i/10, 1))
			has := float32(0)
			if i < holders || i >= 94 {
				has = 1
			}
			region.X = append(region.X, has)
		}
		in := Input{Shares: []Shares{region}}
		s := &space{columns: []segment.Column{{Name: "region=x"}}}
		told, err := summarise(t.Context(), &in, s, &division{members: members, sizes: count(members, 2)}, Options{MinSize: least, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(told[0].Traits) > 0; got != want {
			t.Errorf("%d members with it: traits %v", holders, told[0].Traits)
		}
	}
}

// A taste is one of half of the members; a category and a tag of one name are one.
func TestTastes(t *testing.T) {
	for holders, want := range map[int]bool{4: false, 5: true} {
		categories, tags := Shares{Field: Category, Names: []string{"drama"}}, Shares{Field: Tag, Names: []string{"drama"}}
		members := make([]int32, 20)
		for i := range members {
			members[i] = int32(i / 10)
			share := float32(0)
			if i < holders {
				share = 1
			}
			categories.X, tags.X = append(categories.X, share), append(tags.X, share)
		}
		in := Input{Shares: []Shares{categories, tags}}
		s := &space{}
		for _, name := range in.columns() {
			s.columns = append(s.columns, segment.Column{Name: name})
		}
		told, err := summarise(t.Context(), &in, s, &division{members: members, sizes: count(members, 2)}, Options{MinSize: 1, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := told[0].Name == "drama fans"; got != want {
			t.Errorf("%d of 10 like it: %q", holders, told[0].Name)
		}
		if n := len(told[0].TopCategories) + len(told[0].TopTags); n != 2 {
			t.Errorf("%d of 10 like it: %v, %v", holders, told[0].TopCategories, told[0].TopTags)
		}
	}
}

func TestRaters(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  bool
	}{
		{nil, false},
		{[]string{"activity.log_events"}, false},
		{[]string{"activity.log_events", "learning.mean_rating"}, true},
		{[]string{"learning.mean_rating", "learning.has_rating", "recency.log_days", "affinity.domain=film"}, true},
		{[]string{"learning.mean_rating", "learning.log_watches"}, false},
		{[]string{"interaction.log_views", "learning.mean_rating"}, false},
	} {
		if got := raters(c.names); got != c.want {
			t.Errorf("%v: %v", c.names, got)
		}
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
	if r.Model.Dim() != 0 || slices.ContainsFunc(r.Model.Spec().Columns, func(c segment.Column) bool { return c.Centre != 0 || c.Scale != 1 }) {
		t.Errorf("the model of too few users tells where they are: %+v", r.Model.Spec().Columns)
	}
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
		categories := Shares{Field: Category, Names: []string{"rare", "a", "b", "c", "d", "e"}}
		members := make([]int32, 2*half)
		for i := range members {
			members[i] = int32(i / half)
			if i < tt.holders {
				categories.X = append(categories.X, 1, 0, 0, 0, 0, 0)
			} else {
				categories.X = append(categories.X, 0, 0.2, 0.2, 0.2, 0.2, 0.2)
			}
		}
		in := Input{Shares: []Shares{categories}}
		s := &space{columns: make([]segment.Column, in.width())}
		got, err := summarise(t.Context(), &in, s, &division{members: members, sizes: count(members, 2)}, Options{MinSize: least, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
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
