package recommend

import (
	"cmp"
	"math"
	"slices"

	"curio/artifacts/kernel"
)

// PoolSize is how many of a user's best items boosts and diversity put in another
// order; those after them stay where they are. It does not depend on the page, so that
// pages fit together, and covers some twenty of the usual ones. With a factor of
// 16 an item would have to be 2.8 below in the logit to be missed, which is more
// than what lies between the first of a pool and its last.
const PoolSize = 500

// candidate is an item that may be put in another place.
type candidate struct {
	kernel.Scored
	logit float64 // of the score, with boosts
}

// candidates returns found with logits.
func candidates(found []kernel.Scored, kind string) []candidate {
	list := make([]candidate, len(found))
	for i, s := range found {
		list[i] = candidate{s, logit(float64(s.Score), kind)}
	}
	return list
}

// logit returns the logarithm of the odds of a score. Probabilities of 0 and 1 have those
// of the nearest that a float32 tells apart from 1.
func logit(score float64, kind string) float64 {
	if kind == ScoreLogit {
		return score
	}
	const least = 1.0 / (1 << 24)
	p := min(max(score, least), 1-least)
	return math.Log(p / (1 - p))
}

// boosts are those of a request, made ready to be looked up. Factors that are none are
// left out.
func (e *Engine) boosts(asked []Boost) []boost {
	var list []boost
	for i := range asked {
		b := &asked[i]
		if !(b.Factor > 0) || math.IsInf(b.Factor, 0) {
			continue
		}
		made := boost{
			logit: math.Log(b.Factor), category: e.columns.categories.find(b.Category),
			domain: e.columns.domains.find(b.Domain), tag: e.columns.tags.find(b.Tag), item: anyName,
		}
		if b.Item != "" {
			made.item = noneName
			if item, ok := e.art.Items.Index(b.Item); ok {
				made.item = item
			}
		}
		if b.Where != nil {
			made.where = e.where(b.Where)
		}
		list = append(list, made)
	}
	return list
}

type boost struct {
	logit                       float64
	where                       itemSet // nil for any
	category, domain, tag, item int32
}

func (b *boost) matches(c *columns, item int32) bool {
	return (b.item == anyName || b.item == item) &&
		(b.category == anyName || b.category == c.category[item]) &&
		(b.domain == anyName || b.domain == c.domain[item]) &&
		(b.tag == anyName || c.hasTag(item, b.tag)) &&
		(b.where == nil || b.where.has(item))
}

// boost adds boosts to the logits of a pool and puts it in their order; equal ones stay
// in theirs.
func (e *Engine) boost(pool []candidate, boosts []boost) {
	for i := range pool {
		for b := range boosts {
			if boosts[b].matches(e.columns, pool[i].Index) {
				pool[i].logit += boosts[b].logit
			}
		}
	}
	slices.SortStableFunc(pool, func(a, b candidate) int { return cmp.Compare(b.logit, a.logit) })
}
