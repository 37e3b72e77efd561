package interest

import "testing"

// Some scores are those of all, bit for bit.
func TestScoreSome(t *testing.T) {
	for name, g := range map[string]Graph{"Towers": {}, "Graph": web()} {
		m := graphed(t, g)
		v, all := make([]float32, testDim), make([]float32, testItems)
		m.User(v, query)
		m.Score(all, v, query.History)
		items := []int32{testItems - 1, 0, 5, 5, 9}
		for i := int32(1); i < testItems; i += 7 {
			items = append(items, i)
		}
		some := make([]float32, len(items))
		m.ScoreSome(some, v, query.History, items)
		for n, item := range items {
			if some[n] != all[item] {
				t.Errorf("%s: item %d has %v, want %v", name, item, some[n], all[item])
			}
		}
		m.ScoreSome(nil, v, query.History, nil)
	}
}
