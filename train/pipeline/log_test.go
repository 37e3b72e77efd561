package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"curio/datasets/census"
	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/features/profile"
)

// listed is a source made of slices.
type listed struct {
	fixed     bool
	catalogue event.Catalogue
	events    []event.Event
	parts     []event.Part
	rejected  int // rows
	err       error
}

func (s *listed) Fixed() bool { return s.fixed }

func (s *listed) Catalogue(context.Context, func(event.Reject)) (*event.Catalogue, error) {
	c := s.catalogue
	return &c, nil
}

func (s *listed) Files() []string { return nil }

func (s *listed) Events(_ context.Context, _ int, reject func(event.Reject), open func() event.Sink) error {
	for range s.rejected {
		reject(event.Reject{Code: code.TSMissing})
	}
	sink := open()
	for i := range s.events {
		e := s.events[i]
		part := event.Train
		if s.parts != nil {
			part = s.parts[i]
		}
		if err := sink(&e, part, event.PlaceOf(0, i+1)); err != nil {
			return err
		}
	}
	return s.err
}

// reading is the configuration that most tests read with.
func reading(s event.Source) *Config {
	return &Config{Source: s, Split: ByUser, Holdout: 0.2, Workers: 2, Census: census.Default(), Profiles: profile.DefaultOptions()}
}

