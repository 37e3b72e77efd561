package recommend

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/kernel"
	"curio/serve/servetest"
)

func TestBoosts(t *testing.T) {
	law, _ := CompileFilter(`category == "law" and id < "law-03"`)
	for name, e := range map[string]*Engine{"Logit": engine(t, varied), "Probability": engine(t, likely(t))} {
		user := servetest.UserID(1)
		whole := e.Recommend(Request{User: user, N: 100}).Items
		scores := make(map[int32]float32)
		for _, item := range whole {
			scores[item.Index] = item.Score
		}
		for boosted, boosts := range map[string][]Boost{
			"Category":   {{Category: "law", Factor: 4}},
			"Down":       {{Category: "code", Factor: 1.0 / 16}},
			"Twice":      {{Category: "law", Factor: 4}, {Item: "law-02", Factor: 3}},
			"Where":      {{Where: law, Factor: 16}},
			"All":        {{Category: "law", Item: "code-02", Factor: 16}}, // of nothing
			"Everything": {{Factor: 7}},
			"Unknown":    {{Tag: "no such", Factor: 16}, {Item: "gone", Factor: 16}, {Domain: "gone", Factor: 16}},
		} {
			t.Run(name+boosted, func(t *testing.T) {
				want := slices.Clone(whole)
				logit := func(item Item) float64 {
					x := float64(item.Score)
					if name == "Probability" {
						x = math.Log(x / (1 - x))
					}
					id := e.Item(item.Index).ID
					for _, b := range boosts {
						if b.Tag == "" && b.Domain == "" && (b.Category == "" || b.Category == id[:len(id)-3]) && (b.Item == "" || b.Item == id) && (b.Where == nil || id < "law-03" && id > "law") {
							x += math.Log(b.Factor)
						}
					}
					return x
				}
				slices.SortStableFunc(want, func(a, b Item) int {
					switch d := logit(b) - logit(a); {
					case d > 1e-9:
						return 1
					case d < -1e-9:
						return -1
					}
					return 0
				})
				got := e.Recommend(Request{User: user, N: 100, Boosts: boosts}).Items
				if diff := cmp.Diff(ids(e, want), ids(e, got)); diff != "" {
					t.Error(diff)
				}
				for _, item := range got {
					if item.Score != scores[item.Index] {
						t.Errorf("score %v, without boosts %v", item.Score, scores[item.Index])
					}
				}
			})
		}
	}
}

// diverse is the definition of maximal marginal relevance, told simply.
func diverse(e *Engine, items []Item, diversity float64, n int) []int32 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, item := range items {
		low, high = min(low, float64(item.Score)), max(high, float64(item.Score))
	}
	var chosen []int32
	for range n {
		best, most := -1, math.Inf(-1)
		for i, item := range items {
			if slices.Contains(chosen, item.Index) {
				continue
			}
			likeness := 0.0
			for _, c := range chosen {
				likeness = max(likeness, float64(1+kernel.Dot(e.art.Interest.Vector(c), e.art.Interest.Vector(item.Index)))/2)
			}
			if worth := (1-diversity)*(float64(item.Score)-low)/(high-low) - diversity*likeness; worth > most {
				best, most = i, worth
			}
		}
		chosen = append(chosen, items[best].Index)
	}
	return chosen
}

func TestDiversity(t *testing.T) {
	e := wide(t, nil) // 400 items
	user := servetest.UserID(2)
	whole := e.Recommend(Request{User: user, N: 400}).Items
	categories := make(map[float64]int)
	for _, diversity := range []float64{0, 0.1, 0.3, 0.5, 0.8, 1} {
		got := e.Recommend(Request{User: user, N: 12, Diversity: diversity}).Items
		var indices []int32
		met := make(map[string]bool)
		for _, item := range got {
			indices = append(indices, item.Index)
			met[e.Item(item.Index).Category] = true
		}
		categories[diversity] = len(met)
		if diff := cmp.Diff(diverse(e, whole, diversity, 12), indices); diff != "" {
			t.Errorf("diversity %v: %s", diversity, diff)
		}
	}
	if categories[0] != 1 || categories[1] != len(servetest.Categories) {
		t.Errorf("categories by diversity: %v", categories)
	}
}

