package audience

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
)

// SampleSize is how many members of a segment Items looks at: all of a smaller
// segment, and as many evenly spaced ones, in the order of user index, of a larger.
// A mean probability p of that many is known to sqrt(p/SampleSize): one of 5 % to
// half a percentage point.
const SampleSize = 2000

// Wishes is what a segment wants.
type Wishes struct {
	Kind    string // Probability or Attention
	Members int    // of the segment
	Sampled int    // members looked at
	Items   []Wish // the highest mean first, equal ones by index
}

// Wish is an item that a segment wants.
type Wish struct {
	Item int32
	Mean float64 // interest of all members looked at, to which those who have the item add nothing
	// Held is how many of all members touched the item before; -1 when they are fewer
	// than may be told of.
	Held int
}

// Items returns the n items with the highest mean interest of a segment's members,
// where a member who may not be offered an item adds nothing to it. With a head, an
// item counts for the members among whose interest.Candidates best it is, the only
// ones for whom the head tells probabilities: the mean times the members is how
// many are expected to take the item up. Without, a member's interests are the
// softmax of the scores of the whole catalogue, as the model was trained with: scores
// of different users cannot be added up. Items that interest fewer members than may be
// told of are left out.
// workers >= 1 changes nothing but the time.
func (a *Audience) Items(ctx context.Context, segment, n, workers int) (Wishes, error) {
	members := a.Members(segment)
	w := Wishes{Kind: Attention, Members: len(members), Sampled: min(len(members), SampleSize)}
	if a.art.Interest.HasHead() {
		w.Kind = Probability
	}
	sums, wanting, err := a.sums(ctx, sample(members), workers)
	if err != nil || w.Sampled == 0 {
		return w, err
	}
	for item, sum := range sums {
		if sum > 0 && wanting[item] >= a.minGroup {
			w.Items = append(w.Items, Wish{Item: int32(item), Mean: sum / float64(w.Sampled)})
		}
	}
	slices.SortFunc(w.Items, func(x, y Wish) int {
		return cmp.Or(cmp.Compare(y.Mean, x.Mean), cmp.Compare(x.Item, y.Item))
	})
	w.Items = slices.Clone(w.Items[:min(n, len(w.Items))])
	a.hold(w.Items, members)
	return w, nil
}

func sample(members []int32) []int32 {
	if len(members) <= SampleSize {
		return members
	}
	some := make([]int32, SampleSize)
	for i := range some {
		some[i] = members[i*len(members)/SampleSize]
	}
	return some
}

// hold counts who has the items.
func (a *Audience) hold(wishes []Wish, members []int32) {
	held := make([]int, len(a.art.Catalogue))
	for _, u := range members {
		for i := range a.art.Profiles[u].Touches {
			held[a.art.Profiles[u].Touches[i].Item]++
		}
	}
	for i := range wishes {
		if wishes[i].Held = held[wishes[i].Item]; wishes[i].Held < a.minGroup {
			wishes[i].Held = -1
		}
	}
}

// sums returns the interest in each item, added up over users, block by block in their
// order, whoever made the blocks; and how many add to it.
func (a *Audience) sums(ctx context.Context, users []int32, workers int) (total []float64, wanting []int, err error) {
	items := len(a.art.Catalogue)
	size := a.partySize()
	total, wanting = make([]float64, items), make([]int, items)
	surveys := make([]*survey, max(1, workers))
	for i := range surveys {
		surveys[i] = newSurvey(a, size)
	}
	for len(users) > 0 {
		var g errgroup.Group
		busy := 0
		for ; busy < len(surveys) && len(users) > 0; busy++ {
			s, some := surveys[busy], users[:min(size, len(users))]
			users = users[len(some):]
			g.Go(func() error { s.ask(some); return ctx.Err() })
		}
		if err := g.Wait(); err != nil {
			return nil, nil, err
		}
		for _, s := range surveys[:busy] {
			for item, x := range s.sums {
				total[item] += x
				wanting[item] += s.wanting[item]
			}
		}
	}
	return total, wanting, nil
}

// partySize is how many users are asked at once: the catalogue alone decides, as what
// is added to what first must not depend on the workers.
func (a *Audience) partySize() int {
	return max(1, min(50, 1<<22/max(1, len(a.art.Catalogue))))
}
