package profile

import (
	"math/rand/v2"
	"testing"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

func TestItemFold(t *testing.T) {
	var p Item
	touches := []Touch{
		{
			Counts:    [event.Types]uint16{event.View: 2, event.Watch: 3, event.Complete: 1, event.Rating: 2, event.Purchase: 1, event.Like: 1},
			RatingSum: 700, Progress: 10000, Watched: 50, First: 10, Last: 20,
		},
		{Counts: [event.Types]uint16{event.Watch: 1, event.Dismiss: 1, event.Refund: 1}, Progress: 9999, First: 5, Last: 6},
		{Counts: [event.Types]uint16{event.Comment: 1, event.Favourite: 2, event.Share: 4, event.Search: 8}},
	}
	for i := range touches {
		p.Fold(&touches[i])
	}
	p.Pay(&event.Event{Type: event.Purchase, Has: event.HasAmount, Amount: 300})
	p.Pay(&event.Event{Type: event.Purchase, Amount: 300})
	p.Pay(&event.Event{Type: event.Refund, Has: event.HasAmount, Amount: 300})
	for _, age := range []int32{30, 34, 0} {
		p.FoldAge(BandOf(age))
	}
	want := Item{
		Users: 3, Started: 2, Finished: 1, Events: 28, Views: 2, Watches: 4, Completes: 1,
		Ratings: 2, RatingSum: 700, Purchases: 1, Refunds: 1, Amount: 300, Comments: 1, Likes: 1,
		Favourites: 2, Shares: 4, Dismissals: 1, Watched: 50, First: 5, Last: 20,
		Ages: [Bands]int64{0: 1, 3: 2},
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("fold (-want +got):\n%s", diff)
	}
	if mean, ok := p.MeanRating(); !ok || mean != 350 {
		t.Errorf("mean rating %v, %v, want 350", mean, ok)
	}
	if _, ok := new(Item).MeanRating(); ok {
		t.Error("an item without ratings has a mean")
	}
}

func TestItemOrderDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		var touches []Touch
		for range 1 + r.IntN(5) {
			index, events := randomEvents(r, 60, 10)
			touches = append(touches, foldAll(index, events).Touches...)
		}
		var want Item
		for i := range touches {
			want.Fold(&touches[i])
			want.FoldAge(Band(i % Bands))
		}
		shards := make([]Item, 1+r.IntN(4))
		for _, i := range r.Perm(len(touches)) {
			shard := &shards[r.IntN(len(shards))]
			shard.Fold(&touches[i])
			shard.FoldAge(Band(i % Bands))
		}
		var got Item
		for _, i := range r.Perm(len(shards)) {
			got.Merge(&shards[i])
		}
		if got != want {
			t.Fatal(cmp.Diff(want, got))
		}
	}
}
