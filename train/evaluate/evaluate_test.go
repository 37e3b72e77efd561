package evaluate_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"curio/train/evaluate"
)

// table scores user u with row u.
type table [][]float32

func (t table) Score(dst []float32, user int32) { copy(dst, t[user]) }

// lists answers with row u for user u.
func lists(rows ...[]int32) func(int32) []int32 {
	return func(user int32) []int32 { return rows[user] }
}

func upTo(n int) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}

// run evaluates without intervals.
func run(t *testing.T, task evaluate.Task, s evaluate.Scorer, cutoffs ...int) *evaluate.Result {
	t.Helper()
	r, err := evaluate.Evaluate(context.Background(), task, s, evaluate.Options{Cutoffs: cutoffs, Bootstrap: -1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantMetric(t *testing.T, r *evaluate.Result, name string, want float64) {
	t.Helper()
	if got, ok := r.Metrics[name]; !ok || !(math.Abs(got.Value-want) <= 1e-12) {
		t.Errorf("%s = %v (present: %v), want %v", name, got.Value, ok, want)
	}
}

var nan, inf = float32(math.NaN()), float32(math.Inf(1))

func TestTwoUsers(t *testing.T) {
	task := evaluate.Task{
		Users: []int32{0, 1}, Items: 4,
		Seen:       lists([]int32{0}, []int32{3}),
		Truth:      lists([]int32{2, 3}, []int32{0}),
		Popularity: []int64{6, 1, 2, 3},
	}
	s := table{{9, 1, 3, 2}, {1, 3, 2, 9}} // lists 2 3 1 and 1 2 0
	r := run(t, task, s, 1, 2, 3)
	wantMetric(t, r, "recall@1", (0.5+0)/2)
	wantMetric(t, r, "recall@2", (1+0)/2.)
	wantMetric(t, r, "recall@3", 1)
	wantMetric(t, r, "ndcg@3", (1+0.5)/2)
	wantMetric(t, r, "hitrate@2", 0.5)
	wantMetric(t, r, "mrr@3", (1+1./3)/2)
	wantMetric(t, r, "map@3", (1+1./3)/2)
	wantMetric(t, r, "coverage@1", 2./4)
	wantMetric(t, r, "coverage@2", 3./4)
	wantMetric(t, r, "coverage@3", 1)
	wantMetric(t, r, "popularity_bias@1", (2+1)/(6+3.))
	wantMetric(t, r, "popularity_bias@3", (6./3+9./3)/(6+3.))
	if len(r.Metrics) != 7*3 {
		t.Errorf("%d metrics, want 21: %v", len(r.Metrics), r.Metrics)
	}
	if got := r.PerUser.Metric("recall@1"); !slices.Equal(got, []float64{0.5, 0}) {
		t.Errorf("recall@1 by user = %v", got)
	}
	if r.PerUser.Metric("recall@4") != nil {
		t.Error("a metric that was not measured has values")
	}
}

func TestDefaultCutoffs(t *testing.T) {
	task := evaluate.Task{Users: []int32{0}, Items: 3, Truth: lists([]int32{1})}
	r := run(t, task, table{{1, 2, 3}})
	for _, name := range []string{"recall@10", "ndcg@20", "hitrate@50", "mrr@10", "map@20", "coverage@50"} {
		if _, ok := r.Metrics[name]; !ok {
			t.Errorf("no %s", name)
		}
	}
	if _, ok := r.Metrics["popularity_bias@10"]; ok {
		t.Error("popularity_bias without popularity")
	}
}

// TestList checks what is recommended, and in which order: mrr@k of a single
// held-out item is 1/rank, or 0.
func TestList(t *testing.T) {
	tests := []struct {
		name   string
		scores []float32
		seen   []int32
		truth  int32
		mrr    float64
	}{
		{"TiesByIndexFirst", []float32{5, 5, 5, 5}, nil, 0, 1},
		{"TiesByIndexLast", []float32{5, 5, 5, 5}, nil, 3, 1. / 4},
		{"TiesAfterMask", []float32{5, 5, 5, 5}, []int32{0, 1}, 3, 1. / 2},
		{"NaNNeverRecommended", []float32{nan, 1, nan, nan}, nil, 2, 0},
		{"NaNTakesNoRank", []float32{nan, 1, nan, 0}, nil, 3, 1. / 2},
		{"AllNaN", []float32{nan, nan, nan, nan}, nil, 1, 0},
		{"InfiniteFirst", []float32{1, inf, 2, 3}, nil, 1, 1},
		{"MinusInfiniteLast", []float32{1, -inf, 2, 3}, nil, 1, 1. / 4},
		{"MaskedNeverRecommended", []float32{1, 9, 2, 3}, []int32{1}, 1, 0},
		{"MaskedTwice", []float32{1, 9, 2, 3}, []int32{1, 1}, 3, 1},
		{"AllMasked", []float32{1, 9, 2, 3}, []int32{0, 1, 2, 3}, 3, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			task := evaluate.Task{
				Users: []int32{0}, Items: 4, Seen: lists(tt.seen), Truth: lists([]int32{tt.truth}),
			}
			wantMetric(t, run(t, task, table{tt.scores}, 4), "mrr@4", tt.mrr)
		})
	}
}

func TestUsersWithoutTruthDoNotCount(t *testing.T) {
	task := evaluate.Task{
		Users: []int32{0, 1, 2}, Items: 2, Seen: lists(nil, []int32{0}, nil),
		Truth: lists(nil, []int32{1}, nil), Popularity: []int64{1, 1},
	}
	r := run(t, task, table{{2, 1}, {2, 1}, {2, 1}}, 1)
	wantMetric(t, r, "recall@1", 1)
	wantMetric(t, r, "coverage@1", 0.5) // item 0 would be recommended to users 0 and 2 only
	if !slices.Equal(r.PerUser.Users, []int32{1}) {
		t.Errorf("users = %v, want [1]", r.PerUser.Users)
	}
}

func TestOneItemCatalogue(t *testing.T) {
	task := evaluate.Task{Users: []int32{0, 1}, Items: 1, Truth: lists([]int32{0}, []int32{0}), Seen: lists(nil, []int32{0})}
	r := run(t, task, table{{1}, {1}}, 10, 50)
	for _, name := range []string{"recall@10", "ndcg@10", "hitrate@50", "mrr@10", "map@50"} {
		wantMetric(t, r, name, 0.5) // user 1 has seen it all
	}
	wantMetric(t, r, "coverage@50", 1)
}

// TestPopularityBiasOfSome leaves out users who have no history, and users who
// can be recommended nothing, from both sides of the quotient.
func TestPopularityBiasOfSome(t *testing.T) {
	task := evaluate.Task{
		Users: []int32{0, 1, 2}, Items: 3,
		Seen:       lists([]int32{0, 0, 1}, nil, []int32{0, 1, 2}),
		Truth:      lists([]int32{2}, []int32{0}, []int32{0}),
		Popularity: []int64{8, 4, 3},
	}
	r := run(t, task, table{{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}, 5)
	wantMetric(t, r, "popularity_bias@5", 3/6.)

	task.Seen = nil
	if _, ok := run(t, task, table{{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}, 5).Metrics["popularity_bias@5"]; ok {
		t.Error("popularity_bias of users without histories")
	}
}

func TestWrongTasks(t *testing.T) {
	good := func() evaluate.Task {
		return evaluate.Task{
			Users: []int32{0, 1}, Items: 3, Seen: lists([]int32{0}, nil),
			Truth: lists([]int32{1, 2}, nil), Popularity: []int64{1, 0, 0},
		}
	}
	tests := []struct {
		name   string
		change func(*evaluate.Task)
		want   string
	}{
		{"OK", func(*evaluate.Task) {}, ""},
		{"NoItems", func(t *evaluate.Task) { t.Items, t.Popularity = 0, nil }, "0 items"},
		{"NoTruthFunction", func(t *evaluate.Task) { t.Truth = nil }, "no truth"},
		{"UserTwice", func(t *evaluate.Task) { t.Users = []int32{1, 0, 1} }, "user 1 is listed twice"},
		{"TruthPastCatalogue", func(t *evaluate.Task) { t.Truth = lists([]int32{2, 3}, nil) }, "item 3 is outside"},
		{"TruthNegative", func(t *evaluate.Task) { t.Truth = lists([]int32{-1}, nil) }, "item -1 is outside"},
		{"TruthUnsorted", func(t *evaluate.Task) { t.Truth = lists([]int32{2, 1}, nil) }, "ascending"},
		{"SeenPastCatalogue", func(t *evaluate.Task) { t.Seen = lists([]int32{3}, nil) }, "seen items of user 0"},
		{"SeenUnsorted", func(t *evaluate.Task) { t.Seen = lists([]int32{1, 0}, nil) }, "ascending"},
		{"PopularityShort", func(t *evaluate.Task) { t.Popularity = []int64{1} }, "popularity of 1 items"},
		{"PopularityNegative", func(t *evaluate.Task) { t.Popularity[1] = -1 }, "popularity of item 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			task := good()
			tt.change(&task)
			_, err := evaluate.Evaluate(context.Background(), task, table{{1, 2, 3}, {1, 2, 3}}, evaluate.Options{Bootstrap: 10})
			wantError(t, err, tt.want)
		})
	}
	task := good()
	task.Truth = lists(nil, nil)
	if _, err := evaluate.Evaluate(context.Background(), task, table{}, evaluate.Options{}); !errors.Is(err, evaluate.ErrNoTruth) {
		t.Errorf("error = %v, want ErrNoTruth", err)
	}
}

func TestOptionLimits(t *testing.T) {
	task := evaluate.Task{Users: []int32{0}, Items: 2, Truth: lists([]int32{0})}
	tests := []struct {
		name string
		o    evaluate.Options
		want string
	}{
		{"CutoffLowest", evaluate.Options{Cutoffs: []int{1}}, ""},
		{"CutoffZero", evaluate.Options{Cutoffs: []int{10, 0}}, "cutoff 0"},
		{"CutoffHighest", evaluate.Options{Cutoffs: []int{evaluate.MaxCutoff}}, ""},
		{"CutoffTooHigh", evaluate.Options{Cutoffs: []int{evaluate.MaxCutoff + 1}}, "cutoff 1001"},
		{"CutoffsRepeatedUnsorted", evaluate.Options{Cutoffs: []int{5, 1, 5}}, ""},
		{"ResamplesHighest", evaluate.Options{Bootstrap: evaluate.MaxBootstrap}, ""},
		{"ResamplesTooMany", evaluate.Options{Bootstrap: evaluate.MaxBootstrap + 1}, "100001 bootstrap"},
		{"WorkersNegative", evaluate.Options{Workers: -1}, "-1 workers"},
		{"EveryFaultNamed", evaluate.Options{Cutoffs: []int{0}, Workers: -1}, "cutoff 0, want 1..1000\n-1 workers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := evaluate.Evaluate(context.Background(), task, table{{1, 2}}, tt.o)
			wantError(t, err, tt.want)
		})
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error = %v, want none", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error = %v, want one with %q", err, want)
	}
}

// cancelling ends the context at the given number of calls.
type cancelling struct {
	cancel func()
	after  int
	calls  int
}

func (c *cancelling) Score(dst []float32, _ int32) {
	if c.calls++; c.calls == c.after {
		c.cancel()
	}
	clear(dst)
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	const users = 10_000
	s := &cancelling{cancel: cancel, after: 100}
	task := evaluate.Task{Users: upTo(users), Items: 2, Truth: func(int32) []int32 { return []int32{0} }}
	_, err := evaluate.Evaluate(ctx, task, s, evaluate.Options{Workers: 1})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
	if s.calls > 300 {
		t.Errorf("scored %d users after the context ended", s.calls-s.after)
	}
}

func TestProgress(t *testing.T) {
	const users = 1000
	last := 0
	o := evaluate.Options{Bootstrap: -1, Workers: 4, Progress: func(done, total int) {
		if done <= last || total != users {
			t.Errorf("progress %d/%d after %d", done, total, last)
		}
		last = done
	}}
	task := evaluate.Task{Users: upTo(users), Items: 3, Truth: func(int32) []int32 { return []int32{0} }}
	if _, err := evaluate.Evaluate(context.Background(), task, evaluate.Popularity([]int64{1, 2, 3}), o); err != nil {
		t.Fatal(err)
	}
	if last != users {
		t.Errorf("last progress is %d, want %d", last, users)
	}
}

// random is a task with ties, seen truth, and users of every kind.
func random(users, items int) (evaluate.Task, table) {
	r := rand.New(rand.NewPCG(3, 5))
	seen, truth, scores := make([][]int32, users), make([][]int32, users), make(table, users)
	popularity := make([]int64, items)
	for u := range users {
		for i := range items {
			switch r.IntN(12) {
			case 0:
				truth[u] = append(truth[u], int32(i))
			case 1, 2:
				seen[u] = append(seen[u], int32(i))
				popularity[i]++
			case 3:
				if u%7 == 0 {
					truth[u], seen[u] = append(truth[u], int32(i)), append(seen[u], int32(i))
				}
			}
			score := float32(r.IntN(20))
			if r.IntN(50) == 0 {
				score = nan
			}
			scores[u] = append(scores[u], score)
		}
		if u%11 == 0 {
			truth[u] = nil
		}
	}
	return evaluate.Task{Users: upTo(users), Items: items, Seen: lists(seen...), Truth: lists(truth...), Popularity: popularity}, scores
}

// pieces scores some items at a time.
type pieces struct {
	table
	width int
}

func (s pieces) Sweep(users []int32, yield func(first, width int, scores []float32)) {
	items := len(s.table[0])
	for first := 0; first < items; first += s.width {
		width := min(s.width, items-first)
		var scores []float32
		for _, u := range users {
			scores = append(scores, s.table[u][first:first+width]...)
		}
		yield(first, width, scores)
	}
}

func TestSameAtAnyNumberOfWorkers(t *testing.T) {
	task, scores := random(500, 90)
	var first []byte
	var values [][]float64
	for _, workers := range []int{1, 2, 3, 16} {
		for _, s := range []evaluate.Scorer{scores, pieces{scores, 1}, pieces{scores, 33}, pieces{scores, 90}} {
			r, err := evaluate.Evaluate(context.Background(), task, s, evaluate.Options{Cutoffs: []int{1, 2, 20}, Bootstrap: 50, Seed: 1, Workers: workers})
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(r.Metrics)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first, values = got, r.PerUser.Values
			}
			if string(got) != string(first) {
				t.Errorf("%d workers, %T:\n%s\nwant\n%s", workers, s, got, first)
			}
			if !slices.EqualFunc(r.PerUser.Values, values, slices.Equal) {
				t.Errorf("%d workers, %T: values of users differ", workers, s)
			}
		}
	}
}

