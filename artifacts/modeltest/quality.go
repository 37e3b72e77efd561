package modeltest

import (
	"math/rand/v2"
	"testing"

	"curio/artifacts/interest"
)

// plantedTruth asks for most of what the rule itself, the popularity within the
// user's group, predicts: with all that is known of a user and with each part of
// it alone.
func plantedTruth(t *testing.T, p *planted, m *interest.Model) {
	rule := p.recall(func(u int32) []float32 {
		score := make([]float32, items)
		for i := groupOf(u); i < items; i += groups {
			score[i] = 1 + p.popularity[i]
		}
		return score
	})
	for _, c := range []struct {
		name  string
		leave func(q *interest.Query)
	}{
		{"all", func(*interest.Query) {}},
		{"the history", func(q *interest.Query) { q.User, q.Features = -1, nil }},
		{"the features", func(q *interest.Query) { q.User, q.History = -1, nil }},
	} {
		got := p.recall(func(u int32) []float32 {
			q := p.query(u)
			c.leave(&q)
			return scores(m, q)
		})
		if got < 0.7*rule {
			t.Errorf("recall@%d by %s of a user is %.3f, by the rule %.3f: want 0.7 of that", cutoff, c.name, got, rule)
		}
	}
}

// qualityFloor asks for a clear margin over models that know no user.
func qualityFloor(t *testing.T, p *planted, m *interest.Model) {
	r := rand.New(rand.NewPCG(2, 0))
	model := p.recall(func(u int32) []float32 { return scores(m, p.query(u)) })
	popular := p.recall(func(int32) []float32 { return p.popularity })
	random := p.recall(func(int32) []float32 {
		score := make([]float32, items)
		for i := range score {
			score[i] = r.Float32()
		}
		return score
	})
	if model < 2*popular || model < 3*random {
		t.Errorf("recall@%d is %.3f, of popularity %.3f and of chance %.3f: want twice and three times that", cutoff, model, popular, random)
	}
}

// newItem looks at the items without interactions, of which the features alone
// are known.
func newItem(t *testing.T, p *planted, m *interest.Model) {
	right := 0
	for u := range int32(users) {
		score := scores(m, p.query(u))
		best := int32(warmItem)
		for i := int32(warmItem); i < items; i++ {
			if score[i] > score[best] {
				best = i
			}
		}
		if best%groups == groupOf(u) {
			right++
		}
	}
	if right < users*9/10 {
		t.Errorf("of the new items %d of %d users have the one of their group first, want 9 of 10", right, users)
	}
	for i := int32(warmItem); i < items; i++ {
		for _, near := range m.Similar(i, cutoff, nil) {
			if near.Index%groups != i%groups {
				t.Errorf("new item %d is most similar to items of another group: %d", i, near.Index)
			}
		}
	}
}
