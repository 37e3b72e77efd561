package eventlog

import (
	"context"

	"curio/datasets/event"
)

// Catalogue reads users, items, partners and trends, as event.Source says. Of
// rows with one key the last is kept, in the place of the first.
func (s *Source) Catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	if reject == nil {
		reject = discard
	}
	var c event.Catalogue
	var err error
	if c.Users, err = keep(ctx, s, userTable, reject, s.user, func(u *event.User) string { return u.ID }); err != nil {
		return nil, err
	}
	if c.Items, err = keep(ctx, s, itemTable, reject, s.item, func(i *event.Item) string { return i.ID }); err != nil {
		return nil, err
	}
	if c.Partners, err = keep(ctx, s, partnerTable, reject, s.partner, func(p *event.Partner) string { return p.ID }); err != nil {
		return nil, err
	}
	if c.Trends, err = keep(ctx, s, trendTable, reject, s.trend, trendKeyOf); err != nil {
		return nil, err
	}
	return &c, nil
}

// keep reads a table of rows that each have a key. build returns rows that share
// no memory with theirs.
func keep[R any, K comparable](ctx context.Context, s *Source, t *table, reject func(event.Reject),
	build func(*row) (R, fault), key func(*R) K) ([]R, error) {
	var all []R
	at := make(map[K]int)
	replaced := 0
	err := s.read(ctx, t, 1, reject, func(w *worker) {
		w.accept = func(r *row, _ event.Place) (fault, error) {
			v, f := build(r)
			if f.found() {
				return f, nil
			}
			k := key(&v)
			if i, ok := at[k]; ok {
				all[i] = v
				replaced++
				return fault{}, nil
			}
			at[k] = len(all)
			all = append(all, v)
			return fault{}, nil
		}
	})
	s.note(t.name+"_replaced", replaced)
	return all, err
}
