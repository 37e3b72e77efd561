package encode

import (
	"slices"

	"curio/datasets/event"
	"curio/features/profile"
)

// tagged are the tags of each item that are in the schema, one run after the other.
type tagged struct {
	ends []int32 // by item index: where the run ends
	tags []int16 // ascending within a run
}

func (t *tagged) of(item int32) []int16 {
	if item < 0 || int(item) >= len(t.ends) {
		return nil
	}
	from := int32(0)
	if item > 0 {
		from = t.ends[item-1]
	}
	return t.tags[from:t.ends[item]]
}

// sets finds the values of h among the tags of each item.
func (h *oneHot) sets(cat []event.Item) tagged {
	t := tagged{ends: make([]int32, len(cat))}
	for i := range cat {
		from := len(t.tags)
		for _, tag := range cat[i].Tags {
			if at := h.find(tag); at >= 0 {
				t.tags = append(t.tags, at)
			}
		}
		slices.Sort(t.tags[from:])
		t.tags = t.tags[:from+len(slices.Compact(t.tags[from:]))]
		t.ends[i] = int32(len(t.tags))
	}
	return t
}

// Tags returns the tags that interest divides among, those of most users first.
// Read it only.
func (e *Users) Tags() []string { return e.tags.values }

// tagShares writes to dst the share of each tag in the user's interest, weighted by
// strength and recency; an item with several tags counts for each of them in equal
// parts. The shares sum to 1, or are all 0.
func (e *Users) tagShares(dst []float64, p *profile.User, asOf event.Time) {
	clear(dst)
	s, total := &e.schema.Strength, 0.0
	for i := range p.Touches {
		touch := &p.Touches[i]
		tags := e.tagged.of(touch.Item)
		if len(tags) == 0 {
			continue
		}
		w := float64(s.Of(touch)) * float64(s.Recency(touch.Last, asOf))
		total += w
		for _, tag := range tags {
			dst[tag] += w / float64(len(tags))
		}
	}
	for i := range dst {
		if total > 0 {
			dst[i] /= total
		}
	}
}

// touchedTags returns the tags that at least one user in minShare has touched an
// item of, those of most users first. Of tags that are on the same items only the
// first counts.
func touchedTags(cat []event.Item, profiles []profile.User) []string {
	var names []string
	var items [][]int32 // by tag
	known := make(map[string]int32)
	tags := make([][]int32, len(cat)) // by item
	for i := range cat {
		for _, name := range cat[i].Tags {
			tag, ok := known[name]
			if !ok {
				tag = int32(len(names))
				known[name], names, items = tag, append(names, name), append(items, nil)
			}
			if !slices.Contains(tags[i], tag) {
				tags[i], items[tag] = append(tags[i], tag), append(items[tag], int32(i))
			}
		}
	}
	users, last := make([]int64, len(names)), make([]int, len(names))
	for u := range profiles {
		for j := range profiles[u].Touches {
			item := int(profiles[u].Touches[j].Item)
			if item < 0 || item >= len(tags) {
				continue
			}
			for _, tag := range tags[item] {
				if last[tag] != u+1 {
					last[tag] = u + 1
					users[tag]++
				}
			}
		}
	}
	counts := make(map[string]int64, len(names))
	for tag, name := range names {
		counts[name] = users[tag]
	}
	least := (int64(len(profiles)) + minShare - 1) / minShare
	var chosen []string
	for _, name := range frequent(counts, least, len(names)) {
		if len(chosen) == MaxInterests {
			break
		}
		if !slices.ContainsFunc(chosen, func(other string) bool { return slices.Equal(items[known[other]], items[known[name]]) }) {
			chosen = append(chosen, name)
		}
	}
	return chosen
}
