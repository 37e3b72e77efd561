package evaluate_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"curio/train/evaluate"
)

// skewed is 3,000 users with 30 training items and 5 held-out ones among 41,000,
// the low indices far more often.
func skewed(b *testing.B) (*evaluate.Histories, evaluate.Task) {
	const users, items = 3000, 41_000
	random := rand.New(rand.NewPCG(6, 6))
	pick := func() int32 {
		x := random.Float64()
		return int32(items * x * x * x)
	}
	rows, truth := make([][]int32, users), make([][]int32, users)
	for u := range rows {
		for range 30 {
			rows[u] = append(rows[u], pick())
		}
		for first := pick() / 2; len(truth[u]) < 5; first++ {
			truth[u] = append(truth[u], first)
		}
	}
	h := histories(b, items, rows...)
	return h, evaluate.Task{Users: upTo(users), Items: items, Seen: h.Of, Truth: lists(truth...), Popularity: h.Counts()}
}

func benchmarkEvaluate(b *testing.B, task evaluate.Task, s evaluate.Scorer) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := evaluate.Evaluate(context.Background(), task, s, evaluate.Options{Bootstrap: -1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(task.Users))/b.Elapsed().Seconds(), "users/s")
}

func BenchmarkEvaluatePopularity(b *testing.B) {
	h, task := skewed(b)
	benchmarkEvaluate(b, task, evaluate.Popularity(h.Counts()))
}

func BenchmarkEvaluateItemCF(b *testing.B) {
	h, task := skewed(b)
	s, err := evaluate.ItemCF(context.Background(), h, evaluate.ItemCFOptions{})
	if err != nil {
		b.Fatal(err)
	}
	benchmarkEvaluate(b, task, s)
}

func BenchmarkItemCF(b *testing.B) {
	h, _ := skewed(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := evaluate.ItemCF(context.Background(), h, evaluate.ItemCFOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	interactions := 0
	for u := range h.Users() {
		interactions += len(h.Of(int32(u)))
	}
	b.ReportMetric(float64(b.N*interactions)/b.Elapsed().Seconds(), "interactions/s")
}
