package recommend

import (
	"hash/fnv"
	"math/rand/v2"

	"curio/artifacts/interest"
)

// exploredPool is how many of the items that are left chance chooses from: a head is
// fitted and calibrated for as many.
const exploredPool = interest.Candidates

// lottery hands out items of an order one after the other. A place goes with probability
// 1 - explore to the first that is left and with explore to one of the first
// exploredPool of the order that are left, each as likely as another: the epsilon-greedy
// policy (Sutton & Barto, "Reinforcement Learning", 2nd ed., section 2.2) place by place.
// With m left there, the first of them has the propensity 1 - explore + explore/m, and
// another explore/m. The product down a list is the probability of the list, which
// is what inverse propensity scoring divides by (Li et al., "Unbiased Offline
// Evaluation of Contextual-bandit-based News Article Recommendation Algorithms", WSDM
// 2011, section 2). Past the pool the order holds, with propensity 1.
type lottery struct {
	order   []candidate
	pool    []int // places in the order that are left, ascending
	next    int   // first place after the pool
	explore float64
	random  *rand.Rand
}

// lottery draws by the seed of the request and its user.
func (r *Request) lottery(order []candidate) *lottery {
	l := &lottery{order: order, explore: min(max(r.Explore, 0), 1)}
	if l.explore > 0 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(r.User))
		l.random = rand.New(rand.NewPCG(r.Seed, h.Sum64()))
		l.next = min(exploredPool, len(order))
		for place := range l.next {
			l.pool = append(l.pool, place)
		}
	}
	return l
}

// draw returns the next item and its propensity; false when none is left.
func (l *lottery) draw(shown map[int32]bool) (c candidate, propensity float64, ok bool) {
	l.drop(shown)
	if m := len(l.pool); m > 0 {
		at := 0
		if chance := l.random.Float64(); chance < l.explore {
			at = l.random.IntN(m)
		}
		propensity = l.explore / float64(m)
		if at == 0 {
			propensity += 1 - l.explore
		}
		c = l.order[l.pool[at]]
		l.pool = append(l.pool[:at], l.pool[at+1:]...)
		return c, propensity, true
	}
	for ; l.next < len(l.order); l.next++ {
		if c = l.order[l.next]; !shown[c.Index] {
			l.next++
			return c, 1, true
		}
	}
	return c, 0, false
}

// drop takes what promotions have shown out of the pool.
func (l *lottery) drop(shown map[int32]bool) {
	kept := l.pool[:0]
	for _, place := range l.pool {
		if !shown[l.order[place].Index] {
			kept = append(kept, place)
		}
	}
	l.pool = kept
}
