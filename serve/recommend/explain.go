package recommend

import (
	"cmp"
	"slices"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
	"curio/artifacts/segment"
)

// How many items of the history an explanation names: the first reasons that raise
// the score most, and more of them as long as the item would keep its place without
// those named.
const (
	reasons     = 3
	mostReasons = 10
)

// explain adds reasons. Popular items have none: no item of the history led to
// them. best is the order of the model that the items are of.
func (e *Engine) explain(v *visit, a *Answer, best []kernel.Scored) {
	e.art.UserEncoder.Affinity(v.shares, v.profile, v.asOf)
	segment := e.segmentOf(v)
	if segment != nil && !segment.Withheld {
		a.Segment = segment.ID
	}
	t := trial{e: e, v: v, best: best[:min(len(best), deepest)]}
	for i := range a.Items {
		item := &a.Items[i]
		if c := e.category[item.Index]; c >= 0 {
			item.CategoryShare = v.shares[c]
		}
		item.Popularity = e.popularity[item.Index]
		item.SegmentShare = segmentShare(segment, e.art.Catalogue[item.Index].Category)
		if a.Strategy != StrategyFallback {
			item.Because = t.because(item.Index)
		}
	}
}

// segmentShare is the share that a category has of the interest of a segment, as far as
// the segment may be told of.
func segmentShare(s *segment.Segment, category string) float32 {
	if s != nil && category != "" {
		for _, top := range s.TopCategories {
			if top.Name == category {
				return float32(top.Share)
			}
		}
	}
	return 0
}

// trial finds out what becomes of an item without its reasons: an explanation is to
// be counterfactual (Ghazimatin et al., "PRINCE: Provider-side Interpretability with
// Counterfactual Explanations in Recommender Systems", WSDM 2020, section 3).
type trial struct {
	e    *Engine
	v    *visit
	best []kernel.Scored // the order that an item has its place in
}

// because returns the reasons of an item, the strongest first: as few as were found, but
// not fewer than reasons, without which it loses its place. Where it keeps it
// without the strongest mostReasons, those are tried that speak for it and less for
// the item below.
func (t *trial) because(item int32) []interest.Reason {
	explain := t.e.art.Interest.Explain
	all := explain(t.v.query, item, len(t.v.query.History))
	place := slices.IndexFunc(t.best, func(s kernel.Scored) bool { return s.Index == item })
	if place < 0 {
		return all[:min(reasons, len(all))]
	}
	if n, ok := t.enough(item, place, all); ok || place+1 == len(t.best) {
		return all[:n:n]
	}
	below := make(map[int32]float32)
	for _, r := range explain(t.v.query, t.best[place+1].Index, len(t.v.query.History)) {
		below[r.Item] = r.Weight
	}
	apart := slices.Clone(all)
	slices.SortStableFunc(apart, func(a, b interest.Reason) int {
		return cmp.Compare(b.Weight-below[b.Item], a.Weight-below[a.Item])
	})
	n, ok := t.enough(item, place, apart)
	if !ok {
		return all[:n:n]
	}
	apart = apart[:n:n]
	slices.SortStableFunc(apart, func(a, b interest.Reason) int { return cmp.Compare(b.Weight, a.Weight) })
	return apart
}

// enough returns how many of the first reasons an item needs for its place, and false
// when it would keep it without mostReasons of them. Each trial ranks anew, so that
// numbers are halved: more reasons hardly ever make up for fewer.
func (t *trial) enough(item int32, place int, all []interest.Reason) (int, bool) {
	loses := func(n int) bool { return t.placeWithout(item, all[:n]) > place }
	kept, lost := min(reasons, len(all)), min(mostReasons, len(all))
	switch {
	case lost == 0:
		return 0, false
	case loses(kept):
		return kept, true
	case kept == lost || !loses(lost):
		return lost, false
	}
	for lost-kept > 1 {
		if n := (kept + lost) / 2; loses(n) {
			lost = n
		} else {
			kept = n
		}
	}
	return lost, true
}

// placeWithout returns the place that an item has among the best when the model knows
// nothing of what the user did to some items.
func (t *trial) placeWithout(item int32, named []interest.Reason) int {
	gone := make([]int32, len(named))
	for i, r := range named {
		gone[i] = r.Item
	}
	art, q := t.e.art, interest.Query{}
	art.Query(&q, t.v.query.User, t.v.person, without(t.v.profile, gone), t.v.asOf)
	vector, items := make([]float32, len(t.v.vector)), make([]int32, len(t.best))
	art.Interest.User(vector, q)
	for i, s := range t.best {
		items[i] = s.Index
	}
	found := t.e.orderBy(vector, q, items)
	return slices.IndexFunc(found, func(s kernel.Scored) bool { return s.Index == item })
}
