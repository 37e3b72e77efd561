package modeltest

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/artifacts/interest"
)

func unknownUser(t *testing.T, p *planted, m *interest.Model) {
	q := p.query(0)
	q.User = -1
	want := scores(m, q)
	for _, id := range []int32{users, math.MaxInt32, math.MinInt32, warmUser} { // the last: nothing to learn from
		q.User = id
		if diff := cmp.Diff(want, scores(m, q)); diff != "" {
			t.Errorf("user %d is not scored like one never seen:\n%.200s", id, diff)
		}
	}
	if q.User = 0; cmp.Equal(want, scores(m, q)) {
		t.Error("a known user is scored like one never seen")
	}
}

func unknownItem(t *testing.T, p *planted, m *interest.Model) {
	q := p.query(0)
	want := scores(m, q)
	why := m.Explain(q, warmItem-groups, items)
	outside := []interest.Touch{{Item: -1, Weight: 2}, {Item: items, Weight: 3}, {Item: math.MaxInt32, Weight: 1}, {Item: math.MinInt32, Weight: 1}}
	q.History = append(outside, q.History...)
	if diff := cmp.Diff(want, scores(m, q)); diff != "" {
		t.Errorf("items outside the catalogue change scores:\n%.200s", diff)
	}
	if diff := cmp.Diff(why, m.Explain(q, warmItem-groups, items)); diff != "" {
		t.Errorf("items outside the catalogue change reasons:\n%.200s", diff)
	}
	for _, touch := range outside {
		if got := m.Similar(touch.Item, 5, nil); got != nil {
			t.Errorf("item %d is similar to %v", touch.Item, got)
		}
		if got := m.Explain(q, touch.Item, 5); got != nil {
			t.Errorf("item %d has reasons %v", touch.Item, got)
		}
	}
}

func emptyHistory(t *testing.T, p *planted, m *interest.Model) {
	nobody := scores(m, interest.Query{User: -1})
	finite(t, "nobody", nobody)
	for name, q := range map[string]interest.Query{
		"empty":          {User: -1, History: []interest.Touch{}},
		"of no weight":   {User: -1, History: []interest.Touch{{Item: 3}, {Item: 4, Weight: -1}}},
		"of no item":     {User: -1, History: []interest.Touch{{Item: items, Weight: 1}}},
		"of a new user":  {User: warmUser},
		"without a size": {User: -1, Features: []float32{}},
	} {
		if diff := cmp.Diff(nobody, scores(m, q)); diff != "" {
			t.Errorf("a history that is %s is scored unlike none:\n%.200s", name, diff)
		}
	}
	if got := m.Explain(p.query(warmUser), 0, 5); got != nil {
		t.Errorf("reasons without a history: %v", got)
	}
}

func oneItem(t *testing.T, fit Fit) {
	d := Data{Users: 1, Items: 1, Interactions: []Interaction{{Weight: 1}}}
	m := fitted(t, fit, d)
	for name, q := range map[string]interest.Query{
		"Known": {History: d.Histories()[0]}, "NoHistory": {}, "Unknown": {User: -1},
	} {
		finite(t, name, scores(m, q))
		user := make([]float32, m.Dim())
		m.User(user, q)
		if got := m.Retrieve(user, q.History, 5, nil); len(got) != 1 || got[0].Index != 0 {
			t.Errorf("%s: retrieved %v, want item 0 alone", name, got)
		}
		if got := m.Retrieve(user, q.History, 5, func(int32) bool { return true }); len(got) != 0 {
			t.Errorf("%s: retrieved %v, which is to be skipped", name, got)
		}
	}
	if got := m.Similar(0, 5, nil); len(got) != 0 {
		t.Errorf("the only item is similar to %v", got)
	}
}

func noFeatures(t *testing.T, p *planted, fit Fit) {
	d := p.Data
	d.UserFeatures, d.UserFeatureSize, d.ItemFeatures, d.ItemFeatureSize = nil, 0, nil, 0
	m := fitted(t, fit, d)
	q := p.query(0)
	with := scores(m, q)
	if q.Features = nil; !cmp.Equal(with, scores(m, q)) || m.FeatureSize() != 0 {
		t.Errorf("a model of ids has %d features and reads them", m.FeatureSize())
	}
	plantedIDs(t, p, m)
	d = p.Data
	d.UserFeatures, d.ItemFeatures = make([]float32, users*groups), make([]float32, items*groups)
	plantedIDs(t, p, fitted(t, fit, d)) // features that say nothing
}

// plantedIDs asks of a model without features what the quality floor does.
func plantedIDs(t *testing.T, p *planted, m *interest.Model) {
	t.Helper()
	model := p.recall(func(u int32) []float32 {
		return scores(m, interest.Query{User: u, History: p.histories[u]})
	})
	popular := p.recall(func(int32) []float32 { return p.popularity })
	if model < 2*popular {
		t.Errorf("recall@%d without features is %.3f, of popularity %.3f: want twice that", cutoff, model, popular)
	}
}

func finite(t *testing.T, name string, x []float32) {
	t.Helper()
	for i, v := range x {
		if v != v || math.IsInf(float64(v), 0) {
			t.Errorf("%s: item %d has score %v", name, i, v)
			return
		}
	}
}
