package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"curio/datasets/event"
	"curio/datasets/eventlog"
	"curio/serve/client"
)

// What was told counts at once, is on disk when it is answered, and is what training
// reads.
func TestEventsCountAtOnceAndAreKept(t *testing.T) {
	dir := t.TempDir()
	s, shelf, _ := shelved(t, "--event-log", dir)
	c, ctx := s.asking(t, ""), t.Context()
	before, err := c.RecommendUser(ctx, "guest", client.RecommendUserQuery{})
	if err != nil || before.Strategy != "fallback" {
		t.Fatal(before, err)
	}
	at := time.Now().Add(-time.Minute).Truncate(time.Millisecond)
	events := []client.ReportEvent{
		{EventID: "e1", UserID: "guest", ItemID: "law-02", Type: "complete", TS: at},
		{EventID: "e2", UserID: "guest", ItemID: "law-03", Type: "purchase", Amount: new(12.5), Currency: "EUR", Plan: "single", Channel: "app", TS: at},
		{EventID: "e3", UserID: "guest", ItemID: "law-04", Type: "progress", Progress: new(0.0), Seconds: new(90.0), TS: at},
		{EventID: "e4", UserID: "other", Type: "search", TS: at},
	}
	told, err := c.ReportEvents(ctx, &client.ReportBody{Events: events})
	if err != nil || told.Accepted != 4 || told.Duplicates != 0 || len(told.Rejected) != 0 {
		t.Fatal(told, err)
	}
	after, err := c.RecommendUser(ctx, "guest", client.RecommendUserQuery{N: 20})
	if err != nil || after.Strategy != "session" || after.Items[0].Category != "law" {
		t.Fatal(after, err)
	}
	for _, item := range after.Items {
		if slices.Contains([]string{"law-02", "law-03", "law-04"}, item.ItemID) {
			t.Errorf("%s is shown", item.ItemID)
		}
	}
	events[0].ItemID = "law-05"
	again, err := c.ReportEvents(ctx, &client.ReportBody{Events: events})
	if err != nil || again.Accepted != 3 || again.Duplicates != 3 || len(again.Rejected) != 1 || again.Rejected[0].Code != "duplicate_conflict" || again.Rejected[0].Line != 1 {
		t.Error(again, err)
	}
	if got := readLog(t, dir); len(got) != 4 {
		t.Errorf("%d events while it runs", len(got))
	}
	if code := s.stop(); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	ms := event.Time(at.UnixMilli())
	want := []event.Event{
		{ID: "e1", UserID: "guest", ItemID: "law-02", Type: event.Complete, TS: ms},
		{ID: "e2", UserID: "guest", ItemID: "law-03", Type: event.Purchase, TS: ms, Amount: 1250, Currency: "EUR", Plan: "single", Channel: "app", Has: event.HasAmount},
		{ID: "e3", UserID: "guest", ItemID: "law-04", Type: event.Progress, TS: ms, Watched: 90_000, Has: event.HasProgress | event.HasWatched},
		{ID: "e4", UserID: "other", Type: event.Search, TS: ms},
	}
	if diff := cmp.Diff(want, readLog(t, dir)); diff != "" {
		t.Error(diff)
	}
	// The next server knows them, too.
	next := launch(t, "--event-log", dir, "--store", shelf.dir)
	c = next.asking(t, "")
	until(t, "ready", func() bool { _, err := c.IsReady(ctx); return err == nil })
	if a, err := c.RecommendUser(ctx, "guest", client.RecommendUserQuery{}); err != nil || a.Strategy != "session" {
		t.Error(a, err)
	}
	if again, err = c.ReportEvents(ctx, &client.ReportBody{Events: events[1:]}); err != nil || again.Duplicates != 3 {
		t.Error(again, err)
	}
}

// readLog reads events as training does, in the order of their ids, without the time of
// receipt.
func readLog(t *testing.T, dir string) []event.Event {
	t.Helper()
	source, err := eventlog.Open(t.Context(), dir, eventlog.Options{Now: event.Time(time.Now().UnixMilli())})
	if err != nil {
		t.Fatal(err)
	}
	var events []event.Event
	keep := func(e *event.Event, _ event.Part, _ event.Place) error {
		one := *e
		one.ID, one.UserID, one.ItemID = strings.Clone(e.ID), strings.Clone(e.UserID), strings.Clone(e.ItemID)
		one.Currency, one.Plan, one.Channel, one.ReceivedAt = strings.Clone(e.Currency), strings.Clone(e.Plan), strings.Clone(e.Channel), 0
		events = append(events, one)
		return nil
	}
	if err := event.Each(t.Context(), source, func(r event.Reject) { t.Errorf("rejected: %+v", r) }, keep); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(events, func(a, b event.Event) int { return strings.Compare(a.ID, b.ID) })
	return events
}
