package profile

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

func TestFoldKeepsTheThreeBehaviours(t *testing.T) {
	all := event.HasWatched | event.HasProgress | event.HasRating | event.HasAmount
	events := []event.Event{
		{TS: 50, Type: event.Watch, Has: all, Watched: 1000, Progress: 2500, Rating: 400, Amount: 7},
		{TS: 20, Type: event.Progress, Has: event.HasProgress, Progress: 2000},
		{TS: 60, Type: event.Rating, Has: event.HasRating, Rating: 450},
		{TS: 61, Type: event.Rating, Has: event.HasRating, Rating: 300},
		{TS: 30, Type: event.Purchase, Has: event.HasAmount, Amount: 990, Plan: PlanSingle},
		{TS: 40, Type: event.Refund, Has: event.HasAmount, Amount: 990},
		{Type: event.Like},
	}
	var u User
	for i := range events {
		u.Fold(7, &events[i])
	}
	u.Fold(-1, &event.Event{TS: 10, Type: event.Search})
	want := User{
		Learning:    Learning{Watched: 1000, Watches: 1, Progresses: 1, Ratings: 2, RatingSum: 750},
		Purchase:    Purchase{Count: 1, Refunds: 1, Amount: 990, Refunded: 990, Plans: Plans{Single: 1}, First: 30, Last: 30},
		Interaction: Interaction{Likes: 1, Searches: 1},
		Events:      8, First: 10, Last: 61,
		Sessions: Sessions{Gap: DefaultSessionGap, Spans: []Span{{10, 61}}},
		Touches: []Touch{{
			Item: 7, RatingSum: 750, Progress: 2500, Watched: 1000, First: 20, Last: 61,
			Counts: [event.Types]uint16{
				event.Watch: 1, event.Progress: 1, event.Rating: 2, event.Purchase: 1, event.Refund: 1, event.Like: 1,
			},
		}},
	}
	if diff := cmp.Diff(want, u); diff != "" {
		t.Errorf("fold (-want +got):\n%s", diff)
	}
}

func TestFoldedShardsMergeToTheSameInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		index, events := randomEvents(r, r.IntN(200), 1+r.IntN(40))
		want := foldAll(index, events)
		shards := make([]User, 1+r.IntN(6))
		for _, i := range r.Perm(len(events)) {
			shards[r.IntN(len(shards))].Fold(index[i], &events[i])
		}
		var got User
		for _, i := range r.Perm(len(shards)) {
			before := slices.Clone(shards[i].Touches)
			got.Merge(&shards[i])
			if !slices.Equal(before, shards[i].Touches) {
				t.Fatal("Merge changed its argument")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d shards (-folded +merged):\n%s", len(shards), diff)
		}
		if !slices.IsSortedFunc(got.Touches, func(a, b Touch) int { return int(a.Item - b.Item) }) {
			t.Fatal("touches are not sorted")
		}
	}
}

func TestMergeKeepsNothingOfItsArgument(t *testing.T) {
	var a, b User
	b.Fold(1, &event.Event{Type: event.View})
	a.Merge(&b)
	b.Fold(1, &event.Event{Type: event.View})
	if n := a.Touch(1).Counts[event.View]; n != 1 {
		t.Errorf("views = %d after the other profile changed, want 1", n)
	}
	a.Merge(&a)
	if n := a.Touch(1).Counts[event.View]; n != 2 || a.Events != 2 || len(a.Touches) != 1 {
		t.Errorf("merged with itself: %d views, %d events, %d touches, want 2, 2, 1", n, a.Events, len(a.Touches))
	}
}

func TestUnknownTypeChangesNothing(t *testing.T) {
	for _, typ := range []event.Type{0, event.Type(event.Types), 255} {
		var u User
		u.Fold(1, &event.Event{TS: 1, Type: typ})
		if diff := cmp.Diff(User{}, u); diff != "" {
			t.Errorf("type %d: %s", typ, diff)
		}
	}
	var u User
	u.Fold(1, &event.Event{TS: 1, Type: event.Dismiss})
	if u.Events != 1 {
		t.Error("the last type is not counted")
	}
}

