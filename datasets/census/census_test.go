package census

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"curio/datasets/event"
	"curio/datasets/timeline"

	"github.com/google/go-cmp/cmp"
)

// noon is 2026-03-02 12:00 UTC, a Monday.
const noon event.Time = 1_772_452_800_000

// borrowed is a text that lasts as long as nobody writes to b.
func borrowed(b []byte) string { return unsafe.String(&b[0], len(b)) }

func small() []*timeline.User {
	return []*timeline.User{
		user("anna",
			event.Event{ID: "1", Type: event.View, ItemID: "go", Channel: "app"},
			event.Event{ID: "2", TS: noon, ReceivedAt: noon + 500, Type: event.View, ItemID: "go", Channel: "app"},
			event.Event{ID: "3", TS: noon + 1000, ReceivedAt: noon, Type: event.Watch, ItemID: "go", Channel: "web", Has: event.HasWatched, Watched: 90_000},
			event.Event{TS: noon + event.Day, Type: event.Watch, ItemID: "sql"},
			event.Event{TS: noon + event.Day, Type: event.Search, Channel: "app"},
		),
		user("ben",
			event.Event{TS: noon, Type: event.Purchase, ItemID: "go", Has: event.HasAmount, Amount: 1999, Currency: "EUR", Plan: "single"},
			event.Event{TS: noon, Type: event.Refund, ItemID: "go", Has: event.HasAmount, Amount: 300, Currency: "JPY"},
			event.Event{TS: noon, Type: event.Rating, ItemID: "go", Has: event.HasRating, Rating: 450},
			event.Event{TS: noon, Type: event.Progress, ItemID: "go", Has: event.HasProgress, Progress: 10_000},
		),
		user("nobody"),
	}
}

func TestReport(t *testing.T) {
	r := counted(Default(), small()).Report(Reading{
		Dataset:  "small",
		Rejected: map[string]int{"ts_future": 1, "duplicate": 4, "a": 1},
		Examples: []event.Reject{{Line: 1, Code: "duplicate"}, {Line: 2, Code: "duplicate"}, {Line: 3, Code: "ts_future"}, {Line: 4, Code: "duplicate"}, {Line: 5, Code: "duplicate"}},
		Notes:    map[string]int{"unknown columns": 2},
	})
	if r.Events != 9 || r.Users != 2 || r.Items != 2 || r.Pairs != 3 || r.Density != 0.75 || r.Timeless != 1 {
		t.Errorf("%d events, %d users, %d items, %d pairs, density %v, %d timeless", r.Events, r.Users, r.Items, r.Pairs, r.Density, r.Timeless)
	}
	var codes []string
	for _, c := range r.Rows.Codes {
		codes = append(codes, fmt.Sprint(c.Code, c.Rows, len(c.Examples)))
	}
	if d := cmp.Diff([]string{"duplicate4 3", "a1 0", "ts_future1 1"}, codes); d != "" {
		t.Errorf("codes: %s", d)
	}
	if r.Rows.Total != 15 || r.Rows.Accepted != 9 || r.Rows.Rejected != 6 || r.Rows.RejectedShare != 0.4 {
		t.Errorf("rows %+v", r.Rows)
	}
	if d := cmp.Diff(&Span{"2026-03-02T12:00:00.000Z", "2026-03-03T12:00:00.000Z", "2026-03-02", "2026-03-03"}, r.Time); d != "" {
		t.Errorf("time: %s", d)
	}
	if d := cmp.Diff(&Calendar{From: "2026-03-02", Days: 1, Events: []int64{6, 2}}, r.Calendar); d != "" {
		t.Errorf("calendar: %s", d)
	}
	if d := cmp.Diff([]Count{{"view", 2}, {"watch", 2}, {"progress", 1}, {"purchase", 1}, {"rating", 1}, {"refund", 1}, {"search", 1}}, r.Types.Values); d != "" {
		t.Errorf("types: %s", d)
	}
	if d := cmp.Diff([]Count{{"app", 3}, {"web", 1}}, r.Channels.Values); d != "" || r.Channels.Events != 4 {
		t.Errorf("channels: %s", d)
	}
	if d := cmp.Diff([]Count{{"EUR", 1}, {"JPY", 1}}, r.Currencies.Values); d != "" {
		t.Errorf("currencies: %s", d)
	}
	fields := make(map[string][3]int64)
	for _, f := range r.Fields {
		fields[f.Name] = [3]int64{f.Present, f.Expected, f.Missing}
	}
	if d := cmp.Diff(map[string][3]int64{
		"event_id": {3, 9, 6}, "ts": {8, 9, 1}, "received_at": {2, 9, 7}, "item_id": {8, 8, 0}, "seconds": {1, 2, 1},
		"progress": {1, 1, 0}, "rating": {1, 1, 0}, "amount": {2, 2, 0}, "currency": {2, 2, 0}, "plan": {1, 1, 0}, "channel": {4, 9, 5},
	}, fields); d != "" {
		t.Errorf("fields: %s", d)
	}
	numbers := make(map[string]string)
	for _, h := range r.Numbers {
		last := h.Bins[len(h.Bins)-1]
		numbers[h.Name] = fmt.Sprintf("%d of mean %.4v, last %v: %d", h.Count, h.Mean, last.From, last.Count)
	}
	if d := cmp.Diff(map[string]string{
		"events_per_user": "2 of mean 4.5, last 4: 2", "items_per_user": "2 of mean 1.5, last 2: 1", "events_per_item": "2 of mean 4, last 6: 1",
		"hour_of_day": "8 of mean 0, last 12: 8", "seconds": "1 of mean 90, last 64: 1", "progress": "1 of mean 1, last 1: 1",
		"rating": "1 of mean 4.5, last 4.5: 1", "lateness": "2 of mean 0, last 0: 1",
		"amount/EUR": "1 of mean 19.99, last 15.36: 1", "amount/JPY": "1 of mean 300, last 256: 1",
	}, numbers); d != "" {
		t.Errorf("numbers: %s", d)
	}
	if d := cmp.Diff([]Heavy{{"anna", 5, 2, 2}, {"ben", 4, 1, 1}}, r.Heavy); d != "" {
		t.Errorf("heavy: %s", d)
	}
}

