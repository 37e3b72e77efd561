package profile

import (
	"math/rand/v2"
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

func TestInterests(t *testing.T) {
	topics := NewTopics([]event.Item{
		{Category: "art", Tags: []string{"ink", "oil", "ink", ""}},
		{Category: "law", Tags: []string{"oil"}},
		{},
		{Category: "zoo", Tags: []string{"bear"}},
	})
	const day, now = event.Day, 1000 * event.Day
	var u User
	u.Fold(0, &event.Event{Type: event.View, TS: now - 10*day})
	u.Fold(1, &event.Event{Type: event.View, TS: now})
	u.Fold(2, &event.Event{Type: event.View, TS: now})
	u.Fold(3, &event.Event{Type: event.Dismiss, TS: now})
	u.Fold(4, &event.Event{Type: event.View, TS: now}) // past the catalogue
	s, o := DefaultStrength(), DefaultOptions()
	o.CategoryHalfLifeDays, o.TagHalfLifeDays = 10, 5
	want := Interests{
		Categories: []Interest{{"law", 1}, {"art", 0.5}},
		Tags:       []Interest{{"oil", 1.25}, {"ink", 0.25}},
	}
	if diff := cmp.Diff(want, topics.Interests(&u, now, &s, &o)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	o.CategoryHalfLifeDays, o.TagHalfLifeDays = 0, 0
	want = Interests{Categories: []Interest{{"art", 1}, {"law", 1}}, Tags: []Interest{{"oil", 2}, {"ink", 1}}}
	if diff := cmp.Diff(want, topics.Interests(&u, now, &s, &o)); diff != "" {
		t.Errorf("without fading (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Interests{}, topics.Interests(&User{}, now, &s, &o)); diff != "" {
		t.Errorf("of nobody: %s", diff)
	}
}

func TestInterestsDoNotDependOnTheOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	cat := make([]event.Item, 30)
	for i := range cat {
		cat[i].Category = string(rune('a' + r.IntN(4)))
		cat[i].Tags = []string{string(rune('a' + r.IntN(9))), string(rune('a' + r.IntN(9)))}
	}
	topics, s, o := NewTopics(cat), DefaultStrength(), DefaultOptions()
	for range 50 {
		index, events := randomEvents(r, 100, len(cat))
		whole := foldAll(index, events)
		var parts [3]User
		for _, i := range r.Perm(len(events)) {
			parts[r.IntN(3)].Fold(index[i], &events[i])
		}
		merged := mergedTree(r, parts[:], (*User).Merge)
		asOf := event.Time(4000 * 60_000)
		if diff := cmp.Diff(topics.Interests(&whole, asOf, &s, &o), topics.Interests(&merged, asOf, &s, &o)); diff != "" {
			t.Fatalf("(-whole +merged):\n%s", diff)
		}
	}
}
