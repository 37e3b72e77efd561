package pipeline

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/datasets/synth"
	"curio/train/evaluate"
	"curio/train/twotower"
)

// stage is one side of a run: what it learns from and the model it makes of it.
func stage(t *testing.T, l *log, c Config, rehearsal bool) (*inputs, *interest.Model) {
	t.Helper()
	v, err := divide(t.Context(), l, c, rehearsal)
	if err != nil {
		t.Fatal(err)
	}
	in, err := prepare(t.Context(), l, v, c)
	if err != nil {
		t.Fatal(err)
	}
	m, err := twotower.Fit(t.Context(), in.data, c.Interest, nil)
	if err != nil {
		t.Fatal(err)
	}
	return in, m
}

// What a head learned in a rehearsal holds for the model that is fitted to
// everything: its probabilities are right, beat the base rate and rank better.
func TestHeadHoldsForTheFinalModel(t *testing.T) {
	o := synth.Default()
	o.Users, o.Items, o.Events = 1200, 300, 60_000
	c := settings(platform(t, o))
	c.Interest.Epochs = 6
	l := loaded(t, &c)
	rehearsed, old := stage(t, l, c, true)
	h, _, err := fitHead(t.Context(), rehearsed, old, c)
	if err != nil || h == nil {
		t.Fatalf("head %v, error %v", h, err)
	}
	in, m := stage(t, l, c, false)
	m, cosine, err := h.wear(m, in)
	if err != nil {
		t.Fatal(err)
	}
	if cosine < 0.5 || cosine > 1 {
		t.Errorf("items of both models have a mean cosine of %v", cosine)
	}
	eo := evaluate.Options{Cutoffs: []int{10}, Bootstrap: 100, Seed: 1, Workers: 1}
	got, err := measureHead(t.Context(), m, in, eo)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("AUC %v, log-loss %v of %v, ECE %.4f, cosine %.3f", got.AUC, got.LogLoss, got.BaseLogLoss, got.ECE, cosine)
	if got.ECE > 0.02 || got.LogLoss.High >= got.BaseLogLoss || got.AUC.Low < 0.6 {
		t.Errorf("AUC %v, log-loss %v of %v, ECE %v", got.AUC, got.LogLoss, got.BaseLogLoss, got.ECE)
	}
	bare, err := m.WithHead(interest.Head{})
	if err != nil {
		t.Fatal(err)
	}
	var ndcg [2]float64
	for n, m := range []*interest.Model{bare, m} {
		r, err := evaluate.Evaluate(t.Context(), in.task(judges), scorer{m, in}, eo)
		if err != nil {
			t.Fatal(err)
		}
		ndcg[n] = r.Metrics["ndcg@10"].Value
	}
	if ndcg[1] < ndcg[0]-0.005 {
		t.Errorf("NDCG@10 %.4f with the head, %.4f without", ndcg[1], ndcg[0])
	}
	if none, err := measureHead(t.Context(), bare, in, eo); none != nil || err != nil {
		t.Errorf("a model without a head is measured: %v, %v", none, err)
	}
}

// The lists that are judged are those that serving shows.
func TestScorerRanksAsServing(t *testing.T) {
	c := settings(platform(t, tiny()))
	l := loaded(t, &c)
	in, m := stage(t, l, c, false)
	h, _, err := fitHead(t.Context(), in, m, c)
	if err != nil || h == nil {
		t.Fatalf("head %v, error %v", h, err)
	}
	if m, err = m.WithHead(h.head); err != nil {
		t.Fatal(err)
	}
	s, moved := scorer{m, in}, false
	for _, user := range in.task(20).Users {
		v := make([]float32, m.Dim())
		s.vector(v, user)
		seen := func(i int32) bool { return slices.Contains(in.histories.Of(user), i) }
		want := m.Rank(v, s.query(user), 20, seen)
		scores := make([]float32, m.Items())
		s.Score(scores, user)
		for _, i := range in.histories.Of(user) {
			scores[i] = float32(math.NaN())
		}
		top := kernel.NewTop(s.Depth())
		top.Scan(scores, 0)
		got := top.Sorted(nil)
		before := slices.Clone(got)
		s.Rerank(user, got)
		moved = moved || !slices.Equal(before, got)
		for n, f := range want {
			if got[n].Index != f.Index {
				t.Fatalf("user %d: item %d at rank %d, serving has %d", user, got[n].Index, n+1, f.Index)
			}
		}
	}
	if !moved {
		t.Error("the head moves nothing")
	}
}

func TestTooLittleIsNoHead(t *testing.T) {
	c := settings(platform(t, tiny()))
	l := loaded(t, &c)
	in, m := stage(t, l, c, false)
	everything := make([]int32, m.Items())
	for i := range everything {
		everything[i] = int32(i)
	}
	for name, truth := range map[string][][]int32{
		"Pairs": append(slices.Clone(in.truth[:20]), make([][]int32, len(in.truth)-20)...),
		"Users": append([][]int32{everything, everything, everything[:1]}, make([][]int32, len(in.truth)-3)...),
	} {
		in.truth = truth
		_, taken, err := in.shown(t.Context(), m, judges)
		if err != nil || (taken < leastTaken) != (name == "Pairs") {
			t.Fatalf("%s: %d taken up: %v", name, taken, err)
		}
		if h, _, err := fitHead(t.Context(), in, m, c); h != nil || err != nil {
			t.Errorf("%s: head %v, error %v", name, h, err)
		}
	}
}

func TestRenamedBehaviours(t *testing.T) {
	h := interest.Head{W: []float32{1, 2, 3, 4, 5, 6, 90, 91, 92, 93}, B: []float32{0, 0}, V: []float32{0}}
	got := renamed(h, []string{"a", "b", "c"}, []string{"c", "new", "a"})
	if diff := cmp.Diff([]float32{5, 6, 0, 0, 1, 2, 90, 91, 92, 93}, got.W); diff != "" {
		t.Error(diff)
	}
}
