package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/clean"
	"curio/datasets/event"
	"curio/datasets/eventlog"
	"curio/serve/intake"
)

// TestTrainReadsIntake: what serve takes in is a data set that train reads, with
// the tables beside it, while serve goes on writing: every event once, as it was
// sent, and no row is rejected.
func TestTrainReadsIntake(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"items.jsonl": `{"item_id":"i1","title":"One","category":"c","price":19.99,"currency":"EUR"}` + "\n" + `{"item_id":"<i2>"}` + "\n",
		"users.csv":   "user_id,age\nu1,30\nü 2,\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Date(2026, 11, 1, 12, 0, 0, 7_000_000, time.UTC)
	made := 0
	o := intake.Options{
		Clock: func() time.Time { return now },
		NewID: func() string { made++; return fmt.Sprint("made-", made) },
	}
	sent := []event.Event{
		{ID: "a", TS: 1_700_000_000_001, UserID: "u1", ItemID: "i1", Type: event.Purchase, Amount: 1999, Currency: "EUR", Plan: "single", Channel: "app", Has: event.HasAmount},
		{TS: 1_700_000_000_002, UserID: "ü 2", ItemID: "<i2>", Type: event.Watch, Watched: 90_050, Has: event.HasWatched},
		{ID: `"\`, UserID: "u1", ItemID: "i1", Type: event.Rating, Rating: 450, Has: event.HasRating},
		{ID: "s", UserID: "u1", Type: event.Search, Plan: "a\tb\nc\u2028"},
		{ID: "p", TS: 1, UserID: "u1", ItemID: "i1", Type: event.Progress, Progress: 3333, Has: event.HasProgress},
		{ID: strings.Repeat("x", 256), UserID: "u1", ItemID: "i1", Type: event.Refund, Amount: math.MaxInt64, Currency: "JPY", Has: event.HasAmount},
		{ID: "far", TS: 253402300799999, UserID: "u1", ItemID: "i1", Type: event.Dismiss},
	}
	for k := event.Type(1); int(k) < event.Types; k++ {
		sent = append(sent, event.Event{ID: k.String(), UserID: "u1", ItemID: "i1", Type: k, Rating: 100, Has: event.HasRating | event.HasProgress | event.HasWatched})
	}
	open := func() *intake.Log {
		l, err := intake.Open(t.Context(), dir, o)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := open()
	for half := range slices.Chunk(sent, len(sent)/2) {
		if _, err := l.Append(t.Context(), half); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		l = open()
	}
	defer l.Close(t.Context())
	for range 2 { // the second time everything but what had no id is a duplicate
		for i, e := range sent {
			results, err := l.Append(t.Context(), []event.Event{e})
			if err != nil || !results[0].Accepted() || (e.ID != "") != (results[0].Code != "") {
				t.Fatalf("event %d again: %+v, %v", i, results, err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "events", ".torn-000000000001-20261101T120000Z.jsonl-0"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}

	logs, err := eventlog.Open(t.Context(), dir, eventlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := clean.New(logs, clean.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reject := func(r event.Reject) { t.Errorf("rejected: %+v", r) }
	catalogue, err := s.Catalogue(t.Context(), reject)
	if err != nil || len(catalogue.Items) != 2 || len(catalogue.Users) != 2 {
		t.Fatalf("catalogue = %+v, %v", catalogue, err)
	}
	var want, got []event.Event
	for i, e := range sent {
		if i == 1 {
			e.ID = "made-1"
		}
		e.ReceivedAt = event.Time(now.UnixMilli())
		if e.TS == 0 {
			e.TS = e.ReceivedAt
		}
		want = append(want, e)
	}
	for _, id := range []string{"made-2", "made-3"} {
		e := want[1]
		e.ID = id
		want = append(want, e)
	}
	err = event.Each(t.Context(), s, reject, func(e *event.Event, _ event.Part, _ event.Place) error {
		c := *e
		for _, text := range []*string{&c.ID, &c.UserID, &c.ItemID, &c.Currency, &c.Plan, &c.Channel} {
			*text = strings.Clone(*text)
		}
		got = append(got, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if notes := logs.Notes(); len(notes) != 0 {
		t.Errorf("noted: %v", notes)
	}
}
