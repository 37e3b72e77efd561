package modeltest

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// answers are all that a model says of a user.
type answers struct {
	Scores  []float32
	Best    []kernel.Scored
	Similar []kernel.Scored
	Reasons []interest.Reason
}

func ask(p *planted, m *interest.Model, u int32) answers {
	q := p.query(u)
	user := make([]float32, m.Dim())
	m.User(user, q)
	return answers{
		Scores:  scores(m, q),
		Best:    m.Retrieve(user, q.History, cutoff, func(i int32) bool { return i%7 == u%7 }),
		Similar: m.Similar(u%items, cutoff, nil),
		Reasons: m.Explain(q, (u+groups)%items, cutoff),
	}
}

// ranking asks for the same of one user, of all users at once, and of lists.
func ranking(t *testing.T, p *planted, m *interest.Model) {
	vectors, block := make([]float32, users*m.Dim()), make([]float32, users*items)
	for u := range int32(users) {
		m.User(vectors[int(u)*m.Dim():int(u+1)*m.Dim()], p.query(u))
	}
	m.ScoreBlock(block, vectors, p.histories)
	for u := range int32(users) {
		alone := scores(m, p.query(u))
		if !near(alone, block[u*items:(u+1)*items], 1e-5) {
			t.Fatalf("user %d is scored differently alone and in a block", u)
		}
		var got []int32
		for _, s := range m.Retrieve(vectors[int(u)*m.Dim():int(u+1)*m.Dim()], p.histories[u], cutoff, func(i int32) bool { return p.has(u, i) }) {
			got = append(got, s.Index)
		}
		if want := p.best(u, alone, cutoff); !slices.Equal(got, want) {
			t.Errorf("user %d is shown %v, the best by score are %v", u, got, want)
		}
	}
}

// readBack asks for the same bits.
func readBack(t *testing.T, p *planted, m *interest.Model, reread func(*interest.Model) (*interest.Model, error)) {
	again, err := reread(m)
	if err != nil {
		t.Fatal(err)
	}
	for u := range int32(users) {
		if diff := cmp.Diff(ask(p, m, u), ask(p, again, u)); diff != "" {
			t.Fatalf("user %d gets other answers from the model that was read back:\n%.300s", u, diff)
		}
	}
}

// concurrent asks on several goroutines what was asked on one before. The race
// detector says more.
func concurrent(t *testing.T, p *planted, m *interest.Model) {
	want := make([]answers, users)
	for u := range want {
		want[u] = ask(p, m, int32(u))
	}
	same := func(a, b answers) bool {
		return slices.Equal(a.Scores, b.Scores) && slices.Equal(a.Best, b.Best) && slices.Equal(a.Similar, b.Similar) && slices.Equal(a.Reasons, b.Reasons)
	}
	var done sync.WaitGroup
	for first := range 8 {
		done.Go(func() {
			for n := range users {
				u := (first*20 + n) % users
				if !same(want[u], ask(p, m, int32(u))) {
					t.Errorf("user %d gets other answers in company than alone", u)
					return
				}
			}
		})
	}
	done.Wait()
}