func loaded(t *testing.T, c *Config) *log {
	t.Helper()
	l, err := read(t.Context(), c, func(event.Reject) {}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	return l
}

func divided(t *testing.T, c *Config) (*log, *views) {
	t.Helper()
	l := loaded(t, c)
	v, err := divide(t.Context(), l, *c, false)
	if err != nil {
		t.Fatal(err)
	}
	return l, v
}

func view(user, item string, day int) event.Event {
	return event.Event{UserID: user, ItemID: item, Type: event.View, TS: event.Time(day) * event.Day}
}

func TestReadIndexesEverybody(t *testing.T) {
	l, v := divided(t, reading(&listed{
		catalogue: event.Catalogue{
			Users: []event.User{{ID: "b", Age: 40}, {ID: "idle"}},
			Items: []event.Item{{ID: "y", Category: "art"}},
		},
		events: []event.Event{view("b", "y", 1), view("a", "x", 2), {UserID: "a", Type: event.Search}},
	}))
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
	for u, want := range [][]int32{{0}, {1}, nil} {
		if diff := cmp.Diff(want, touched(&v.train[u]), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("items of user %d:\n%s", u, diff)
		}
	}
	if v.train[0].Events != 2 || v.train[0].Interaction.Searches != 1 {
		t.Errorf("user a is %+v", v.train[0])
	}
}

func TestReadWithoutCatalogueListsAll(t *testing.T) {
	l := loaded(t, reading(&listed{events: []event.Event{view("a", "x", 1)}}))
	if l.catalogue[0].Unlisted {
		t.Error("an item is unlisted though the source lists none")
	}
}

func TestReadPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	_, err := read(t.Context(), reading(&listed{err: broken}), func(event.Reject) {}, nil)
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

func TestDivideByUser(t *testing.T) {
	s := &listed{}
	for day := 1; day <= 10; day++ {
		s.events = append(s.events, view("u", fmt.Sprint("i", day), day))
	}
	s.events = append(s.events, view("u", "i1", 10), view("few", "i1", 3))
	l, v := divided(t, reading(s))
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
	for spare, want := range map[bool]int{false: 2, true: 1} {
		divideFixed(t, spare, want)
	}
}

// divideFixed divides a split with a validation side, spared or not, and wants so
// many items in the published profile.
func divideFixed(t *testing.T, spare bool, want int) {
	t.Helper()
	c := reading(&listed{
		fixed: true,
		events: []event.Event{
			{UserID: "u", ItemID: "a", Type: event.View}, {UserID: "u", ItemID: "b", Type: event.View},
			{UserID: "u", ItemID: "c", Type: event.View},
		},
		parts: []event.Part{event.Train, event.Test, event.Validation},
	})
	c.SpareValidation = spare
	l, v := divided(t, c)
	strength := profile.DefaultStrength()
	b, _ := l.items.Index("b")
	if got := truth(&v.train[0], &v.held[0], &strength); !cmp.Equal(got, []int32{b}) {
		t.Errorf("items to predict are %v, want the test item %d alone", got, b)
	}
	v.now()
	if got := len(v.train[0].Touches); got != want {
		t.Errorf("spared %v: the published profile has %d items, want %d", spare, got, want)
	}
}

func TestDivideUnknownSplit(t *testing.T) {
	c := reading(&listed{events: []event.Event{view("u", "i", 1)}})
	c.Split = "moon"
	if _, err := read(t.Context(), c, func(event.Reject) {}, nil); err == nil {
		t.Error("a split of no kind was accepted")
	}
}

func TestItemProfilesCountMoney(t *testing.T) {
	_, v := divided(t, reading(&listed{events: []event.Event{
		{UserID: "a", ItemID: "i", Type: event.Purchase, Has: event.HasAmount, Amount: 500, TS: 1},
		{UserID: "b", ItemID: "i", Type: event.Purchase, Has: event.HasAmount, Amount: 700, TS: 2},
	}}))
	if p := v.itemProfiles()[0]; p.Amount != 1200 || p.Users != 2 || p.Purchases != 2 {
		t.Errorf("item profile is %+v", p)
	}
}

// Sums of money saturate, as every sum of a profile does.
func TestItemProfilesBearAnyAmount(t *testing.T) {
	huge := event.Event{ItemID: "i", Type: event.Purchase, Has: event.HasAmount, Amount: math.MaxInt64 - 1}
	a, b := huge, huge
	a.UserID, b.UserID = "a", "b"
	_, v := divided(t, reading(&listed{events: []event.Event{a, b}}))
	if p := v.itemProfiles()[0]; p.Amount != math.MaxInt64 {
		t.Errorf("amount is %d", p.Amount)
	}
}

func TestDivideStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := reading(&listed{events: []event.Event{view("u", "i", 1)}})
	if _, err := divide(ctx, loaded(t, c), *c, false); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

// What happened before the cut and was learned after it is in neither view, and in
// the profile by the end of the log.
func TestDivideKeepsLateEventsOut(t *testing.T) {
	s := &listed{}
	for day := 1; day <= 10; day++ {
		s.events = append(s.events, view("u", fmt.Sprint("i", day), day))
	}
	s.events[3].ReceivedAt = 20 * event.Day
	s.events[4].ReceivedAt = 5*event.Day + 1
	l, v := divided(t, reading(s))
	late, _ := l.items.Index("i4")
	if v.train[0].Touch(late) != nil || v.held[0].Touch(late) != nil || len(v.train[0].Touches) != 7 {
		t.Errorf("to learn from: %v, held out: %v, want i4 in neither", touched(&v.train[0]), touched(&v.held[0]))
	}
	v.now()
	if v.train[0].Touch(late) == nil || v.train[0].Events != 10 {
		t.Errorf("%d events by the end, want 10", v.train[0].Events)
	}
}

func TestReadingBoundsRejects(t *testing.T) {
	s := &listed{events: []event.Event{view("u", "i", 1), view("u", "j", 2), view("u", "j", 2)}, rejected: 2}
	c := *reading(s)
	c.ReadOnly = true
	o := quiet()
	var r Reading
	o.Inspect = func(got Reading) error { r = got; return nil }
	if _, err := Run(t.Context(), c, o); err != nil {
		t.Fatal(err)
	}
	for most, ok := range map[float64]bool{0: false, 0.49: false, 0.5: true, 1: true} { // 2 of 4: duplicates do not count
		if err := r.Check(most, false); (err == nil) != ok || err != nil && !BadData(err) {
			t.Errorf("at most %v: %v", most, err)
		}
	}
}

func TestReadingBoundsDamage(t *testing.T) {
	r := Reading{Damaged: 1}
	r.Dataset.Events = 1000
	if err := r.Check(1, false); !BadData(err) || !strings.Contains(err.Error(), "1 files") {
		t.Errorf("a damaged file: %v", err)
	}
	if err := r.Check(0, true); err != nil {
		t.Errorf("a damaged file that is allowed: %v", err)
	}
}

func TestInspectionEndsARun(t *testing.T) {
	c, stop := reading(&listed{events: []event.Event{view("u", "i", 1)}}), errors.New("stop")
	o := quiet()
	o.Inspect = func(Reading) error { return stop }
	if _, err := Run(t.Context(), *c, o); !errors.Is(err, stop) {
		t.Errorf("error %v, want that of the inspection", err)
	}
}
