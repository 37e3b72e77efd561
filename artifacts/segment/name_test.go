package segment

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mark(categories []string, traits ...Trait) Marks {
	var m Marks
	for _, c := range categories {
		m.Categories = append(m.Categories, Trait{Feature: c, Effect: 1})
	}
	m.Traits = traits
	return m
}

func TestNames(t *testing.T) {
	finishing := Trait{"learning.completion_rate", 0.9}
	sampling := Trait{"learning.completion_rate", -0.9}
	buying := Trait{"purchase.log_count", 1.2}
	silent := Trait{"interaction.log_likes", -0.8} // nobody is known for few likes
	for name, c := range map[string]struct {
		marks []Marks
		want  []string
	}{
		"CategoryAndTrait": {
			[]Marks{mark([]string{"programming"}, finishing), mark([]string{"finance"}, buying), mark([]string{"design"}, sampling)},
			[]string{"programming finishers", "finance buyers", "design samplers"},
		},
		"NextTraitWhenTaken": {
			[]Marks{mark([]string{"design"}, buying), mark([]string{"design"}, buying, finishing)},
			[]string{"design buyers", "design finishers"},
		},
		"TwoCategoriesWhenTaken": {
			[]Marks{mark([]string{"design"}, buying), mark([]string{"design", "music"}, buying)},
			[]string{"design buyers", "design and music buyers"},
		},
		"NumberWhenNothingElse": {
			[]Marks{mark([]string{"design"}, buying), mark([]string{"design"}, buying), mark([]string{"design"}, buying)},
			[]string{"design buyers", "design buyers 2", "design buyers 3"},
		},
		"NoCategory":         {[]Marks{mark(nil, buying)}, []string{"buyers"}},
		"NoTrait":            {[]Marks{mark([]string{"music"})}, []string{"music enthusiasts"}},
		"TraitWithoutNoun":   {[]Marks{mark(nil, silent, buying)}, []string{"buyers"}},
		"Nothing":            {[]Marks{{}, {}}, []string{"average users", "average users 2"}},
		"FeatureOfStrangers": {[]Marks{mark(nil, Trait{"custom.log_shoe_size", 1}), mark(nil, Trait{"custom.log_shoe_size", -1})}, []string{"users with much shoe size", "users with little shoe size"}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Names(c.marks)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestNamesAreUnique(t *testing.T) {
	marks := make([]Marks, MaxSegments)
	for i := range marks {
		marks[i] = mark([]string{"a", "b 2", "b"}[:i%4%3+1], Trait{"likes", 1})
	}
	seen := map[string]bool{}
	for _, name := range Names(marks) {
		if name == "" || seen[name] {
			t.Errorf("%q is empty or there twice", name)
		}
		seen[name] = true
	}
}
