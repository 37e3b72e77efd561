package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/datasets/eventlog"
	"curio/features/profile"
)

// listed is a source made of slices.
type listed struct {
	fixed     bool
	catalogue event.Catalogue
	events    []event.Event
	parts     []event.Part
	err       error
}

func (s *listed) Fixed() bool { return s.fixed }

func (s *listed) Catalogue(context.Context, func(event.Reject)) (*event.Catalogue, error) {
	c := s.catalogue
	return &c, nil
}

func (s *listed) Events(_ context.Context, _ func(event.Reject), yield func(*event.Event, event.Part) error) error {
	for i := range s.events {
		e := s.events[i]
		part := event.Train
		if s.parts != nil {
			part = s.parts[i]
		}
		if err := yield(&e, part); err != nil {
			return err
		}
	}
	return s.err
}

func loaded(t *testing.T, s *listed) *log {
	t.Helper()
	l, err := read(context.Background(), s, nil, &eventlog.Digest{}, func(*event.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func view(user, item string, day int) event.Event {
	return event.Event{UserID: user, ItemID: item, Type: event.View, TS: event.Time(day) * event.Day}
}

func TestReadIndexesEverybody(t *testing.T) {
	l := loaded(t, &listed{
		catalogue: event.Catalogue{
			Users: []event.User{{ID: "b", Age: 40}, {ID: "idle"}},
			Items: []event.Item{{ID: "y", Category: "art"}},
		},
		events: []event.Event{view("b", "y", 1), view("a", "x", 2), {UserID: "a", Type: event.Search}},
	})
	if diff := cmp.Diff([]string{"a", "b", "idle"}, l.users.IDs()); diff != "" {
		t.Error(diff)
	}
	want := []event.Item{{ID: "x", Unlisted: true}, {ID: "y", Category: "art"}}
	if diff := cmp.Diff(want, l.catalogue); diff != "" {
		t.Error(diff)
	}
	if l.people[1].Age != 40 || l.people[0].ID != "a" {
		t.Errorf("people are %+v", l.people)
	}
	if diff := cmp.Diff([]int32{1, 0, -1}, l.item); diff != "" {
		t.Errorf("items of the events:\n%s", diff)
	}
	if diff := cmp.Diff([]int32{1, 0, 0}, l.user); diff != "" {
		t.Errorf("users of the events:\n%s", diff)
	}
}

func TestReadWithoutCatalogueListsAll(t *testing.T) {
	l := loaded(t, &listed{events: []event.Event{view("a", "x", 1)}})
	if l.catalogue[0].Unlisted {
		t.Error("an item is unlisted though the source lists none")
	}
}

func TestReadPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	_, err := read(context.Background(), &listed{err: broken}, nil, &eventlog.Digest{}, func(*event.Event) {})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

func TestRowKeepsPlans(t *testing.T) {
	s := &listed{}
	for i := range 300 {
		s.events = append(s.events, event.Event{UserID: "u", ItemID: "i", Type: event.Purchase, Plan: fmt.Sprint("plan", i)})
	}
	// Whatever came before, the plans that profiles tell apart are told apart.
	s.events = append(s.events,
		event.Event{UserID: "u", ItemID: "i", Type: event.Purchase, Plan: profile.PlanSubscription},
		event.Event{UserID: "u", ItemID: "i", Type: event.Purchase, Plan: profile.PlanSingle})
	v, err := divide(context.Background(), loaded(t, s), true, ByUser, 0.2)
	if err != nil {
		t.Fatal(err)
	}
	want := profile.Plans{Subscription: 1, Single: 1, Other: 300}
	if diff := cmp.Diff(want, v.train[0].Purchase.Plans); diff != "" {
		t.Error(diff)
	}
}

func TestDivideByUser(t *testing.T) {
	s := &listed{}
	for day := 1; day <= 10; day++ {
		s.events = append(s.events, view("u", fmt.Sprint("i", day), day))
	}
	s.events = append(s.events, view("u", "i1", 10), view("few", "i1", 3))
	l := loaded(t, s)
	v, err := divide(context.Background(), l, false, ByUser, 0.2)
	if err != nil {
		t.Fatal(err)
	}
	few, u := 0, 1
	if got := len(v.train[u].Touches); got != 8 {
		t.Errorf("%d items to learn from, want 8", got)
	}
	if v.asOf[u] != 9*event.Day || v.asOf[few] != 10*event.Day {
		t.Errorf("views end at %v, want day 9 for the split user and the end of the log for the other", v.asOf)
	}
	// The late return to i1 is after the cut: neither learned nor predicted.
	first, _ := l.items.Index("i1")
	if touch := v.train[u].Touch(first); touch.Counts[event.View] != 1 {
		t.Errorf("%d views of i1 before the cut, want 1", touch.Counts[event.View])
	}
	strength := profile.DefaultStrength()
	if got := truth(&v.train[u], &v.held[u], &strength); len(got) != 2 {
		t.Errorf("%d items to predict, want i9 and i10", len(got))
	}
	if len(v.held[few].Touches) != 0 {
		t.Error("a user with one item has something held out")
	}
	v.now()
	if got := v.train[u].Events; got != 11 {
		t.Errorf("%d events by the end, want 11", got)
	}
}

func TestDivideFixedKeepsTestOut(t *testing.T) {
	l := loaded(t, &listed{
		fixed: true,
		events: []event.Event{
			{UserID: "u", ItemID: "a", Type: event.View}, {UserID: "u", ItemID: "b", Type: event.View},
			{UserID: "u", ItemID: "c", Type: event.View},
		},
		parts: []event.Part{event.Train, event.Test, event.Validation},
	})
	v, err := divide(context.Background(), l, true, ByUser, 0.2)
	if err != nil {
		t.Fatal(err)
	}
	strength := profile.DefaultStrength()
	b, _ := l.items.Index("b")
	if got := truth(&v.train[0], &v.held[0], &strength); !cmp.Equal(got, []int32{b}) {
		t.Errorf("items to predict are %v, want the test item %d alone", got, b)
	}
	v.now()
	if got := len(v.train[0].Touches); got != 1 {
		t.Errorf("the published profile has %d items, want the training item alone", got)
	}
}

func TestDivideUnknownSplit(t *testing.T) {
	if _, err := divide(context.Background(), loaded(t, &listed{events: []event.Event{view("u", "i", 1)}}), false, "moon", 0.2); err == nil {
		t.Error("a split of no kind was accepted")
	}
}

func TestItemProfilesCountMoney(t *testing.T) {
	l := loaded(t, &listed{events: []event.Event{
		{UserID: "a", ItemID: "i", Type: event.Purchase, Has: event.HasAmount, Amount: 500, TS: 1},
		{UserID: "b", ItemID: "i", Type: event.Purchase, Has: event.HasAmount, Amount: 700, TS: 2},
	}})
	v, err := divide(context.Background(), l, false, ByUser, 0.2)
	if err != nil {
		t.Fatal(err)
	}
	if p := v.itemProfiles()[0]; p.Amount != 1200 || p.Users != 2 || p.Purchases != 2 {
		t.Errorf("item profile is %+v", p)
	}
}

// Sums of money saturate, as every sum of a profile does.
func TestItemProfilesBearAnyAmount(t *testing.T) {
	huge := event.Event{ItemID: "i", Type: event.Purchase, Has: event.HasAmount, Amount: math.MaxInt64 - 1}
	a, b := huge, huge
	a.UserID, b.UserID = "a", "b"
	v, err := divide(context.Background(), loaded(t, &listed{events: []event.Event{a, b}}), false, ByUser, 0.2)
	if err != nil {
		t.Fatal(err)
	}
	if p := v.itemProfiles()[0]; p.Amount != math.MaxInt64 {
		t.Errorf("amount is %d", p.Amount)
	}
}

func TestDivideStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := divide(ctx, loaded(t, &listed{events: []event.Event{view("u", "i", 1)}}), false, ByUser, 0.2); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}