// TestAgainstSorting compares with a second implementation: sort the whole
// catalogue, look at each rank.
func TestAgainstSorting(t *testing.T) {
	task, scores := random(200, 70)
	r := run(t, task, scores, 5, 20, 70, 100)
	for _, k := range []int{5, 20, 70, 100} {
		var recall, ndcg, hitrate, mrr, ap, n, listed, own float64
		reached := map[int32]bool{}
		for _, u := range task.Users {
			truth, seen := task.Truth(u), task.Seen(u)
			if len(truth) == 0 {
				continue
			}
			order := slices.DeleteFunc(upTo(task.Items), func(i int32) bool {
				return slices.Contains(seen, i) || scores[u][i] != scores[u][i]
			})
			slices.SortStableFunc(order, func(a, b int32) int { return int(scores[u][b] - scores[u][a]) })
			order = order[:min(k, len(order))]
			var hits, dcg, ideal, precisions, first float64
			for rank, item := range order {
				reached[item] = true
				listed += float64(task.Popularity[item]) / float64(len(order))
				if slices.Contains(truth, item) {
					hits++
					dcg += 1 / math.Log2(float64(rank)+2)
					precisions += hits / (float64(rank) + 1)
					if first == 0 {
						first = 1 / (float64(rank) + 1)
					}
				}
			}
			for _, item := range seen {
				own += float64(task.Popularity[item]) / float64(len(seen))
			}
			for rank := range min(k, len(truth)) {
				ideal += 1 / math.Log2(float64(rank)+2)
			}
			n++
			recall += hits / float64(len(truth))
			ndcg += dcg / ideal
			hitrate += min(hits, 1)
			mrr += first
			ap += precisions / float64(min(k, len(truth)))
		}
		at := func(kind string) string { b, _ := json.Marshal(k); return kind + "@" + string(b) }
		wantMetric(t, r, at("recall"), recall/n)
		wantMetric(t, r, at("ndcg"), ndcg/n)
		wantMetric(t, r, at("hitrate"), hitrate/n)
		wantMetric(t, r, at("mrr"), mrr/n)
		wantMetric(t, r, at("map"), ap/n)
		wantMetric(t, r, at("coverage"), float64(len(reached))/float64(task.Items))
		wantMetric(t, r, at("popularity_bias"), listed/own)
	}
}

func TestSpread(t *testing.T) {
	all := []int32{2, 3, 5, 7, 11, 13, 17}
	for most, want := range map[int][]int32{0: {}, 1: {2}, 3: {2, 5, 11}, 6: {2, 3, 5, 7, 11, 13}, 7: all, 8: all} {
		task := evaluate.Task{Users: slices.Clone(all)}
		if task.Spread(most); !slices.Equal(task.Users, want) {
			t.Errorf("%d of 7: %v, want %v", most, task.Users, want)
		}
	}
}
