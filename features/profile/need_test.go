package profile

import (
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

func TestNeeds(t *testing.T) {
	const day, now = event.Day, 1000 * event.Day
	o := DefaultOptions()
	o.NeedDays = 10
	progress := func(at event.Time, reached int32) event.Event {
		return event.Event{Type: event.Progress, TS: at, Has: event.HasProgress, Progress: reached}
	}
	log := []struct {
		item int32
		e    event.Event
	}{
		{0, progress(now-day, 3000)},
		{1, progress(now-2*day, FullProgress)}, // finished
		{2, progress(now-10*day, 100)},         // as old as may be
		{3, progress(now-10*day-1, 100)},       // too old
		{4, progress(0, 9999)},                 // at an unknown time
		{5, progress(now, 100)},
		{5, event.Event{Type: event.Dismiss, TS: now}},
		{6, progress(now, 100)},
		{6, event.Event{Type: event.Purchase, TS: now}},
		{6, event.Event{Type: event.Refund, TS: now}},
		{7, progress(now, 100)}, // bought again
		{7, event.Event{Type: event.Purchase, TS: now}},
		{7, event.Event{Type: event.Refund, TS: now}},
		{7, event.Event{Type: event.Purchase, TS: now}},
		{8, progress(now, 100)}, // unavailable
		{9, event.Event{Type: event.Search, TS: now - day}},
		{10, event.Event{Type: event.Search, TS: now}},
		{11, event.Event{Type: event.Search, TS: now - day}}, // searched for and begun
		{11, progress(now-day, 1)},
		{12, event.Event{Type: event.View, TS: now}}, // neither
		{-1, event.Event{Type: event.Search, TS: now}},
	}
	var u User
	for i := range log {
		u.Fold(log[i].item, &log[i].e)
	}
	cat := make([]event.Item, 9)
	cat[8].Unavailable = true
	want := Needs{
		Searches: 4,
		Unfinished: []Need{
			{7, 100, now}, {0, 3000, now - day}, {11, 1, now - day}, {2, 100, now - 10*day}, {4, 9999, 0},
		},
		Sought: []Need{{10, 0, now}, {9, 0, now - day}},
	}
	if diff := cmp.Diff(want, u.Needs(cat, now, &o)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	items := func(n Needs) (list []int32) {
		for _, need := range n.Unfinished {
			list = append(list, need.Item)
		}
		return list
	}
	if diff := cmp.Diff([]int32{7, 8, 0, 11, 2, 4}, items(u.Needs(nil, now, &o))); diff != "" {
		t.Errorf("without a catalogue (-want +got):\n%s", diff)
	}
	all := []int32{7, 0, 11, 2, 3, 4}
	if diff := cmp.Diff(all, items(u.Needs(cat, 0, &o))); diff != "" {
		t.Errorf("at no time (-want +got):\n%s", diff)
	}
	o.NeedDays = 0
	if diff := cmp.Diff(all, items(u.Needs(cat, now, &o))); diff != "" {
		t.Errorf("for ever (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Needs{}, new(User).Needs(cat, now, &o)); diff != "" {
		t.Errorf("of nobody: %s", diff)
	}
}
