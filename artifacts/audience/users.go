package audience

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"curio/artifacts/interest"
	"curio/artifacts/kernel"
)

// Everybody stands for all segments.
const Everybody = -1

// Fans are the users whom an item interests.
type Fans struct {
	Kind  string // Probability or Logit
	Users []Fan  // highest score first, equal ones by index
}

// Fan is a user whom an item interests.
type Fan struct {
	User  int32
	Score float32
	// Candidate says that the item is among the user's interest.Candidates best. Only of
	// such a pair does a probability mean what it says: of another it is what the
	// head would say, which is too much, and serving's lists lower it.
	Candidate bool
}

// Users returns the n users whom an item interests most, of one segment or of
// Everybody: exactly, over all of them, by the number that serving has for user
// and item. Users who may not be offered the item are left out, and so are
// those of whom the model knows nothing. An item that nobody touched yet is
// judged by its attributes. The error wraps ErrUnknown for an item outside the
// catalogue and ErrBarred for one that may not be offered to anybody. workers >= 1
// changes nothing but the time.
func (a *Audience) Users(ctx context.Context, item int32, segment, n, workers int) (Fans, error) {
	f := Fans{Kind: Logit}
	if a.art.Interest.HasHead() {
		f.Kind = Probability
	}
	switch {
	case item < 0 || int(item) >= len(a.art.Catalogue):
		return f, fmt.Errorf("item %d: %w", item, ErrUnknown)
	case a.rules.Barred[item]:
		return f, fmt.Errorf("item %.80q: %w", a.art.Catalogue[item].ID, ErrBarred)
	}
	t := a.target(item)
	tops := make([]*kernel.Top, max(1, workers))
	var next atomic.Int64
	g, within := errgroup.WithContext(ctx)
	for w := range tops {
		tops[w] = kernel.NewTop(n)
		g.Go(func() error {
			r := rater{a: a, target: t, segment: segment, top: tops[w]}
			for {
				b := int(next.Add(1)) - 1
				if b >= len(a.blocks) {
					return nil
				}
				if err := within.Err(); err != nil {
					return err
				}
				r.rate(a.block(b))
			}
		})
	}
	if err := g.Wait(); err != nil {
		return f, err
	}
	for _, other := range tops[1:] {
		for _, s := range other.Sorted(nil) {
			tops[0].Push(s.Index, s.Score)
		}
	}
	for _, s := range tops[0].Sorted(nil) {
		f.Users = append(f.Users, Fan{User: s.Index, Score: s.Score})
	}
	return f, a.mark(ctx, f.Users, item, workers)
}

// mark finds out for whom the item is a candidate.
func (a *Audience) mark(ctx context.Context, fans []Fan, item int32, workers int) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, workers))
	for some := range slices.Chunk(fans, a.partySize()) {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			p := newParty(a, len(some))
			users := make([]int32, len(some))
			for i, f := range some {
				users[i] = f.User
			}
			p.meet(users)
			p.rank()
			for i := range some {
				some[i].Candidate = slices.ContainsFunc(p.tops[i].Sorted(nil), func(s kernel.Scored) bool { return s.Index == item })
			}
			return nil
		})
	}
	return g.Wait()
}

// rater keeps the users whom a target interests most.
type rater struct {
	a       *Audience
	target  *target
	segment int
	top     *kernel.Top
	scores  [blockSize]float32
	chance  [1]float32
	found   [1]kernel.Scored
}

func (r *rater) rate(b *block) {
	art, scores := r.a.art, r.scores[:len(b.users)]
	r.target.score(scores, b)
	model := art.Interest
	dim, behaviours := model.Dim(), model.BehaviourSize()
	for i, u := range b.users {
		if r.segment != Everybody && int(art.Membership[u]) != r.segment || !r.a.rules.offered(&art.Profiles[u], r.target.item) {
			continue
		}
		if model.HasHead() {
			r.found[0] = kernel.Scored{Index: r.target.item, Score: scores[i]}
			q := interest.Query{History: b.history(i), Behaviour: b.behaviours[i*behaviours : (i+1)*behaviours]}
			model.Probabilities(r.chance[:], b.vectors[i*dim:(i+1)*dim], q, r.found[:])
			scores[i] = r.chance[0]
		}
		r.top.Push(u, scores[i])
	}
}
