package encode

import (
	"curio/datasets/event"
	"curio/features/profile"
)

// place is where an item stands in the schema's lists, -1 when it does not.
type place struct{ category, domain int16 }

// taste is what the touches of one user add up to.
type taste struct {
	categories        [MaxCategories]float64 // strength times recency
	domains           [MaxDomains]float64
	progress          int64 // basis points over the items with progress
	progressed        int64
	started, finished int64
}

// Bind tells the encoder the catalogue, by item index, that the touches of
// profiles refer to. A fitted encoder is bound to the catalogue it was fitted
// on; a decoded one has no affinities until bound. Nothing of cat is kept.
func (e *Users) Bind(cat []event.Item) {
	e.place = make([]place, len(cat))
	for i := range cat {
		e.place[i] = place{category: e.categories.find(cat[i].Category), domain: e.domains.find(cat[i].Domain)}
	}
	e.tagged = e.tags.sets(cat)
}

func (h *oneHot) find(value string) int16 {
	if i, ok := h.index[value]; ok {
		return int16(i)
	}
	return -1
}

func (e *Users) taste(t *taste, p *profile.User, asOf event.Time) {
	for i := range p.Touches {
		touch := &p.Touches[i]
		if touch.Progress > 0 {
			t.progress += int64(touch.Progress)
			t.progressed++
		}
		if touch.Started() {
			t.started++
		}
		if touch.Finished() {
			t.finished++
		}
		if touch.Item < 0 || int(touch.Item) >= len(e.place) {
			continue
		}
		at := e.place[touch.Item]
		if at.category < 0 && at.domain < 0 {
			continue
		}
		s := &e.schema.Strength
		w := float64(s.Of(touch)) * float64(s.Recency(touch.Last, asOf))
		if at.category >= 0 {
			t.categories[at.category] += w
		}
		if at.domain >= 0 {
			t.domains[at.domain] += w
		}
	}
}

// Categories returns the categories of Affinity, the most touched first. Read
// it only.
func (e *Users) Categories() []string { return e.categories.values }

// Affinity writes to dst, whose length is len(Categories()), the share of each
// category in the user's interest, weighted by strength and recency. The shares
// sum to 1, or are all 0 for a user who showed no interest in any of them. It
// does not allocate.
func (e *Users) Affinity(dst []float32, p *profile.User, asOf event.Time) {
	var t taste
	if p != nil {
		e.taste(&t, p, asOf)
	}
	n := len(e.categories.values)
	var share [MaxCategories]float64
	shares(share[:n], t.categories[:n])
	for i := range dst[:n] {
		dst[i] = 0
		if share[i] > 0 {
			dst[i] = float32(share[i])
		}
	}
}

// touched returns the categories and domains of the catalogue by how many pairs
// of user and item touch them.
func touched(cat []event.Item, profiles []profile.User) (categories, domains []string) {
	pairs := make([]int64, len(cat))
	for i := range profiles {
		for j := range profiles[i].Touches {
			if item := int(profiles[i].Touches[j].Item); item >= 0 && item < len(pairs) {
				pairs[item]++
			}
		}
	}
	byCategory, byDomain := make(map[string]int64), make(map[string]int64)
	for i := range cat {
		byCategory[cat[i].Category] += pairs[i]
		byDomain[cat[i].Domain] += pairs[i]
	}
	return frequent(byCategory, 1, MaxCategories), frequent(byDomain, 1, MaxDomains)
}
