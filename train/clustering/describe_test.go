package clustering

import (
	"math"
	"testing"
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
