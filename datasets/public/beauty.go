package public

import (
	"context"
	"strconv"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

// Beauty reads the beauty products of Amazon as Zhou et al. published them with
// "S3-Rec: Self-Supervised Learning for Sequential Recommendation with Mutual
// Information Maximization" (CIKM 2020):
//
//	Beauty.txt                    user item item ..., items in the order of time
//	Beauty_item2attributes.json   {"item": [attribute, ...], ...}, optional
//
// The split is fixed and that of the paper: the last item of a user is in
// event.Test, the one before it in event.Validation, the others in event.Train.
// The published figures train on all but these two and see the validation item
// when they test. A user of two items has none for validation, of one item only
// one to train on.
//
// Each item of a row is an event of type View without a time: reviews were
// written, what they said is not in the files. Places go up in the order of a
// user's items. A word that is no number, an item that stands twice in a row and a
// second row of a user are rejected. Ids are the numbers of the files. Items have the domain beauty
// and their attributes as tags a1, a2, ...; what these mean was not published.
//
// Notes: duplicate_pairs (items that stand twice), items_without_attributes and
// attributes_of_other_items (of items that are in no row).
func Beauty(dir string) (event.Source, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	return beautySource(f)
}

const (
	beautySequences  = "Beauty.txt"
	beautyAttributes = "Beauty_item2attributes.json"
	beautyWanted     = beautySequences + ", optionally " + beautyAttributes
)

func beautySource(dir folder) (*source, error) {
	if err := dir.need("Beauty", beautyWanted, beautySequences); err != nil {
		return nil, err
	}
	b := beauty{dir: dir, notes: &notes{}}
	return &source{fixed: true, notes: b.notes, catalogue: b.catalogue, events: b.events}, nil
}

type beauty struct {
	dir folder
	*notes
}

func (b beauty) events(ctx context.Context, reject func(event.Reject), sink event.Sink) error {
	var e event.Event
	var userText, itemText []byte
	places, duplicates := 0, 0
	err := b.sequences(ctx, reject, func(user int32, items []int32, twice int) error {
		duplicates += twice
		for i, item := range items {
			part := event.Train
			switch left := len(items) - i; {
			case left == 1 && i > 0:
				part = event.Test
			case left == 2 && i > 0:
				part = event.Validation
			}
			places++
			e = event.Event{Type: event.View, UserID: decimal(&userText, user), ItemID: decimal(&itemText, item)}
			if err := sink(&e, part, event.PlaceOf(0, places)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		b.set("duplicate_pairs", duplicates)
	}
	return err
}

// sequences calls row with the distinct items of each user, in their order, and
// how many stood twice. The items are valid during the call.
func (b beauty) sequences(ctx context.Context, reject func(event.Reject), row func(user int32, items []int32, twice int) error) error {
	users := make(map[int32]bool)
	stood := make(map[int32]int) // the line an item stood in last
	var items []int32
	return b.dir.lines(ctx, beautySequences, maxList, reject, func(line []byte, where *at) error {
		user, rest, ok := number(line)
		switch {
		case !ok:
			where.refuse(code.IDNotNumber, "user_id", "", "the row begins with no number of a user; it is not read")
			return nil
		case users[user]:
			where.refuse(code.Duplicate, "user_id", "", "the user had a row earlier; this one is not read")
			return nil
		}
		users[user] = true
		items = items[:0]
		twice := 0
		for len(rest) > 0 {
			var item int32
			word := rest
			if item, rest, ok = number(rest); !ok {
				where.refuse(code.IDNotNumber, "item_id", string(firstWord(word)), "not the number of an item")
				continue
			}
			if stood[item] == where.line {
				twice++
				where.refuse(code.Duplicate, "item_id", strconv.Itoa(int(item)), "the user had the item earlier")
				continue
			}
			stood[item] = where.line
			items = append(items, item)
		}
		return row(user, items, twice)
	})
}
