package synth

import (
	"slices"
	"testing"

	"curio/datasets/event"
)

// story is what one user has done to one item so far.
type story struct {
	watched   int64
	progress  int32
	completed bool
	paid      int64
	plan      string
	bought    bool
	refunded  bool
}

// TestStoriesArePlausible follows every user through every item.
func TestStoriesArePlausible(t *testing.T) {
	p := mustNew(t, Default())
	items := map[string]event.Item{}
	for _, it := range catalogueOf(t, p).Items {
		items[it.ID] = it
	}
	percent := map[string]int64{"single": 100, "bundle": 80, "subscription": 50}
	type pair struct{ user, item string }
	stories := map[pair]*story{}
	members := map[string]bool{}
	for u := range p.options.Users {
		members[p.userID(u)] = p.persona(u, newStream(p.options.Seed)).member
	}
	var types [event.Types]int
	each(t, p, func(e *event.Event) {
		types[e.Type]++
		fail := func(what string) { t.Fatalf("%s: %+v", what, *e) }
		if e.ReceivedAt < e.TS || e.ReceivedAt >= End {
			fail("received at an odd time")
		}
		if !slices.Contains(channels[:], e.Channel) {
			fail("unknown channel")
		}
		if e.ItemID == "" {
			if e.Type != event.Search {
				fail("no item")
			}
			return
		}
		it, ok := items[e.ItemID]
		if !ok {
			fail("unknown item")
		}
		s := stories[pair{e.UserID, e.ItemID}]
		if s == nil {
			s = new(story)
			stories[pair{e.UserID, e.ItemID}] = s
			if e.Type != event.View && e.Type != event.Search {
				fail("a story does not begin like this")
			}
			if e.TS < it.PublishedAt {
				fail("not out yet")
			}
			if it.Unavailable && e.TS >= End-179*event.Day {
				fail("begun after it was withdrawn")
			}
			for _, need := range it.Prerequisites {
				if n := stories[pair{e.UserID, need}]; n == nil || !n.completed {
					fail("prerequisite " + need + " is not completed")
				}
			}
		}
		if s.refunded {
			fail("after a refund")
		}
		if want := fields[e.Type]; e.Has != want {
			fail("fields do not belong to the type")
		}
		switch e.Type {
		case event.Watch:
			if s.watched += e.Watched; e.Watched < 0 || e.Watched%1000 != 0 || s.watched > it.Duration {
				fail("watched more than there is")
			}
		case event.Progress:
			if it.Price > 0 && !s.bought && !members[e.UserID] {
				fail("goes on without having paid")
			}
			if e.Progress <= s.progress || e.Progress > 10_000 {
				fail("progress does not grow")
			}
			s.progress = e.Progress
		case event.Complete:
			if s.completed || s.progress != 10_000 {
				fail("complete without progress, or again")
			}
			s.completed = true
		case event.Rating:
			if e.Rating < 100 || e.Rating > 500 || e.Rating%50 != 0 {
				fail("no half stars")
			}
		case event.Purchase:
			if s.bought || e.Amount <= 0 || e.Amount != it.Price*percent[e.Plan]/100 || e.Currency != it.Currency {
				fail("wrong price, or bought again")
			}
			s.bought, s.paid, s.plan = true, e.Amount, e.Plan
		case event.Refund:
			if !s.bought || s.completed || e.Amount != s.paid || e.Plan != s.plan || e.Currency != it.Currency {
				fail("refund of something else")
			}
			s.refunded = true
		}
	})
	for ty := event.View; ty <= event.Dismiss; ty++ {
		if types[ty] < 200 {
			t.Errorf("%d events of type %s", types[ty], ty)
		}
	}
	if density := float64(len(stories)) / float64(len(items)*p.options.Users); density < 0.015 || density > 0.03 {
		t.Errorf("density %.4f", density)
	}
}

var fields = [event.Types]event.Has{
	event.Watch:    event.HasWatched,
	event.Progress: event.HasProgress,
	event.Rating:   event.HasRating,
	event.Purchase: event.HasAmount,
	event.Refund:   event.HasAmount,
}

func TestDaysAndWeeksHaveARhythm(t *testing.T) {
	p := mustNew(t, Default())
	var hours [24]int
	var days [7]int
	each(t, p, func(e *event.Event) {
		hours[e.TS%event.Day/hour]++
		days[(e.TS/event.Day+4)%7]++
	})
	if morning, evening := hours[5]+hours[6], hours[20]+hours[21]; evening < 4*morning {
		t.Errorf("%d events in the early morning, %d in the evening", morning, evening)
	}
	if saturday, tuesday := days[6], days[2]; float64(saturday) < 1.3*float64(tuesday) {
		t.Errorf("%d events on Saturdays, %d on Tuesdays", saturday, tuesday)
	}
}

func TestCatalogueIsPlausible(t *testing.T) {
	c := catalogueOf(t, mustNew(t, Default()))
	items := map[string]event.Item{}
	count := map[string]int{}
	for _, it := range c.Items {
		items[it.ID] = it
		count[it.Domain]++
		count[it.Category]++
	}
	partners := map[string]bool{}
	for _, p := range c.Partners {
		partners[p.ID] = true
	}
	if len(items) != 800 || count["course"] != 600 || count["film"] != 80 || count["book"] != 80 || count["talk"] != 40 {
		t.Errorf("domains: %v", count)
	}
	for _, category := range topicNames() {
		if count[category] < 25 {
			t.Errorf("%d items of %s", count[category], category)
		}
	}
	var needy int
	for _, it := range c.Items {
		if it.PartnerID != "" && !partners[it.PartnerID] {
			t.Errorf("%s: unknown partner %s", it.ID, it.PartnerID)
		}
		if it.PublishedAt <= End-Window-Prelude || it.PublishedAt >= End {
			t.Errorf("%s: published at %d", it.ID, it.PublishedAt)
		}
		if it.Duration <= 0 || (it.Price > 0) != (it.Currency != "") || len(it.Tags) == 0 {
			t.Errorf("odd item %+v", it)
		}
		if it.Domain == "course" && (it.Difficulty < 100 || it.Difficulty > 500 || it.LecturerID == "") {
			t.Errorf("odd course %+v", it)
		}
		if len(it.Prerequisites) > 0 {
			needy++
		}
		for _, id := range it.Prerequisites {
			need := items[id]
			if need.Category != it.Category || need.Difficulty >= it.Difficulty || need.PublishedAt >= it.PublishedAt {
				t.Errorf("%s needs %s, which is no step towards it", it.ID, id)
			}
		}
	}
	if needy < 150 {
		t.Errorf("%d items have prerequisites", needy)
	}
}
