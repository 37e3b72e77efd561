package evaluate_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"curio/train/evaluate"
)

// coin is a task of one-item lists in which user u is a hit when hits[u].
func coin(hits []bool) (evaluate.Task, evaluate.Scorer) {
	scores := make(table, len(hits))
	for u, hit := range hits {
		scores[u] = []float32{0, 1}
		if hit {
			scores[u] = []float32{1, 0}
		}
	}
	return evaluate.Task{Users: upTo(len(hits)), Items: 2, Truth: func(int32) []int32 { return []int32{0} }}, scores
}

// TestIntervalCoverage draws many sets of users from a known distribution and
// counts how often the 95% interval holds the true mean. With 600 sets the count
// of a true 95% has a standard deviation of 0.9 points, and the percentile
// interval of 150 users is known to be a little narrow.
func TestIntervalCoverage(t *testing.T) {
	const sets, users, p = 600, 150, 0.3
	random := rand.New(rand.NewPCG(11, 12))
	held, below, above := 0, 0, 0
	for set := range sets {
		hits := make([]bool, users)
		for u := range hits {
			hits[u] = random.Float64() < p
		}
		task, s := coin(hits)
		r, err := evaluate.Evaluate(context.Background(), task, s,
			evaluate.Options{Cutoffs: []int{1}, Bootstrap: 400, Seed: uint64(set)})
		if err != nil {
			t.Fatal(err)
		}
		switch v := r.Metrics["hitrate@1"]; {
		case v.High < p:
			above++
		case v.Low > p:
			below++
		default:
			held++
		}
	}
	if share := float64(held) / sets; share < 0.92 || share > 0.975 {
		t.Errorf("interval holds the mean in %.1f%% of sets, want about 95%%", 100*share)
	}
	if below > 3*above+5 || above > 3*below+5 {
		t.Errorf("interval misses to one side: %d below, %d above", below, above)
	}
}

// TestIntervalWidth compares with the normal approximation, which is close for
// many users.
func TestIntervalWidth(t *testing.T) {
	hits := make([]bool, 4000)
	for u := range hits {
		hits[u] = u%4 == 0
	}
	task, s := coin(hits)
	r, err := evaluate.Evaluate(context.Background(), task, s, evaluate.Options{Cutoffs: []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	v := r.Metrics["recall@1"]
	half := 1.96 * math.Sqrt(0.25*0.75/4000)
	if v.Value != 0.25 || math.Abs(v.Low-(0.25-half)) > half/6 || math.Abs(v.High-(0.25+half)) > half/6 {
		t.Errorf("recall = %+v, want 0.25 within about %.4f", v, half)
	}
}

func TestIntervalOfEqualUsers(t *testing.T) {
	task, s := coin([]bool{true, true, true, true, true})
	task.Seen = func(int32) []int32 { return []int32{1} }
	task.Popularity = []int64{3, 2}
	r, err := evaluate.Evaluate(context.Background(), task, s, evaluate.Options{Cutoffs: []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{"recall@1": 1, "ndcg@1": 1, "popularity_bias@1": 1.5} {
		if v := r.Metrics[name]; v.Value != want || v.Low != want || v.High != want {
			t.Errorf("%s = %+v, want %v exactly", name, v, want)
		}
	}
}

func TestCoverageHasNoInterval(t *testing.T) {
	task, s := coin([]bool{true, false})
	r, err := evaluate.Evaluate(context.Background(), task, s, evaluate.Options{Cutoffs: []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	if v := r.Metrics["coverage@1"]; v.HasInterval() {
		t.Errorf("coverage = %+v", v)
	}
	if got, err := json.Marshal(r.Metrics["coverage@1"]); err != nil || string(got) != `{"value":1}` {
		t.Errorf("coverage is written as %s, %v", got, err)
	}
}

func TestSeedMovesTheIntervalOnly(t *testing.T) {
	task, scores := random(300, 40)
	at := func(seed uint64) evaluate.Value {
		r, err := evaluate.Evaluate(context.Background(), task, scores, evaluate.Options{Cutoffs: []int{5}, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return r.Metrics["ndcg@5"]
	}
	a, b := at(1), at(2)
	if a.Value != b.Value {
		t.Errorf("value %v with one seed, %v with another", a.Value, b.Value)
	}
	if a.Low == b.Low || math.Abs(a.Low-b.Low) > 0.2*(a.High-a.Low) {
		t.Errorf("low end %v with one seed, %v with another", a.Low, b.Low)
	}
}

// TestCompare pairs two scorers whose users differ much more than the scorers do.
func TestCompare(t *testing.T) {
	const users = 600
	hits := [2][]bool{make([]bool, users), make([]bool, users)}
	for u := range users {
		hits[0][u] = u%3 != 0
		hits[1][u] = u%3 != 0 && u%20 != 1 // loses users 1, 61, 121, ... and those like 41
	}
	lost := 0
	var results [2]*evaluate.Result
	for i := range results {
		task, s := coin(hits[i])
		r, err := evaluate.Evaluate(context.Background(), task, s, evaluate.Options{Cutoffs: []int{1}})
		if err != nil {
			t.Fatal(err)
		}
		results[i] = r
	}
	for u := range users {
		if hits[0][u] != hits[1][u] {
			lost++
		}
	}
	a, b := results[0].Metrics["recall@1"], results[1].Metrics["recall@1"]
	if !a.Overlaps(b) {
		t.Fatalf("intervals %+v and %+v are apart: the example shows nothing", a, b)
	}
	d, err := evaluate.Compare(context.Background(), &results[0].PerUser, &results[1].PerUser, evaluate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := d["recall@1"]
	if want := float64(lost) / users; math.Abs(v.Value-want) > 1e-12 || v.Low <= 0 || v.High <= v.Value {
		t.Errorf("difference = %+v, want %v with an interval above 0", v, want)
	}
	back, err := evaluate.Compare(context.Background(), &results[1].PerUser, &results[0].PerUser, evaluate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if w := back["recall@1"]; math.Abs(w.Low+v.High) > 1e-12 || math.Abs(w.High+v.Low) > 1e-12 {
		t.Errorf("difference is %+v one way and %+v the other", v, w)
	}
	if _, ok := d["coverage@1"]; ok {
		t.Error("coverage has no values of users to compare")
	}
}

func TestCompareMismatch(t *testing.T) {
	task, s := coin([]bool{true, false, true})
	of := func(users []int32, cutoffs ...int) *evaluate.PerUser {
		task.Users = users
		return &run(t, task, s, cutoffs...).PerUser
	}
	a := of([]int32{0, 1}, 1)
	tests := []struct {
		name string
		b    *evaluate.PerUser
		want string
	}{
		{"OK", of([]int32{0, 1}, 1), ""},
		{"OtherUsers", of([]int32{0, 2}, 1), "different users"},
		{"OtherOrder", of([]int32{1, 0}, 1), "different users"},
		{"FewerUsers", of([]int32{0}, 1), "different users"},
		{"OtherCutoffs", of([]int32{0, 1}, 2), "different metrics"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := evaluate.Compare(context.Background(), a, tt.b, evaluate.Options{})
			wantError(t, err, tt.want)
		})
	}
	_, err := evaluate.Compare(context.Background(), &evaluate.PerUser{}, &evaluate.PerUser{}, evaluate.Options{})
	wantError(t, err, evaluate.ErrNoTruth.Error())
}
