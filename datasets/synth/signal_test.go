package synth

import (
	"math"
	"slices"
	"testing"

	"curio/datasets/event"
	"curio/datasets/split"
)

// TestSomethingIsToBeLearned compares popularity with the simplest way of knowing
// a user, by recall among the first ten of what was held out: that must be
// clearly better, and leave room.
func TestSomethingIsToBeLearned(t *testing.T) {
	l := newLog(t, mustNew(t, Default()))
	popularity := l.recall(func(_ int, score []float64) { copy(score, l.popularity) })
	neighbours := l.recall(l.neighbours())
	t.Logf("recall@10: popularity %.4f, item neighbours %.4f", popularity, neighbours)
	if popularity < 0.03 || popularity > 0.15 {
		t.Errorf("popularity reaches %.4f: trivial, or nothing is popular", popularity)
	}
	if neighbours < 2*popularity {
		t.Errorf("item neighbours reach %.4f, popularity %.4f", neighbours, popularity)
	}
	if neighbours > 0.5 {
		t.Errorf("item neighbours reach %.4f: nothing is left to do", neighbours)
	}
}

// log is a platform read into items by user, the latest fifth of each held out.
type log struct {
	train, test [][]int32 // by user
	popularity  []float64
}

func newLog(t *testing.T, p *Platform) *log {
	c := catalogueOf(t, p)
	users, items := map[string]int32{}, map[string]int32{}
	for i, u := range c.Users {
		users[u.ID] = int32(i)
	}
	for i, it := range c.Items {
		items[it.ID] = int32(i)
	}
	met := map[[2]int32]bool{}
	var firsts []split.First
	times := make([][]event.Time, len(c.Users)) // of the firsts
	each(t, p, func(e *event.Event) {
		pair := [2]int32{users[e.UserID], items[e.ItemID]}
		if e.ItemID != "" && !met[pair] {
			met[pair] = true
			firsts = append(firsts, split.First{User: pair[0], Item: pair[1], At: e.TS})
			times[pair[0]] = append(times[pair[0]], e.TS)
		}
	})
	l := &log{
		train:      make([][]int32, len(c.Users)),
		test:       make([][]int32, len(c.Users)),
		popularity: make([]float64, len(c.Items)),
	}
	cuts := make([]event.Time, len(c.Users))
	for u := range cuts {
		cuts[u] = split.ByUser(times[u], 0, 0.2)
	}
	for _, f := range firsts {
		if split.Held(f.At, cuts[f.User]) {
			l.test[f.User] = append(l.test[f.User], f.Item)
			continue
		}
		l.train[f.User] = append(l.train[f.User], f.Item)
		l.popularity[f.Item]++
	}
	return l
}

// neighbours scores by the cosine between items over the users who met them.
func (l *log) neighbours() func(int, []float64) {
	n := len(l.popularity)
	near := make([]float64, n*n)
	for _, met := range l.train {
		for _, a := range met {
			for _, b := range met {
				near[int(a)*n+int(b)] += 1 / math.Sqrt(l.popularity[a]*l.popularity[b])
			}
		}
	}
	return func(u int, score []float64) {
		for _, a := range l.train[u] {
			for b := range score {
				score[b] += near[int(a)*n+b]
			}
		}
	}
}

func (l *log) recall(fill func(u int, score []float64)) float64 {
	var sum, users float64
	score := make([]float64, len(l.popularity))
	order := make([]int32, len(score))
	for u, held := range l.test {
		if len(held) == 0 {
			continue
		}
		clear(score)
		fill(u, score)
		for _, i := range l.train[u] {
			score[i] = -1
		}
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortFunc(order, func(a, b int32) int {
			switch {
			case score[a] > score[b]:
				return -1
			case score[a] < score[b]:
				return 1
			}
			return int(a - b)
		})
		var hits float64
		for _, i := range order[:10] {
			if slices.Contains(held, i) {
				hits++
			}
		}
		sum += hits / float64(len(held))
		users++
	}
	return sum / users
}
