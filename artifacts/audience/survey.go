package audience

import (
	"math"
	"slices"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// party is a few users, asked at once. It is reused.
type party struct {
	a       *Audience
	met     []int32 // those of whom the model knows something
	queries []interest.Query
	vectors []float32 // [users, dim]
	past    [][]interest.Touch
	tops    []kernel.Top // by user: the best items that may be offered
}

func newParty(a *Audience, size int) party {
	return party{a: a, queries: make([]interest.Query, size), vectors: make([]float32, size*a.art.Interest.Dim()), tops: make([]kernel.Top, size)}
}

// meet takes other users, no more than the party's size.
func (p *party) meet(users []int32) {
	art := p.a.art
	p.met, p.past = p.met[:0], p.past[:0]
	for _, u := range users {
		q := &p.queries[len(p.met)]
		art.Query(q, u, &art.People[u], &art.Profiles[u], art.AsOf)
		if Met(q, &art.People[u]) {
			art.Interest.User(p.vector(len(p.met)), *q)
			p.met, p.past = append(p.met, u), append(p.past, q.History)
		}
	}
}

func (p *party) vector(i int) []float32 {
	dim := p.a.art.Interest.Dim()
	return p.vectors[i*dim : (i+1)*dim]
}

// rank finds each user's interest.Candidates best items.
func (p *party) rank() {
	art, rules := p.a.art, &p.a.rules
	for i := range p.met {
		p.tops[i].Reset(interest.Candidates)
	}
	art.Interest.Sweep(p.vectors[:len(p.met)*art.Interest.Dim()], p.past, func(first, width int, scores []float32) {
		for i, u := range p.met {
			top, profile := &p.tops[i], &art.Profiles[u]
			for j, score := range scores[i*width : (i+1)*width] {
				if item := int32(first + j); score >= top.Threshold() && rules.offered(profile, item) {
					top.Push(item, score)
				}
			}
		}
	})
}

// survey adds up the interest of a party.
type survey struct {
	party
	sums    []float64 // by item
	wanting []int     // by item: users who add to its sum
	scores  []float32 // [users, items]; without a head
	found   []kernel.Scored
	chances []float32
}

func newSurvey(a *Audience, size int) *survey {
	s := &survey{party: newParty(a, size), sums: make([]float64, len(a.art.Catalogue)), wanting: make([]int, len(a.art.Catalogue))}
	if a.art.Interest.HasHead() {
		s.chances = make([]float32, interest.Candidates)
	} else {
		s.scores = make([]float32, size*len(s.sums))
	}
	return s
}

// ask replaces the sums by those of users.
func (s *survey) ask(users []int32) {
	clear(s.sums)
	clear(s.wanting)
	s.meet(users)
	if s.a.art.Interest.HasHead() {
		s.chance()
	} else {
		s.attend()
	}
}

// chance adds the probability of each user's candidates.
func (s *survey) chance() {
	s.rank()
	for i := range s.met {
		s.found = s.tops[i].Sorted(s.found[:0])
		chances := s.chances[:len(s.found)]
		s.a.art.Interest.Probabilities(chances, s.vector(i), s.queries[i], s.found)
		for j, f := range s.found {
			s.sums[f.Index] += float64(chances[j])
			s.wanting[f.Index]++
		}
	}
}

// attend adds the softmax of each user's scores.
func (s *survey) attend() {
	art, rules, items := s.a.art, &s.a.rules, len(s.sums)
	art.Interest.ScoreBlock(s.scores[:len(s.met)*items], s.vectors[:len(s.met)*art.Interest.Dim()], s.past)
	for i, u := range s.met {
		row, p, total := s.scores[i*items:(i+1)*items], &art.Profiles[u], 0.0
		best := float64(slices.Max(row))
		for _, score := range row {
			total += math.Exp(float64(score) - best)
		}
		for item, score := range row {
			if rules.offered(p, int32(item)) {
				s.sums[item] += math.Exp(float64(score)-best) / total
				s.wanting[item]++
			}
		}
	}
}