// Users dealt to any number of accumulators in any order give the same bytes.
func TestMergeDoesNotDependOnOrder(t *testing.T) {
	all := slices.Concat(mustUsers(t)[:300], bots(1, 1), small())
	// More channels than are told apart.
	for i := range MaxCategories + 50 {
		all = append(all, user(fmt.Sprint("many-", i), event.Event{TS: noon, Type: event.View, Channel: fmt.Sprint("c", i), ItemID: "go"}))
	}
	var want string
	for round := range 8 {
		r := rand.New(rand.NewPCG(9, uint64(round)))
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		parts := make([]*Census, 1+round)
		for i := range parts {
			parts[i] = New(Default())
		}
		for _, u := range all {
			parts[r.IntN(len(parts))].Add(u)
		}
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		for len(parts) > 1 {
			at := r.IntN(len(parts) - 1)
			parts[at].Merge(parts[at+1])
			parts = slices.Delete(parts, at+1, at+2)
		}
		got := encoded(t, parts[0].Report(Reading{}))
		if want == "" {
			want = got
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("round %d: %s", round, d)
		}
		if again := encoded(t, parts[0].Report(Reading{})); again != got {
			t.Fatal("the second report of a census differs")
		}
	}
}

func TestManyChannelsAreNoCategory(t *testing.T) {
	for _, distinct := range []int{MaxCategories - 1, MaxCategories, MaxCategories + 1} {
		c := New(Default())
		for i := range distinct {
			c.Add(user(fmt.Sprint(i), event.Event{Type: event.View, Channel: fmt.Sprint(i)}, event.Event{Type: event.View, Channel: fmt.Sprint(i)}))
		}
		s := c.Report(Reading{}).Channels
		over := max(0, distinct-MaxCategories)
		if s.Many != (over > 0) || len(s.Values) != distinct-over || s.Other != 2*int64(over) || s.Events != 2*int64(distinct) {
			t.Errorf("%d channels: many %v, %d listed, %d other", distinct, s.Many, len(s.Values), s.Other)
		}
	}
}

