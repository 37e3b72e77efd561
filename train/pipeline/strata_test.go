package pipeline

import (
	"context"
	"testing"

	"curio/artifacts/bundle"
	"curio/datasets/synth"
	"curio/experiments/run"
	"curio/train/evaluate"
)

// small is large enough for users and items that come after the cut of Global.
func small() synth.Options {
	o := synth.Default()
	o.Users, o.Items, o.Events = 900, 400, 40_000
	return o
}

func stratum(t *testing.T, r *Result, name string) *run.Stratum {
	t.Helper()
	for i := range r.Strata {
		if r.Strata[i].Name == name {
			return &r.Strata[i]
		}
	}
	t.Fatalf("no stratum %s in %+v", name, r.Strata)
	return nil
}

// Attributes tell items apart that nobody touched, and without them nothing does:
// all have one bias then, and rank by their index, as popularity has them too.
func TestColdItems(t *testing.T) {
	c := settings(platform(t, small()))
	c.Split, c.NoRehearsal, c.Graph.Gain = Global, true, 0
	with, err := Run(context.Background(), c, quiet())
	if err != nil {
		t.Fatal(err)
	}
	c.IDsOnly = true
	without, err := Run(context.Background(), c, quiet())
	if err != nil {
		t.Fatal(err)
	}
	a, err := bundle.Decode(without.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	if a.Interest.FeatureSize() != 0 || without.Settings["ids_only"] != true || with.Settings["ids_only"] != false {
		t.Errorf("%d features, ids_only %v and %v", a.Interest.FeatureSize(), without.Settings["ids_only"], with.Settings["ids_only"])
	}

	for _, name := range []string{"warm_users", "cold_users", "cold_items"} {
		x, y := stratum(t, with, name), stratum(t, without, name)
		if x.Users != y.Users || x.Items != y.Items || x.Task != y.Task || x.Users < stratumUsers {
			t.Errorf("%s is of %d users, %d items and task %s with features, %d, %d and %s without",
				name, x.Users, x.Items, x.Task, y.Users, y.Items, y.Task)
		}
		for _, scorer := range run.StratumScorers {
			if len(x.Of(scorer)) != len(run.StratumMetrics) {
				t.Errorf("%s of %s has metrics %v", name, scorer, x.Of(scorer))
			}
		}
		if n := len(x.Parts["ndcg@10"]); n != min(stratumParts, x.Users) {
			t.Errorf("%s has %d parts of %d users", name, n, x.Users)
		}
	}
	cold := stratum(t, without, "cold_items")
	if m, p := cold.Metrics.Model["ndcg@10"], cold.Metrics.Popularity["ndcg@10"]; m != p {
		t.Errorf("cold items without attributes: NDCG@10 %v, popularity's %v", m, p)
	}
	cold = stratum(t, with, "cold_items")
	m, p, random := cold.Metrics.Model["ndcg@10"], cold.Metrics.Popularity["ndcg@10"], cold.Random["ndcg@10"]
	if m.Low <= random.High || m.Value <= p.Value {
		t.Errorf("cold items with attributes: NDCG@10 %v does not clear a random order's %v, or popularity's %v", m, random, p)
	}
}

// Strata are of the users and items they are named for, and the smallest are not
// measured.
func TestStrata(t *testing.T) {
	const items = 30
	for _, tt := range []struct {
		name                    string
		warm, cold, unknown     int
		hasWarm, hasCold, hasIt bool
	}{
		{"All", stratumUsers, stratumUsers, stratumItems, true, true, true},
		{"FewWarm", stratumUsers - 1, stratumUsers, stratumItems, false, true, true},
		{"FewCold", stratumUsers, stratumUsers - 1, stratumItems, true, false, true},
		{"FewItems", stratumUsers, stratumUsers, stratumItems - 1, true, true, false},
		{"NoneCold", 2 * stratumUsers, 0, stratumItems, true, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// Warm users have touched the known items but the last, and everybody is to
			// be predicted one item that is known and one that is not.
			known := items - tt.unknown
			in := &inputs{truth: make([][]int32, tt.warm+tt.cold)}
			for u := range in.truth {
				in.truth[u] = []int32{int32(known - 1), items - 1}
			}
			var err error
			in.histories, err = evaluate.NewHistories(len(in.truth), items, func(u int32) []int32 {
				switch {
				case int(u) >= tt.warm:
					return nil
				case u == 0: // who was shown it and is predicted nothing of it
					in.truth[u] = in.truth[u][1:]
					return upTo(known)
				}
				return upTo(known - 1)
			})
			if err != nil {
				t.Fatal(err)
			}
			task := in.task(len(in.truth))
			o := evaluate.Options{Cutoffs: []int{10, 20}, Bootstrap: -1}
			r, err := evaluate.Evaluate(context.Background(), task, backwards{}, o)
			if err != nil {
				t.Fatal(err)
			}
			strata, err := in.strata(context.Background(), task, []ranking{{"model", backwards{}, &r.PerUser}}, o)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range []struct {
				name         string
				users, items int
				measured     bool
			}{
				{"warm_users", tt.warm, items, tt.hasWarm},
				{"cold_users", tt.cold, items, tt.hasCold},
				{"cold_items", tt.warm + tt.cold, tt.unknown, tt.hasIt},
			} {
				s := &strata[i]
				if s.Name != want.name || s.Users != want.users || s.Items != want.items || (s.Metrics.Model != nil) != want.measured {
					t.Errorf("stratum %+v, want %+v", s, want)
				}
				if want.name == "cold_items" && want.measured && s.Metrics.Model["recall@10"].Value != 1 {
					t.Errorf("recall@10 of cold items is %v: the last item is the best of them", s.Metrics.Model["recall@10"])
				}
			}
		})
	}
}

// backwards scores an item by its index.
type backwards struct{}

func (backwards) Score(dst []float32, _ int32) {
	for i := range dst {
		dst[i] = float32(i)
	}
}

func upTo(n int) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}
