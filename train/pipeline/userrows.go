package pipeline

import (
	"context"
	"fmt"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/train/clustering"
)

// UserRows are users as clustering sees them.
type UserRows struct {
	Users []string // ids of those who did anything
	Input clustering.Input
}

// ReadUsers reads the users of a source as Run divides them into segments: by all that
// they did. It learns nothing, and which categories and tags count it finds out from
// all of the data, too. Of c it goes by what reading, profiles and the features of
// segments depend on. Errors of the data wrap ErrData.
func ReadUsers(ctx context.Context, c Config) (*UserRows, error) {
	l, err := new(Result).read(ctx, c, Observer{Stage: func(string, int, int) {}, Reject: func(event.Reject) {}})
	if err != nil {
		return nil, err
	}
	v, err := divide(ctx, l, c, false)
	l.close()
	if err != nil {
		return nil, err
	}
	v.now()
	in, users, err := describeUsers(l.people, v.train, v.asOf, encode.FitUsers(l.catalogue, l.people, v.train, v.asOf, c.history()), c.SegmentFeatures)
	if err != nil {
		return nil, err
	}
	if len(users) == 0 {
		return nil, fmt.Errorf("%w: nobody of %s did anything", ErrData, c.Name)
	}
	r := &UserRows{Input: in}
	for _, u := range users {
		r.Users = append(r.Users, l.users.ID(u))
	}
	return r, nil
}
