package bench

import (
	"context"
	"fmt"

	"curio/datasets/event"
	"curio/train/evaluate"
)

// Split is the size of a data set with its own split.
type Split struct {
	Users    int `json:"users"`
	Items    int `json:"items"`    // of the whole catalogue, all of which is ranked
	Train    int `json:"train"`    // distinct pairs; these are masked
	Test     int `json:"test"`     // distinct pairs
	Judged   int `json:"judged"`   // users with a test pair
	Rejected int `json:"rejected"` // rows, repeated pairs among them
}

// readSplit reads the training and test pairs of src; a validation part is left
// alone. Users and items keep the order of the source's catalogue.
func readSplit(ctx context.Context, src event.Source) (evaluate.Task, *evaluate.Histories, Split, error) {
	var s Split
	var none evaluate.Task
	cat, err := src.Catalogue(ctx, nil)
	if err != nil {
		return none, nil, s, fmt.Errorf("read catalogue: %w", err)
	}
	users, items := map[string]int32{}, map[string]int32{}
	for i, u := range cat.Users {
		users[u.ID] = int32(i)
	}
	for i, item := range cat.Items {
		items[item.ID] = int32(i)
	}
	var lists [2][][]int32 // train and test, by user
	for p := range lists {
		lists[p] = make([][]int32, len(users))
	}
	err = event.Each(ctx, src, func(event.Reject) { s.Rejected++ }, func(e *event.Event, part event.Part, _ event.Place) error {
		u, known := users[e.UserID]
		i, listed := items[e.ItemID]
		if !known || !listed {
			return fmt.Errorf("user %q and item %q are not both in the catalogue: %w", e.UserID, e.ItemID, ErrData)
		}
		switch part {
		case event.Train:
			lists[0][u] = append(lists[0][u], i)
		case event.Test:
			lists[1][u] = append(lists[1][u], i)
		}
		return nil
	})
	if err != nil {
		return none, nil, s, fmt.Errorf("read pairs: %w", err)
	}
	var parts [2]*evaluate.Histories
	for p := range parts {
		if parts[p], err = evaluate.NewHistories(len(users), len(items), func(u int32) []int32 { return lists[p][u] }); err != nil {
			return none, nil, s, err
		}
	}
	train, test := parts[0], parts[1]
	task := evaluate.Task{Items: len(items), Seen: train.Of, Truth: test.Of}
	for u := range int32(len(users)) {
		s.Train += len(train.Of(u))
		s.Test += len(test.Of(u))
		if len(test.Of(u)) > 0 {
			task.Users = append(task.Users, u)
		}
	}
	s.Users, s.Items, s.Judged = len(users), len(items), len(task.Users)
	if s.Train == 0 || s.Test == 0 {
		return none, nil, s, fmt.Errorf("%d pairs to train on and %d to test, %d rows were rejected: %w", s.Train, s.Test, s.Rejected, ErrData)
	}
	return task, train, s, nil
}
