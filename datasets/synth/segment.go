package synth

import "math"

// group is a planted segment: what its users share.
type group struct {
	share      float64 // of the users
	taste      [len(topics)]float64
	tags       [len(topics)][2]int8 // liked best in each topic
	style      int                  // of most of its users
	age        float64
	level      float64 // mean skill its users begin with, on the scale of difficulty
	occupation int     // a little more common than elsewhere
}

// newGroups plants n segments. Their sizes fall geometrically to a fifth of the
// first. Each has two categories of its own (as long as there are enough) and
// leans on one of its neighbour's, so that no single category tells them apart.
func newGroups(n int, s *stream) []group {
	s.start(forSegments, 0)
	order := s.Perm(len(topics))
	at := func(i int) int { return order[i%len(order)] }
	groups := make([]group, n)
	var total float64
	for g := range groups {
		first := g * len(topics) / n
		t := &groups[g]
		t.share = math.Pow(0.2, float64(g)/float64(max(n-1, 1)))
		total += t.share
		for c := range t.taste {
			t.taste[c] = 0.05 / float64(len(topics))
			first := s.IntN(tagsPerTopic)
			t.tags[c] = [2]int8{int8(first), int8((first + 1 + s.IntN(tagsPerTopic-1)) % tagsPerTopic)}
		}
		t.taste[at(first)] += 0.49
		t.taste[at(first+1)] += 0.38
		t.taste[at(first+2)] += 0.08
		t.style = g % len(styles)
		t.age = 24 + 30*s.Float64()
		t.level = 1.3 + 1.6*s.Float64()
		t.occupation = s.IntN(len(occupations))
	}
	for g := range groups {
		groups[g].share /= total
	}
	return groups
}
