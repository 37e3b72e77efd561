package modeltest

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"curio/artifacts/interest"
)

// Of the planted data. Two users of five are of group 0, so that popularity has
// something to say for itself.
const (
	groups   = 4
	users    = 165
	items    = 80 // item i is of group i % groups
	known    = 8  // items of a user's own group that are learned from
	heldOut  = 3  // and those that are to be predicted
	cutoff   = 5  // length of the lists that recall is measured on
	warmUser = users - 5
	warmItem = items - groups // from here on without interactions, one of each group
)

// groupOf is the group of user u.
func groupOf(u int32) int32 { return max(0, u%5-1) }

// planted is data drawn by a rule, and what the rule would draw next. A user
// has items of the own group, drawn by popularity, which falls with the root of
// the rank, and one of another group. Features name the group.
type planted struct {
	Data
	histories  [][]interest.Touch
	popularity []float32 // [items]: interactions
	truth      [][]int32 // [users]: items held out
}

func plant(seed uint64) *planted {
	r := rand.New(rand.NewPCG(seed, 0))
	p := &planted{
		Data: Data{
			Users: users, UserFeatures: make([]float32, users*groups), UserFeatureSize: groups,
			Items: items, ItemFeatures: make([]float32, items*groups), ItemFeatureSize: groups,
		},
		popularity: make([]float32, items), truth: make([][]int32, users),
	}
	for u := range int32(users) {
		p.UserFeatures[u*groups+groupOf(u)] = 1
	}
	for i := range int32(items) {
		p.ItemFeatures[i*groups+i%groups] = 1
	}
	for u := range int32(warmUser) {
		own := draw(r, groupOf(u))
		stray := draw(r, (groupOf(u)+1+r.Int32N(groups-1))%groups)[0]
		for _, item := range append(own[:known:known], stray) {
			p.Interactions = append(p.Interactions, Interaction{User: u, Item: item, Weight: 1})
			p.popularity[item]++
		}
		p.truth[u] = own[known : known+heldOut]
	}
	p.histories = p.Data.Histories()
	return p
}

// draw orders the warm items of a group at random, popular ones likely first
// (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).
func draw(r *rand.Rand, group int32) []int32 {
	key := map[int32]float64{}
	var order []int32
	for item := group; item < warmItem; item += groups {
		key[item] = r.ExpFloat64() * math.Sqrt(float64(item/groups+1))
		order = append(order, item)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(key[a], key[b]) })
	return order
}

// query is all that is known of a user.
func (p *planted) query(u int32) interest.Query {
	return interest.Query{User: u, History: p.histories[u], Features: p.UserFeatures[u*groups : (u+1)*groups]}
}

// has reports whether an item is in the history of user u.
func (p *planted) has(u, item int32) bool {
	return slices.ContainsFunc(p.histories[u], func(t interest.Touch) bool { return t.Item == item })
}

// recall is the mean share of the held-out items among the best new ones.
func (p *planted) recall(score func(u int32) []float32) float64 {
	var sum float64
	for u := range int32(warmUser) {
		for _, item := range p.best(u, score(u), cutoff) {
			if slices.Contains(p.truth[u], item) {
				sum++
			}
		}
	}
	return sum / (warmUser * heldOut)
}

// best lists the k best of the items that are new to user u.
func (p *planted) best(u int32, score []float32, k int) []int32 {
	var order []int32
	for item := range int32(len(score)) {
		if !p.has(u, item) {
			order = append(order, item)
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(score[b], score[a]) })
	return order[:k]
}
