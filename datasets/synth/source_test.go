package synth

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

func TestEventsStop(t *testing.T) {
	p := mustNew(t, small())
	stop := errors.New("enough")
	var n int
	err := event.Each(context.Background(), p, nil, func(*event.Event, event.Part, event.Place) error {
		if n++; n == 100 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 100 {
		t.Errorf("%v after %d events", err, n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n = 0
	err = event.Each(ctx, p, nil, func(*event.Event, event.Part, event.Place) error {
		if n++; n == 100 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n > 2_000 {
		t.Errorf("%v after %d events", err, n)
	}
	// A single user is not waited for either.
	o := Options{Users: 1, Items: 1, Events: MaxEventsPerUser, Segments: 1, End: End}
	n = 0
	if err := event.Each(ctx, mustNew(t, o), nil, func(*event.Event, event.Part, event.Place) error {
		n++
		return nil
	}); !errors.Is(err, context.Canceled) || n > 0 {
		t.Errorf("%v after %d events of a context that was done", err, n)
	}
	ctx, cancel = context.WithCancel(context.Background())
	if err := event.Each(ctx, mustNew(t, o), nil, func(*event.Event, event.Part, event.Place) error {
		if n++; n == 100 {
			cancel()
		}
		return nil
	}); !errors.Is(err, context.Canceled) || n > 2_000 {
		t.Errorf("%v after %d events of one user", err, n)
	}
	if _, err := p.Catalogue(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("catalogue: %v", err)
	}
}

func TestManyMayReadAtOnce(t *testing.T) {
	p := mustNew(t, small())
	truth := p.Truth()
	want, catalogue := collect(t, p), catalogueOf(t, p)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if !slices.Equal(collect(t, p), want) {
				t.Error("the events differ")
			}
			if !cmp.Equal(catalogueOf(t, p), catalogue) {
				t.Error("the catalogue differs")
			}
			if _, ok := truth.Segment(want[0].UserID); !ok {
				t.Error("no truth")
			}
		})
	}
	wg.Wait()
}

func TestCatalogueIsTheCallers(t *testing.T) {
	want := catalogueOf(t, mustNew(t, small()))
	p := mustNew(t, small())
	c := catalogueOf(t, p)
	for i := range c.Items {
		c.Items[i].Title = "changed"
		for k := range c.Items[i].Tags {
			c.Items[i].Tags[k] = "changed"
		}
		for k := range c.Items[i].Prerequisites {
			c.Items[i].Prerequisites[k] = "changed"
		}
	}
	c.Partners[0].Tags[0] = "changed"
	if d := cmp.Diff(want, catalogueOf(t, p)); d != "" {
		t.Error(d)
	}
}