func TestPromotions(t *testing.T) {
	// law-00 asks for an item that is not finished.
	e := engine(t, varied)
	user := servetest.UserID(1) // likes code
	plain := ids(e, e.Recommend(Request{User: user, N: 20}).Items)
	for name, c := range map[string]struct {
		r    Request
		want map[int]string // by place, of 10
	}{
		"Fifth":     {Request{Promotions: []Promotion{{Items: all("law"), Share: 0.2}}}, map[int]string{4: "law-01", 9: "law-02"}},
		"Half":      {Request{Promotions: []Promotion{{Items: all("law"), Share: 0.5}}}, map[int]string{1: "law-01", 3: "law-02", 5: "law-03", 7: "law-04", 9: "law-05"}},
		"FewItems":  {Request{Promotions: []Promotion{{Items: []string{"law-01"}, Share: 0.5}}}, map[int]string{1: "law-01"}},
		"SeventyPC": {Request{Promotions: []Promotion{{Items: all("art"), Share: 0.7}}, IgnorePrerequisites: true}, map[int]string{1: "art-00", 2: "art-01", 4: "art-02", 5: "art-03", 7: "art-04", 8: "art-05", 9: "art-06"}},
		"Two": {Request{Promotions: []Promotion{{Items: []string{"law-01", "law-02"}, Share: 0.2}, {Items: []string{"law-01", "art-01"}, Share: 0.2}}},
			map[int]string{4: "law-01", 5: "art-01", 9: "law-02"}},
		"None":     {Request{Promotions: []Promotion{{Items: all("law"), Share: 0.05}}}, nil},
		"Rules":    {Request{Promotions: []Promotion{{Items: []string{servetest.Unlisted, "code-05", servetest.Blocked, "gone", "law-02", "law-04"}, Share: 0.3}}, Filter: Filter{Exclude: []string{"law-02"}}}, map[int]string{3: "law-04"}},
		"Filtered": {Request{Promotions: []Promotion{{Items: all("law"), Share: 0.5}}, Filter: Filter{Category: "code"}}, nil},
		"Shown":    {Request{Promotions: []Promotion{{Items: []string{plain[0], "law-01"}, Share: 0.2}}}, map[int]string{4: "law-01"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.r.User, c.r.N = user, 10
			for place, item := range e.Recommend(c.r).Items {
				id := e.Item(item.Index).ID
				if want, ok := c.want[place]; ok != item.Promoted || ok && id != want {
					t.Errorf("place %d has %s, promoted %v; want %q", place, id, item.Promoted, want)
				}
			}
		})
	}
	// The others keep their order, and a promoted item has the score that it always has.
	var rest []string
	score := make(map[int32]float32)
	for _, item := range e.Recommend(Request{User: user, N: 100}).Items {
		score[item.Index] = item.Score
	}
	for _, item := range e.Recommend(Request{User: user, N: 10, Promotions: []Promotion{{Items: all("law"), Share: 0.5}}}).Items {
		if !item.Promoted {
			rest = append(rest, e.Item(item.Index).ID)
		} else if item.Score != score[item.Index] {
			t.Errorf("score %v, want %v", item.Score, score[item.Index])
		}
	}
	if diff := cmp.Diff(plain[:5], rest); diff != "" {
		t.Error(diff)
	}
}

// What is logged as the propensity of an item in its place is how often it gets there
// after what stands above.
func TestPropensities(t *testing.T) {
	e := engine(t, varied)
	const draws = 40_000
	r := Request{User: servetest.UserID(0), N: 3, Explore: 0.4, Filter: Filter{Category: "law", Exclude: []string{"law-08", "law-09", "law-10"}}, Promotions: []Promotion{{Items: []string{"law-05"}, Share: 0.5}}}
	type list struct {
		count      int
		propensity float64
	}
	lists, mass := make(map[string]*list), 0.0
	for r.Seed = range draws {
		a := e.Recommend(r)
		if !a.Explored {
			t.Fatal("not said to be explored")
		}
		key, propensity := fmt.Sprint(ids(e, a.Items)), 1.0
		for _, item := range a.Items {
			propensity *= item.Propensity
		}
		if lists[key] == nil {
			lists[key] = &list{propensity: propensity}
			mass += propensity
		}
		if math.Abs(lists[key].propensity-propensity) > 1e-12 {
			t.Fatalf("%s has propensities %v and %v", key, propensity, lists[key].propensity)
		}
		lists[key].count++
	}
	if math.Abs(mass-1) > 1e-9 { // with so many draws every list comes up
		t.Errorf("the propensities of all lists sum to %v", mass)
	}
	chi := 0.0
	for key, l := range lists {
		want := draws * l.propensity
		chi += (float64(l.count) - want) * (float64(l.count) - want) / want
		if off := math.Abs(float64(l.count)-want) / math.Sqrt(want); off > 5 {
			t.Errorf("%s came up %d times, want %.0f", key, l.count, want)
		}
	}
	// The 0.9999 quantile of chi-squared by Wilson and Hilferty's approximation.
	free := float64(len(lists) - 1)
	if limit := free * math.Pow(1-2/(9*free)+3.72*math.Sqrt(2/(9*free)), 3); chi > limit {
		t.Errorf("chi squared is %v with %v degrees of freedom, want at most %v", chi, free, limit)
	}
}

func TestExplorationIsSeeded(t *testing.T) {
	e := wide(t, nil)
	r := Request{User: servetest.UserID(1), N: 20, Explore: 0.5, Seed: 7}
	first := e.Recommend(r)
	if diff := cmp.Diff(first.Items, e.Recommend(r).Items); diff != "" {
		t.Error(diff)
	}
	other := r
	other.Seed++
	if slices.Equal(ids(e, first.Items), ids(e, e.Recommend(other).Items)) {
		t.Error("another seed has the same answer")
	}
	r.Explore = 0
	if a := e.Recommend(r); a.Explored || a.Items[0].Propensity != 0 {
		t.Errorf("%v %+v", a.Explored, a.Items[0])
	}
	r.Explore = 1e-300
	if a := e.Recommend(r); a.Items[0].Propensity != 1 || !a.Explored {
		t.Errorf("%+v", a.Items[0])
	}
	// All of the pool is as likely, and nothing else comes in.
	r.Explore, r.N = 1, exploredPool+50
	plain, a := e.Recommend(Request{User: r.User, N: r.N}).Items, e.Recommend(r).Items
	for place, item := range a {
		want := 1.0
		if place < exploredPool {
			want = 1 / float64(exploredPool-place)
		} else if item.Index != plain[place].Index {
			t.Errorf("place %d: item %d, want %d", place, item.Index, plain[place].Index)
		}
		if math.Abs(item.Propensity-want) > 1e-12 {
			t.Errorf("place %d: propensity %v, want %v", place, item.Propensity, want)
		}
	}
}