func TestRatingBounds(t *testing.T) {
	for rating, want := range map[int32]int64{-100: 0, 0: 0, 99: 0, 100: 1, 101: 1, 499: 1, 500: 1, 501: 0} {
		var u User
		u.Fold(0, &event.Event{TS: 5, Type: event.Rating, Has: event.HasRating, Rating: rating})
		sum := want * int64(rating)
		if u.Learning.Ratings != want || u.Learning.RatingSum != sum {
			t.Errorf("rating %d: %d ratings sum to %d, want %d and %d", rating, u.Learning.Ratings, u.Learning.RatingSum, want, sum)
		}
		if touch := u.Touch(0); int64(touch.Counts[event.Rating]) != want || int64(touch.RatingSum) != sum || touch.Last != 5 {
			t.Errorf("rating %d: touch %+v", rating, touch)
		}
		if u.Events != 1 {
			t.Errorf("rating %d: %d events, want 1", rating, u.Events)
		}
	}
}

func TestQuantitiesAreBroughtIntoRange(t *testing.T) {
	tests := []struct {
		name              string
		e                 event.Event
		watched, progress int64
	}{
		{"Negative", event.Event{Type: event.Watch, Has: event.HasWatched | event.HasProgress, Watched: -1, Progress: -1}, 0, 0},
		{"Zero", event.Event{Type: event.Watch, Has: event.HasWatched | event.HasProgress}, 0, 0},
		{"Most", event.Event{Type: event.Watch, Has: event.HasProgress, Progress: 10000}, 0, 10000},
		{"Above", event.Event{Type: event.Watch, Has: event.HasProgress, Progress: 10001}, 0, 10000},
		{"NotSaid", event.Event{Type: event.Watch, Watched: 9, Progress: 9}, 0, 0},
		{"Complete", event.Event{Type: event.Complete, Has: event.HasProgress, Progress: 9}, 0, 10000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var u User
			u.Fold(0, &tt.e)
			if got := u.Touches[0]; got.Watched != tt.watched || int64(got.Progress) != tt.progress {
				t.Errorf("watched %d, progress %d, want %d, %d", got.Watched, got.Progress, tt.watched, tt.progress)
			}
		})
	}
}

func TestSumsSaturate(t *testing.T) {
	t.Run("TouchCounts", func(t *testing.T) {
		var u User
		rate := event.Event{Type: event.Rating, Has: event.HasRating, Rating: 500}
		for want := 1; want <= math.MaxUint16+2; want++ {
			u.Fold(0, &rate)
			if got := int(u.Touches[0].Counts[event.Rating]); got != min(want, math.MaxUint16) {
				t.Fatalf("count %d after %d events", got, want)
			}
		}
		if mean, ok := u.Touches[0].MeanRating(); !ok || mean != 500 {
			t.Errorf("mean rating %v, %v, want 500", mean, ok)
		}
		for range 8 { // 65535 * 2^8 * 500 is past the largest uint32
			u.Merge(&u)
		}
		if got := u.Touches[0].RatingSum; got != math.MaxUint32 {
			t.Errorf("rating sum %d, want %d", got, uint32(math.MaxUint32))
		}
	})
	t.Run("Watched", func(t *testing.T) {
		watch := event.Event{Type: event.Watch, Has: event.HasWatched, Watched: math.MaxInt64 - 1}
		one := event.Event{Type: event.Watch, Has: event.HasWatched, Watched: 1}
		var u User
		for _, e := range []event.Event{watch, one, one, watch} {
			u.Fold(0, &e)
		}
		if u.Learning.Watched != math.MaxInt64 || u.Touches[0].Watched != math.MaxInt64 {
			t.Errorf("watched %d and %d, want the largest int64", u.Learning.Watched, u.Touches[0].Watched)
		}
	})
}

func TestTouchIsOneCacheLine(t *testing.T) {
	if n := unsafe.Sizeof(Touch{}); n != 64 {
		t.Errorf("a touch takes %d bytes, want 64", n)
	}
}

func TestTouchOfUnknownItem(t *testing.T) {
	var u User
	for _, item := range []int32{4, 2, 9} {
		u.Fold(item, &event.Event{Type: event.View})
	}
	for item := int32(-1); item < 12; item++ {
		want := item == 2 || item == 4 || item == 9
		if got := u.Touch(item) != nil; got != want {
			t.Errorf("Touch(%d) found = %v, want %v", item, got, want)
		}
	}
}
