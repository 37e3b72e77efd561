package synth

import (
	"context"
	"testing"

	"curio/datasets/event"
)

var _ event.Source = (*Platform)(nil)

// small is a platform that is quick to read through and has a bit of everything.
func small() Options {
	o := Default()
	o.Users, o.Items, o.Events = 600, 400, 40_000
	return o
}

func mustNew(t testing.TB, o Options) *Platform {
	t.Helper()
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func catalogueOf(t testing.TB, p *Platform) *event.Catalogue {
	t.Helper()
	c, err := p.Catalogue(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func each(t testing.TB, p event.Source, visit func(*event.Event)) {
	t.Helper()
	reject := func(r event.Reject) { t.Errorf("rejected: %+v", r) }
	err := event.Each(context.Background(), p, reject, func(e *event.Event, part event.Part, _ event.Place) error {
		if part != event.Train {
			t.Fatalf("event %s is in part %d", e.ID, part)
		}
		visit(e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func collect(t testing.TB, p event.Source) []event.Event {
	t.Helper()
	var all []event.Event
	each(t, p, func(e *event.Event) {
		c := *e
		for _, s := range []*string{&c.ID, &c.UserID, &c.ItemID, &c.Currency, &c.Plan, &c.Channel} {
			*s = string([]byte(*s))
		}
		all = append(all, c)
	})
	return all
}
