package modeltest

import (
	"math"
	"slices"
	"testing"

	"curio/artifacts/interest"
)

var (
	nan      = float32(math.NaN())
	infinity = float32(math.Inf(1))
)

// hostileQuery asks for finite scores, whatever the question, and that features of
// a wrong number are as good as none.
func hostileQuery(t *testing.T, p *planted, m *interest.Model) {
	touches := func(weights ...float32) (h []interest.Touch) {
		for i, w := range weights {
			h = append(h, interest.Touch{Item: int32(i), Weight: w})
		}
		return h
	}
	long := slices.Repeat(touches(1, 2, 3, 4), interest.HistoryLength)
	for name, q := range map[string]interest.Query{
		"NaNWeight":        {History: touches(1, nan, 2)},
		"NegativeWeight":   {History: touches(1, -2, 2)},
		"HugeWeights":      {History: touches(math.MaxFloat32, math.MaxFloat32)},
		"InfiniteWeight":   {History: touches(infinity, 2)},
		"TinyWeights":      {History: touches(math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat32)},
		"InfiniteFeatures": {Features: []float32{infinity, 2, -infinity, 0}},
		"HugestFeatures":   {Features: []float32{math.MaxFloat32, 2, 0, 0}},
		"MixedWeights":     {History: touches(math.MaxFloat32, math.SmallestNonzeroFloat32)},
		"LongHistory":      {History: long},
		"NaNFeatures":      {Features: []float32{nan, 0, 1, nan}},
		"HugeFeatures":     {Features: []float32{1e18, -1e18, 1e18, 0}},
		"ZeroFeatures":     {Features: make([]float32, groups)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, q.User = range []int32{-1, 0} {
				finite(t, name, scores(m, q))
				for _, r := range m.Explain(q, 0, 5) {
					if r.Weight != r.Weight || r.Weight > math.MaxFloat32 {
						t.Errorf("item %d is a reason of weight %v", r.Item, r.Weight)
					}
				}
			}
		})
	}
	q := interest.Query{User: 0, History: p.histories[0]}
	want := scores(m, q)
	for _, size := range []int{0, 1, groups - 1, groups + 1} {
		q.Features = slices.Repeat([]float32{1}, size)
		if !slices.Equal(want, scores(m, q)) {
			t.Errorf("%d features where there are %d are not taken for none", size, groups)
		}
	}
}

// faultyData is refused, but for faults that a model may learn to live with.
func faultyData(t *testing.T, fit Fit) {
	for _, c := range []struct {
		name    string
		breakIt func(d *Data)
		may     bool // be learned from
	}{
		{"NoInteractions", func(d *Data) { d.Interactions = nil }, false},
		{"UserBelow", func(d *Data) { d.Interactions[0].User = -1 }, false},
		{"UserAbove", func(d *Data) { d.Interactions[0].User = users }, false},
		{"ItemBelow", func(d *Data) { d.Interactions[0].Item = -1 }, false},
		{"ItemAbove", func(d *Data) { d.Interactions[0].Item = items }, false},
		{"ZeroWeight", func(d *Data) { d.Interactions[0].Weight = 0 }, false},
		{"NegativeWeight", func(d *Data) { d.Interactions[0].Weight = -1 }, false},
		{"NaNWeight", func(d *Data) { d.Interactions[0].Weight = nan }, false},
		{"InfiniteWeight", func(d *Data) { d.Interactions[0].Weight = infinity }, false},
		{"HugeWeight", func(d *Data) { d.Interactions[0].Weight = math.MaxFloat32 }, true},
		{"FewUserFeatures", func(d *Data) { d.UserFeatures = d.UserFeatures[1:] }, false},
		{"ManyItemFeatures", func(d *Data) { d.ItemFeatures = append(d.ItemFeatures, 0) }, false},
		{"NaNUserFeature", func(d *Data) { d.UserFeatures[0] = nan }, false},
		{"NaNItemFeature", func(d *Data) { d.ItemFeatures[0] = nan }, false},
		{"NaNNewItem", func(d *Data) { d.ItemFeatures[len(d.ItemFeatures)-1] = nan }, false},
		{"InfiniteFeature", func(d *Data) { d.ItemFeatures[0] = infinity }, false},
		{"HugeFeature", func(d *Data) { d.ItemFeatures[0] = 1e30 }, true},
		{"NoUsers", func(d *Data) { d.Users, d.UserFeatures = 0, nil }, false},
		{"NoItems", func(d *Data) { d.Items, d.ItemFeatures = 0, nil }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := plant(1)
			p.Interactions = p.Interactions[:100]
			c.breakIt(&p.Data)
			m, err := fit(t.Context(), p.Data)
			switch {
			case err == nil && !c.may:
				t.Error("fitted, want an error")
			case err == nil:
				finite(t, c.name, scores(m, p.query(0)))
			case m != nil:
				t.Errorf("a model came with the error %v", err)
			}
		})
	}
}
