package pipeline

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/segment"
	"curio/experiments/run"
	"curio/train/clustering"
)

// grouped is a grouping of these segments.
func grouped(t *testing.T, segments ...segment.Segment) *grouping {
	t.Helper()
	s := segment.Spec{Columns: []segment.Column{{Name: "x", Kind: segment.Linear, Scale: 1}}, Projection: [][]float64{{1}}, Segments: segments}
	for range segments {
		s.Components = append(s.Components, segment.Component{Weight: 1 / float64(len(segments)), Mean: []float64{0}, Covariance: []float64{1}})
	}
	m, err := segment.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return &grouping{model: m, method: clustering.DBSCAN}
}

func TestSummary(t *testing.T) {
	rule := &segment.Rule{
		Terms: []segment.Term{{Feature: "x", Above: true}}, Text: "does x\nmuch", TextZH: strings.Repeat("多", run.MaxText), Precision: 0.9, Recall: 0.7,
	}
	g := grouped(t,
		segment.Segment{ID: "s1", Name: "a", NameZH: "甲", Size: 30, Share: 0.75, Rule: rule, TopCategories: []segment.Share{{Name: "bad\x1bname", Share: 0.5}}},
		segment.Segment{ID: "s2", Name: "b", Size: 10, Share: 0.25, TopTags: []segment.Share{{Name: "go", Share: 0.25}}},
	)
	g.carried = true
	g.quality = clustering.Quality{
		Silhouette: 0.3, DaviesBouldin: 1, BIC: 10, Balance: 0.8, OneBIC: 20, RandomSilhouette: -0.1, RandomDaviesBouldin: 9,
		Stability: []float64{0.9, 0.9, 0.9}, Unstructured: []float64{0, 0.1, 0.2}, Gain: run.Evidence{Judges: 40, Gain: 1, Error: 0.1},
	}
	half := 4.302653 * 0.1 / math.Sqrt(3) // Student's t of two degrees of freedom
	want := run.Segments{
		K: 2, Silhouette: 0.3, Sizes: []int{30, 10}, Method: "dbscan", Carried: true,
		Judged: &run.Judged{
			DaviesBouldin: 1, BIC: 10, Balance: 0.8, OneBIC: 20, RandomSilhouette: -0.1, RandomDaviesBouldin: 9,
			Stability: &run.Value{Value: 0.9, Low: 0.9, High: 0.9}, Unstructured: &run.Value{Value: 0.1, Low: 0.1 - half, High: 0.1 + half}, Bootstraps: 3,
			Gain: run.Evidence{Judges: 40, Gain: 1, Error: 0.1}, Steadier: run.Evidence{Judges: 3, Gain: 0.8, Error: 0.1 / math.Sqrt(3)}, Better: true,
		},
		Told: []run.Told{
			{
				ID: "s1", Name: "a", NameZH: "甲", Size: 30, Share: 0.75, Categories: []segment.Share{{Name: "bad name", Share: 0.5}},
				Rule: &run.Rule{Text: "does x much", TextZH: strings.Repeat("多", run.MaxText/3), Precision: 0.9, Recall: 0.7},
			},
			{ID: "s2", Name: "b", Size: 10, Share: 0.25, Tags: []segment.Share{{Name: "go", Share: 0.25}}},
		},
	}
	near := cmp.Comparer(func(x, y float64) bool { return math.Abs(x-y) < 1e-6 })
	if d := cmp.Diff(want, g.summary(), near); d != "" {
		t.Error(d)
	}
}

// Of users too few to be told of, the record says nothing.
func TestSummaryOfFew(t *testing.T) {
	g := grouped(t, segment.Segment{ID: "s1", Name: "average users", Withheld: true, Size: 3, Share: 1})
	g.quality = clustering.Quality{BIC: 10, OneBIC: 10, Balance: 1}
	want := run.Segments{K: 1, Sizes: []int{0}, Method: "dbscan", Told: []run.Told{{ID: "s1", Name: "average users", Withheld: true}}}
	if d := cmp.Diff(want, g.summary()); d != "" {
		t.Error(d)
	}
}

func TestInterval(t *testing.T) {
	if v := interval(nil); v != nil {
		t.Errorf("%v of nothing", v)
	}
	if v := interval([]float64{0.5}); v.Value != 0.5 || v.HasInterval() {
		t.Errorf("%v of one value", v)
	}
	if v := interval([]float64{1, 0.9}); v.High != 1 || v.Low >= 0.9 {
		t.Errorf("%v, want an interval that ends at 1", v)
	}
}
