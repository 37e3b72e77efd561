package clean

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
)

// tape is a source of given events in blocks that any worker may take.
type tape struct {
	catalogue event.Catalogue
	files     []string
	events    []event.Event
	places    []event.Place
	block     int
	readings  int // of events
	broken    error
}

func (t *tape) Fixed() bool     { return true }
func (t *tape) Files() []string { return t.files }
func (t *tape) Notes() map[string]int {
	return map[string]int{"readings": t.readings}
}

func (t *tape) Catalogue(context.Context, func(event.Reject)) (*event.Catalogue, error) {
	return &t.catalogue, t.broken
}

func (t *tape) Events(ctx context.Context, workers int, reject func(event.Reject), open func() event.Sink) error {
	t.readings++
	if reject != nil {
		reject(event.Reject{File: "inner", Line: 1, Code: "json_invalid"})
	}
	var mu sync.Mutex // guards next
	next := 0
	take := func() (from, to int) {
		mu.Lock()
		defer mu.Unlock()
		from = next
		next = min(next+t.block, len(t.events))
		return from, next
	}
	var group errgroup.Group
	for range workers {
		sink := open()
		group.Go(func() error {
			for from, to := take(); from < to; from, to = take() {
				for i := from; i < to; i++ {
					e := t.events[i]
					texts := [][]byte{[]byte(e.ItemID), []byte(e.Currency)}
					e.ItemID, e.Currency = view(texts[0]), view(texts[1])
					if err := sink(&e, event.Train, t.places[i]); err != nil {
						return err
					}
					clear(texts[0]) // texts are valid during the call only
					clear(texts[1])
				}
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// tapeOf gives each event a line of its own, two lines a file.
func tapeOf(c event.Catalogue, events ...event.Event) *tape {
	t := &tape{catalogue: c, files: []string{"a", "b"}, events: events, block: 3}
	for i := range events {
		t.places = append(t.places, event.PlaceOf(i*2/max(1, len(events)), i+1))
	}
	return t
}

// read returns what a source gives, as texts.
func read(t testing.TB, s event.Source, workers int) (events, rejects []string) {
	t.Helper()
	var mu sync.Mutex // guards events
	err := s.Events(t.Context(), workers, func(r event.Reject) {
		if r.File != "inner" {
			rejects = append(rejects, fmt.Sprintf("%s:%d %s %s %s: %s", r.File, r.Line, r.Code, r.Field, r.Value, r.Message))
		}
	}, func() event.Sink {
		return func(e *event.Event, _ event.Part, at event.Place) error {
			mu.Lock()
			defer mu.Unlock()
			events = append(events, fmt.Sprintf("%d %s %s %d%s", at.Line(), e.UserID, e.ItemID, e.Amount, e.Currency))
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return events, rejects
}

func wrap(t testing.TB, src event.Source, o Options) *Source {
	t.Helper()
	s, err := New(src, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s:\n%s", what, d)
	}
}

func watched(item string, ms int64) event.Event {
	return event.Event{UserID: "u", ItemID: item, Type: event.Watch, Has: event.HasWatched, Watched: ms}
}

func paid(amount int64, currency string) event.Event {
	return event.Event{UserID: "u", ItemID: "i", Type: event.Purchase, Has: event.HasAmount, Amount: amount, Currency: currency}
}

var shelfOf2 = event.Catalogue{Items: []event.Item{{ID: "short", Duration: 1000}, {ID: "open"}}}

func TestWatchedLongerThanTheItem(t *testing.T) {
	all := []event.Event{
		watched("short", 3999), watched("short", 4000), watched("short", 4001), watched("open", 1<<62), watched("none", 1<<62),
		{UserID: "u", ItemID: "short", Type: event.View, Watched: 1 << 62}, {UserID: "4.002", ItemID: "short", Has: event.HasWatched, Watched: 4002},
	}
	s := wrap(t, tapeOf(shelfOf2, all...), Default())
	events, rejects := read(t, s, 1)
	diff(t, "rejects", []string{
		"a:3 seconds_longer_than_item seconds 4.001: longer than the item it is of",
		"b:7 seconds_longer_than_item seconds : longer than the item it is of",
	}, rejects)
	if len(events) != 5 {
		t.Errorf("accepted %q", events)
	}
	for factor, want := range map[float64]int{0: 0, 1: 4, 1.5: 4, 3.999: 3, 4.002: 0, maxFactor: 0} {
		if _, rejects := read(t, wrap(t, tapeOf(shelfOf2, all...), Options{MaxWatch: factor}), 2); len(rejects) != want {
			t.Errorf("factor %v: %q, want %d", factor, rejects, want)
		}
	}
	endless := event.Catalogue{Items: []event.Item{{ID: "short", Duration: 1 << 62}}}
	if _, rejects := read(t, wrap(t, tapeOf(endless, watched("short", 1<<63-1)), Default()), 1); rejects != nil {
		t.Errorf("a limit past the range rejects %q", rejects)
	}
}

func TestUnknownItems(t *testing.T) {
	c := event.Catalogue{Items: []event.Item{{ID: "named", Unlisted: true, Duration: 5}, {ID: "known", Duration: 1000}}}
	events := []event.Event{
		watched("known", 1), watched("named", 1), watched("new", 1), {UserID: "u", Type: event.Search}, watched("known", 4001),
		{UserID: "new", ItemID: "new", Type: event.View}, {UserID: "u", ItemID: strings.Repeat("é", 40), Type: event.View},
	}
	refuse := Options{MaxWatch: 4, UnknownItems: Refuse}
	s := wrap(t, tapeOf(c, events...), refuse)
	accepted, rejects := read(t, s, 1)
	diff(t, "accepted", []string{"1 u known 0", "4 u  0"}, accepted)
	diff(t, "rejects", []string{
		"a:2 item_unknown item_id named: the catalogue lists no such item", "a:3 item_unknown item_id new: the catalogue lists no such item",
		"b:5 seconds_longer_than_item seconds 4.001: longer than the item it is of",
		"b:6 item_unknown item_id : the catalogue lists no such item",
		"b:7 item_unknown item_id " + strings.Repeat("é", 32) + ": the catalogue lists no such item",
	}, rejects)
	cleaned, err := s.Catalogue(t.Context(), nil)
	if err != nil || len(cleaned.Items) != 1 {
		t.Errorf("items %v and %v, want the listed one", cleaned, err)
	}
	for name, without := range map[string]event.Catalogue{"NoItems": {}, "NoneListed": {Items: []event.Item{{ID: "named", Unlisted: true}}}} {
		s := wrap(t, tapeOf(without, events...), refuse)
		if accepted, rejects := read(t, s, 1); len(accepted) != len(events) || rejects != nil {
			t.Errorf("%s: rejects %q where the source lists nothing", name, rejects)
		}
		if cleaned, err := s.Catalogue(t.Context(), nil); err != nil || len(cleaned.Items) != len(without.Items) {
			t.Errorf("%s: items %v and %v", name, cleaned, err)
		}
	}
	for _, keep := range []string{"", Keep} {
		if accepted, _ := read(t, wrap(t, tapeOf(c, events...), Options{UnknownItems: keep}), 1); len(accepted) != len(events) {
			t.Errorf("%q drops events", keep)
		}
	}
}

func TestCurrencies(t *testing.T) {
	o := Options{Currency: Currency{Base: "eur", Rates: map[string]Rate{"USD": "0.5", "jpy": "0.0061", "KWD": "3"}}}
	view := event.Event{UserID: "u", ItemID: "i", Type: event.View, Currency: "GBP"}
	s := wrap(t, tapeOf(event.Catalogue{}, paid(100, "EUR"), paid(101, "USD"), paid(103, "USD"), paid(1000, "JPY"), paid(5, "KWD"),
		paid(1, "GBP"), paid(0, "GBP"), paid(0, ""), paid(7, ""), paid(1<<63-1, "KWD"), paid(1<<63-1, "USD"), paid(1<<63-1, "JPY"), view), o)
	events, rejects := read(t, s, 1)
	diff(t, "events", []string{
		"1 u i 100EUR", "2 u i 50EUR", "3 u i 52EUR", "4 u i 610EUR", "5 u i 2EUR", "7 u i 0EUR", "8 u i 0EUR",
		"10 u i 2767011611056432742EUR", "11 u i 4611686018427387904EUR", "12 u i 5626256942481413242EUR", "13 u i 0GBP",
	}, events)
	const noRate = ": no rate is configured for the currency"
	diff(t, "rejects", []string{"a:6 currency_unknown currency GBP" + noRate, "b:9 currency_unknown currency " + noRate}, rejects)
	if n := s.Notes()["amounts_converted"]; n != 8 {
		t.Errorf("%d amounts converted, want 8", n)
	}
	yen := Options{Currency: Currency{Base: "JPY", Rates: map[string]Rate{"EUR": "164", "CLF": "1000000000000", "KRW": "4"}}}
	events, rejects = read(t, wrap(t, tapeOf(event.Catalogue{}, paid(1, "EUR"), paid(2, "EUR"), paid(100_000_000_000, "CLF"), paid(1<<62, "CLF"), paid(1<<62, "KRW")), yen), 1)
	diff(t, "yen", []string{"1 u i 2JPY", "2 u i 3JPY"}, events)
	diff(t, "past the range", []string{
		"a:3 number_range amount 100000000000: larger than the field can hold", "b:4 number_range amount 4611686018427387904: larger than the field can hold",
		"b:5 number_range amount 4611686018427387904: larger than the field can hold",
	}, rejects)
}

func TestSeveralCurrenciesAreNoted(t *testing.T) {
	src := tapeOf(event.Catalogue{}, paid(1, "EUR"), paid(1, "USD"), paid(1, "EUR"), paid(1, "JPY"), paid(1, "EUR"), paid(0, ""))
	for _, workers := range []int{1, 4} {
		s := wrap(t, src, Options{})
		if events, rejects := read(t, s, workers); len(events) != 6 || rejects != nil {
			t.Errorf("events %q, rejects %q", events, rejects)
		}
		diff(t, "notes", map[string]int{"readings": src.readings, "currencies": 3, "events_other_currency": 2}, s.Notes())
	}
	var a, b tally
	a.in("EUR")
	a.in("USD")
	b.in("EUR")
	b.in("EUR")
	a.add(&b)
	diff(t, "sum", map[string]int{"EUR": 3, "USD": 1}, a.currencies)
	s := wrap(t, tapeOf(event.Catalogue{}, paid(1, "EUR"), paid(2, "EUR")), Options{})
	read(t, s, 1)
	diff(t, "notes of one currency", map[string]int{"readings": 1}, s.Notes())
}

// The same rejects come in the same order, however many workers read, and however
// many rejects there are.
func TestRejectsDoNotDependOnWorkers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var events []event.Event
	for range 5000 {
		events = append(events, watched([]string{"short", "open", "new"}[r.IntN(3)], r.Int64N(8000)))
	}
	src := tapeOf(shelfOf2, events...)
	for i := range src.places { // up to three events a line
		src.places[i] = event.PlaceOf(i/2500, i/3+1)
	}
	src.block = 30
	o := Options{MaxWatch: 4, UnknownItems: Refuse}
	wantEvents, want := read(t, wrap(t, src, o), 1)
	if len(want) < 1000 || len(wantEvents) < 1000 {
		t.Fatalf("%d rejects and %d events are too few to tell", len(want), len(wantEvents))
	}
	slices.Sort(wantEvents)
	for workers := 2; workers <= 8; workers *= 2 {
		gotEvents, got := read(t, wrap(t, src, o), workers)
		slices.Sort(gotEvents)
		if !slices.Equal(want, got) || !slices.Equal(wantEvents, gotEvents) {
			t.Errorf("%d workers: %s", workers, cmp.Diff(want, got))
		}
	}
}

// many is a source that gives n events of an unknown item.
type many struct {
	tape
	n int
}

func (m *many) Events(_ context.Context, workers int, _ func(event.Reject), open func() event.Sink) error {
	m.readings++
	sinks := make([]event.Sink, workers)
	for i := range sinks {
		sinks[i] = open()
	}
	e := event.Event{UserID: "u", ItemID: "new", Type: event.View}
	for i := range m.n {
		if err := sinks[i%workers](&e, event.Train, event.PlaceOf(0, i+1)); err != nil {
			return err
		}
	}
	return nil
}

func TestManyRejects(t *testing.T) {
	for n, readings := range map[int]int{MaxHeld - 1: 1, MaxHeld: 1, MaxHeld + 1: 2, 2*MaxHeld + 1: 2} {
		src := &many{tape{catalogue: shelfOf2, files: []string{"a"}}, n}
		s := wrap(t, src, Options{UnknownItems: Refuse})
		lines := 0
		err := s.Events(t.Context(), 3, func(r event.Reject) {
			if lines++; r.Line != lines || r.Value != "new" {
				t.Fatalf("reject %d: %+v", lines, r)
			}
		}, func() event.Sink { return func(*event.Event, event.Part, event.Place) error { return nil } })
		if err != nil || lines != n || src.readings != readings {
			t.Errorf("%d rejects out of %d in %d readings, want %d: %v", lines, n, src.readings, readings, err)
		}
		if err := s.Events(t.Context(), 1, nil, func() event.Sink { return nil }); err != nil || src.readings != readings+1 {
			t.Errorf("without anybody to tell: %d readings, %v", src.readings, err)
		}
	}
}

func TestErrorsPass(t *testing.T) {
	enough := errors.New("enough")
	s := wrap(t, tapeOf(shelfOf2, watched("open", 1)), Default())
	if err := event.Each(t.Context(), s, nil, func(*event.Event, event.Part, event.Place) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("%v, want the error of the sink", err)
	}
	broken := &tape{broken: enough}
	if _, err := wrap(t, broken, Default()).Catalogue(t.Context(), nil); !errors.Is(err, enough) {
		t.Errorf("%v, want the error of the catalogue", err)
	}
	if err := event.Each(t.Context(), wrap(t, broken, Default()), nil, nil); !errors.Is(err, enough) {
		t.Errorf("%v, want the error of the catalogue that events need", err)
	}
	if err := event.Each(t.Context(), wrap(t, broken, Options{}), nil, func(*event.Event, event.Part, event.Place) error { return nil }); err != nil {
		t.Errorf("%v, though events need no catalogue", err)
	}
	if s.Fixed() != true || !slices.Equal(s.Files(), []string{"a", "b"}) {
		t.Error("not those of the source")
	}
}

// Without a table of items nothing can be unknown, and that is said.
func TestItemsNotChecked(t *testing.T) {
	for name, c := range map[string]struct {
		catalogue event.Catalogue
		want      int
	}{"NoItems": {event.Catalogue{}, 1}, "Items": {shelfOf2, 0}} {
		s := wrap(t, &tape{catalogue: c.catalogue}, Options{UnknownItems: Refuse})
		if _, err := s.Catalogue(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got := s.Notes()["items_not_checked"]; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