func TestAddKeepsNothing(t *testing.T) {
	buffer := []byte("annago..appEURone")
	u := user(borrowed(buffer[:4]), event.Event{
		TS: noon, Type: event.Purchase, ItemID: borrowed(buffer[4:8]), Channel: borrowed(buffer[8:11]),
		Currency: borrowed(buffer[11:14]), Plan: borrowed(buffer[14:]), Has: event.HasAmount, Amount: 5,
	})
	c := New(Default())
	c.Add(u)
	want := encoded(t, c.Report(Reading{}))
	for i := range buffer {
		buffer[i] = '!'
	}
	if d := cmp.Diff(want, encoded(t, c.Report(Reading{}))); d != "" {
		t.Error(d)
	}
	c.Add(user("ben", event.Event{TS: noon, Type: event.View, ItemID: "go.."}))
	if r := c.Report(Reading{}); r.Items != 1 {
		t.Errorf("%d items", r.Items)
	}
}

func TestExtremes(t *testing.T) {
	c := New(Default())
	for i := range 3 {
		c.Add(user(fmt.Sprint(i),
			event.Event{TS: math.MinInt64, Type: 255, Has: 255, Watched: math.MinInt64, Amount: math.MinInt64, Progress: math.MinInt32, Rating: math.MinInt32},
			event.Event{TS: 1, Type: event.Watch, Has: 255, Watched: math.MaxInt64, Amount: math.MaxInt64, Progress: math.MaxInt32, Rating: math.MaxInt32, Currency: "???"},
			event.Event{TS: math.MaxInt64, ReceivedAt: 1, Type: event.View},
		))
	}
	r := c.Report(Reading{})
	if _, err := Read(reader(encoded(t, r))); err != nil {
		t.Error(err)
	}
	if r.Calendar == nil || len(r.Calendar.Events) > maxPeriods || r.Timeless != 3 {
		t.Errorf("%+v", r.Calendar)
	}
	everywhere(t, r)
}

func TestEmpty(t *testing.T) {
	r := New(Default()).Report(Reading{})
	if r.Events != 0 || r.Density != 0 || r.Time != nil {
		t.Errorf("%+v", r)
	}
	everywhere(t, r)
	if d := Compare(r, r, Default().Drift); d.Crossed != 0 {
		t.Errorf("%+v", d)
	}
}

func TestCalendarIsBounded(t *testing.T) {
	day := func(n int64) event.Event { return event.Event{TS: event.Time(n)*event.Day + 1, Type: event.View} }
	for _, c := range []struct {
		name string
		last int64 // day of the last event; the first is on Monday 1970-01-05
		days int
	}{
		{"one day", 4, 1},
		{"400 days", 4 + 398, 1},
		{"401 days", 4 + 400, 7},
		{"nine years", 4 + 9*365, 28},
		{"a century", 4 + 36_500, 364},
		{"all of history", lastDay, 36_400},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := counted(Default(), []*timeline.User{user("u", day(4), day(c.last))}).Report(Reading{}).Calendar
			if a.Days != c.days || len(a.Events) > maxPeriods || a.From != "1970-01-05" {
				t.Errorf("%d periods of %d days from %s, want %d days", len(a.Events), a.Days, a.From, c.days)
			}
			var n int64
			for _, events := range a.Events {
				n += events
			}
			if n != 2 {
				t.Errorf("%d events shown", n)
			}
		})
	}
	t.Run("outliers", func(t *testing.T) {
		events := []event.Event{day(1)}
		for i := range int64(1000) {
			events = append(events, day(20_000+i/10))
		}
		events = append(events, day(90_000), day(90_000))
		r := counted(Default(), []*timeline.User{user("u", events...)}).Report(Reading{})
		if a := r.Calendar; a.Days != 1 || a.Before != 1 || a.After != 2 || len(a.Events) != 100 {
			t.Errorf("%d periods of %d days, %d before, %d after", len(a.Events), a.Days, a.Before, a.After)
		}
	})
}
