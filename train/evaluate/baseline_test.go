package evaluate_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"curio/train/evaluate"
)

func histories(t testing.TB, items int, rows ...[]int32) *evaluate.Histories {
	t.Helper()
	h, err := evaluate.NewHistories(len(rows), items, lists(rows...))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func scoresOf(s evaluate.Scorer, items int, user int32) []float32 {
	dst := make([]float32, items)
	for i := range dst {
		dst[i] = nan // must be overwritten
	}
	s.Score(dst, user)
	return dst
}

func TestPopularity(t *testing.T) {
	// The last two differ by less than float32 can hold at that size.
	s := evaluate.Popularity([]int64{5, 0, 5, 1 << 40, 1<<40 + 1})
	if got := scoresOf(s, 5, 0); !slices.Equal(got, []float32{1, 0, 1, 2, 3}) {
		t.Errorf("scores = %v", got)
	}
}

// TestItemCFByHand: users {0,1} {0,1} {0,2} {3}. Item 0 has 3 users, 1 has 2, 2
// and 3 have 1. cos(0,1) = 2/sqrt(6), cos(0,2) = 1/sqrt(3).
func TestItemCFByHand(t *testing.T) {
	h := histories(t, 5, []int32{1, 0}, []int32{0, 1, 1}, []int32{0, 2}, []int32{3})
	m := [5]float64{3. / 4, 2. / 4, 1. / 4, 1. / 4, 0}
	c01, c02 := 2/math.Sqrt(6), 1/math.Sqrt(3)
	w := func(c float64) float64 { return c / (c01 + c02) }
	tests := []struct {
		name       string
		neighbours int
		user       int32
		want       [5]float64
	}{
		// The neighbours of 0 are 1 and 2; 0 is the only neighbour of 1 and of 2.
		{"HasBoth", 10, 0, [5]float64{
			m[0] + w(c01)*(1-m[1]) + w(c02)*(0-m[2]), m[1] + (1 - m[0]), m[2] + (1 - m[0]), m[3], 0}},
		{"HasOther", 10, 3, [5]float64{
			m[0] - w(c01)*m[1] - w(c02)*m[2], m[1] - m[0], m[2] - m[0], m[3], 0}},
		{"OneNeighbour", 1, 2, [5]float64{m[0] - m[1], m[1] + (1 - m[0]), m[2] + (1 - m[0]), m[3], 0}},
		{"UnknownUser", 10, 99, [5]float64{
			m[0] - w(c01)*m[1] - w(c02)*m[2], m[1] - m[0], m[2] - m[0], m[3], 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := evaluate.ItemCF(context.Background(), h, evaluate.ItemCFOptions{Neighbours: tt.neighbours})
			if err != nil {
				t.Fatal(err)
			}
			for i, got := range scoresOf(s, 5, tt.user) {
				if math.Abs(float64(got)-tt.want[i]) > 1e-6 {
					t.Errorf("item %d scores %v, want %v", i, got, tt.want[i])
				}
			}
		})
	}
}

// TestItemCFTies: items 1, 2 and 3 are equally similar to item 0; with room for
// two neighbours the lower indices are kept.
func TestItemCFTies(t *testing.T) {
	h := histories(t, 4, []int32{0, 1, 2, 3}, []int32{3}, []int32{2}, []int32{1})
	s, err := evaluate.ItemCF(context.Background(), h, evaluate.ItemCFOptions{Neighbours: 2})
	if err != nil {
		t.Fatal(err)
	}
	voted := func(user int32) bool { return scoresOf(s, 4, user)[0] > scoresOf(s, 4, 99)[0] }
	if voted(1) || !voted(2) || !voted(3) {
		t.Errorf("item 0 is voted for by 3: %v, 2: %v, 1: %v", voted(1), voted(2), voted(3))
	}
}

func TestItemCFSameAtAnyNumberOfWorkers(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 1))
	const users, items = 300, 1000 // several blocks of items
	rows := make([][]int32, users)
	for u := range rows {
		for range 30 {
			rows[u] = append(rows[u], int32(random.IntN(items)*random.IntN(items)/items))
		}
	}
	h := histories(t, items, rows...)
	var first []evaluate.Scorer
	for _, workers := range []int{1, 2, 7} {
		s, err := evaluate.ItemCF(context.Background(), h, evaluate.ItemCFOptions{Neighbours: 20, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		first = append(first, s)
		for u := range int32(users) {
			if !slices.Equal(scoresOf(s, items, u), scoresOf(first[0], items, u)) {
				t.Fatalf("%d workers: scores of user %d differ", workers, u)
			}
		}
	}
}

// TestItemCFFindsGroups plants two groups of users with items of their own: the
// baseline beats popularity, which does not know who asks.
func TestItemCFFindsGroups(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	const users, items = 200, 60
	train, truth := make([][]int32, users), make([][]int32, users)
	for u := range train {
		order := random.Perm(items / 2)
		for n, i := range order[:12] {
			item := int32(i + u%2*items/2)
			if n < 10 {
				train[u] = append(train[u], item)
			} else {
				truth[u] = append(truth[u], item)
			}
		}
		slices.Sort(truth[u])
	}
	h := histories(t, items, train...)
	task := evaluate.Task{Users: upTo(users), Items: items, Seen: h.Of, Truth: lists(truth...)}
	s, err := evaluate.ItemCF(context.Background(), h, evaluate.ItemCFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cf, popular := run(t, task, s, 20), run(t, task, evaluate.Popularity(h.Counts()), 20)
	d, err := evaluate.Compare(context.Background(), &cf.PerUser, &popular.PerUser, evaluate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v := d["recall@20"]; v.Low < 0.3 || cf.Metrics["recall@20"].Value < 0.95 {
		t.Errorf("itemcf %v, better than popularity by %v", cf.Metrics["recall@20"].Value, v)
	}
}

func TestItemCFOptions(t *testing.T) {
	h := histories(t, 2, []int32{0, 1})
	tests := []struct {
		name string
		o    evaluate.ItemCFOptions
		want string
	}{
		{"Default", evaluate.ItemCFOptions{}, ""},
		{"NeighboursHighest", evaluate.ItemCFOptions{Neighbours: evaluate.MaxNeighbours}, ""},
		{"NeighboursTooMany", evaluate.ItemCFOptions{Neighbours: evaluate.MaxNeighbours + 1}, "10001 neighbours"},
		{"NeighboursNegative", evaluate.ItemCFOptions{Neighbours: -1}, "-1 neighbours"},
		{"WorkersNegative", evaluate.ItemCFOptions{Workers: -1}, "-1 workers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := evaluate.ItemCF(context.Background(), h, tt.o)
			wantError(t, err, tt.want)
		})
	}
	for _, h := range []*evaluate.Histories{histories(t, 0), histories(t, 3), histories(t, 1, []int32{0})} {
		s, err := evaluate.ItemCF(context.Background(), h, evaluate.ItemCFOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range scoresOf(s, h.Items(), 0) {
			if v != v || (h.Users() == 0 && v != 0) {
				t.Errorf("%d users: item %d scores %v", h.Users(), i, v)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := evaluate.ItemCF(ctx, h, evaluate.ItemCFOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
}
