package census

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"curio/datasets/event"
	"curio/datasets/synth"
	"curio/datasets/timeline"
)

// platform is the users of the default synthetic platform.
var platform = sync.OnceValues(func() ([]*timeline.User, error) { return users(synth.Default()) })

func users(o synth.Options) ([]*timeline.User, error) {
	p, err := synth.New(o)
	if err != nil {
		return nil, err
	}
	var all []*timeline.User
	err = event.Each(context.Background(), p, nil, func(e *event.Event, part event.Part, at event.Place) error {
		if len(all) == 0 || all[len(all)-1].ID != e.UserID {
			all = append(all, &timeline.User{ID: strings.Clone(e.UserID)})
		}
		u := all[len(all)-1]
		own := *e
		own.ID, own.UserID = strings.Clone(e.ID), u.ID
		own.ItemID = strings.Clone(e.ItemID)
		u.Entries = append(u.Entries, timeline.Entry{Event: own, Named: own.ID != "", Part: part, At: at})
		return nil
	})
	return all, err
}

func mustUsers(t testing.TB) []*timeline.User {
	t.Helper()
	all, err := platform()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func counted(o Options, users []*timeline.User) *Census {
	c := New(o)
	for _, u := range users {
		c.Add(u)
	}
	return c
}

func encoded(t testing.TB, r *Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.JSON(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// user makes a user of events given without the user.
func user(id string, events ...event.Event) *timeline.User {
	u := &timeline.User{ID: id}
	for i, e := range events {
		e.UserID = id
		u.Entries = append(u.Entries, timeline.Entry{Event: e, Named: e.ID != "", At: event.PlaceOf(0, i+1)})
	}
	return u
}
