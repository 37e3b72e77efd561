package public

import (
	"context"
	"strconv"

	"curio/datasets/event"
)

// LightGCN reads a data set in the format of the code of He et al., "LightGCN:
// Simplifying and Powering Graph Convolution Network for Recommendation" (SIGIR
// 2020), which most published splits of Gowalla, Yelp2018 and Amazon-Book use:
// train.txt and test.txt of rows `user item item ...`, and valid.txt alike where
// a split has one.
//
// The split is fixed. Each pair is an event of type View without a time, as the
// lists say neither what was done nor when. Ids are the numbers of the lists. The
// catalogue names every user that has a row, with or without items, and every
// item of any row. A word that is no number and a pair that stood earlier in its
// file are rejected.
//
// Notes: duplicate_pairs.
func LightGCN(dir string) (event.Source, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	return lightGCN(f)
}

func lightGCN(dir folder) (*source, error) {
	l, err := findLists(dir, "LightGCN", "train.txt, test.txt, optionally valid.txt")
	if err != nil {
		return nil, err
	}
	s := &source{fixed: true, notes: &notes{}}
	s.catalogue = func(ctx context.Context, _ func(event.Reject)) (*event.Catalogue, error) {
		users, items, err := l.ids(ctx)
		if err != nil {
			return nil, err
		}
		c := event.Catalogue{Users: make([]event.User, len(users)), Items: make([]event.Item, len(items))}
		for i, u := range users {
			c.Users[i].ID = strconv.Itoa(int(u))
		}
		for i, item := range items {
			c.Items[i].ID = strconv.Itoa(int(item))
		}
		return &c, nil
	}
	s.events = func(ctx context.Context, reject func(event.Reject), sink event.Sink) error {
		var e event.Event
		var user, item []byte
		duplicates, err := l.pairs(ctx, reject, func(u, i int32, part event.Part, at event.Place) error {
			e = event.Event{Type: event.View, UserID: decimal(&user, u), ItemID: decimal(&item, i)}
			return sink(&e, part, at)
		})
		if err == nil {
			s.set("duplicate_pairs", duplicates)
		}
		return err
	}
	return s, nil
}
