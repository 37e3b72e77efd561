package profile

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"curio/datasets/event"
	"curio/features/vocab"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

func itemIDs(n int) *vocab.Vocab {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprint("item-", i)
	}
	return vocab.New(ids)
}

func throughParquet[T any](t *testing.T, rows []T) []T {
	t.Helper()
	file := tableOf(t, rows)
	got, err := parquet.Read[T](bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRowsAreLosslessThroughParquet(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	items := itemIDs(30)
	users := []User{{}, foldAll([]int32{3}, []event.Event{{Type: event.View}})}
	for range 40 {
		users = append(users, foldAll(randomEvents(r, r.IntN(100), items.Len())))
	}
	var rows []Row
	for i := range users {
		rows = append(rows, users[i].ToRow(fmt.Sprint("user-", i), items.ID))
	}
	for i, row := range throughParquet(t, rows) {
		got, err := FromRow(&row, items.Index)
		if err != nil {
			t.Fatalf("user %d: %v", i, err)
		}
		if diff := cmp.Diff(users[i], got); diff != "" || row.UserID != fmt.Sprint("user-", i) {
			t.Fatalf("user %d as %q (-want +got):\n%s", i, row.UserID, diff)
		}
	}
}

func TestRowSurvivesAnotherVocabulary(t *testing.T) {
	old, now := vocab.New([]string{"a", "b", "c"}), vocab.New([]string{"0", "a", "aa", "c"})
	var u, want User
	for i, id := range []string{"a", "b", "c"} {
		e := event.Event{TS: event.Time(i + 1), Type: event.Like}
		from, _ := old.Index(id)
		to, _ := now.Index(id)
		u.Fold(from, &e)
		want.Fold(to, &e)
	}
	row := u.ToRow("u", old.ID)
	got, err := FromRow(&row, now.Index)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-folded with the new vocabulary +read):\n%s", diff)
	}
}

func TestFromRowRefuses(t *testing.T) {
	items := itemIDs(3)
	tests := map[string]func(r *Row){
		"NegativeTotal":       func(r *Row) { r.Watches = -1 },
		"PurchaseReversed":    func(r *Row) { r.Purchases, r.PurchaseFirst, r.PurchaseLast = 1, 2, 1 },
		"PurchaseEarlier":     func(r *Row) { r.Purchases, r.PurchaseFirst, r.PurchaseLast = 1, -1, 2 },
		"PurchaseLater":       func(r *Row) { r.Purchases, r.PurchaseFirst, r.PurchaseLast = 1, 1, 3 },
		"PurchaseOfNone":      func(r *Row) { r.PurchaseFirst, r.PurchaseLast = 1, 1 },
		"GapNegative":         func(r *Row) { r.SessionGap = -1 },
		"GapZero":             func(r *Row) { r.SessionGap = 0 },
		"SessionHalf":         func(r *Row) { r.SessionEnd = nil },
		"SessionReversed":     func(r *Row) { r.SessionStart, r.SessionEnd = []int64{2}, []int64{1} },
		"SessionEarlier":      func(r *Row) { r.SessionStart = []int64{-1} },
		"SessionLater":        func(r *Row) { r.SessionEnd = []int64{3} },
		"SessionsTooMany":     func(r *Row) { r.Events = 0 },
		"SessionsTooClose":    func(r *Row) { r.SessionGap, r.SessionStart, r.SessionEnd = 2, []int64{1, 2}, []int64{1, 2} },
		"SessionsOverlap":     func(r *Row) { r.SessionGap, r.SessionStart, r.SessionEnd = 1, []int64{1, 1}, []int64{2, 2} },
		"SessionAtNoTime":     func(r *Row) { r.First, r.SessionStart, r.SessionEnd = -1, []int64{0}, []int64{2} },
		"TimesReversed":       func(r *Row) { r.First, r.Last = 9, 8 },
		"TimeHalfUnknown":     func(r *Row) { r.First, r.Last = 0, 8 },
		"RatingsBelow":        func(r *Row) { r.Ratings, r.RatingSum = 2, 199 },
		"RatingsAbove":        func(r *Row) { r.Ratings, r.RatingSum = 2, 1001 },
		"ShortColumn":         func(r *Row) { r.TouchWatched = []int64{1} },
		"LongColumn":          func(r *Row) { r.TouchLikes = []int32{1, 1, 1} },
		"ColumnWithoutItems":  func(r *Row) { *r = Row{TouchLikes: []int32{1}} },
		"SameItemTwice":       func(r *Row) { r.TouchItem[1] = r.TouchItem[0] },
		"CountNegative":       func(r *Row) { r.TouchViews = []int32{-1, 0} },
		"CountAbove":          func(r *Row) { r.TouchViews = []int32{math.MaxUint16 + 1, 0} },
		"ProgressAbove":       func(r *Row) { r.TouchProgress = []int32{FullProgress + 1, 0} },
		"ProgressNegative":    func(r *Row) { r.TouchProgress = []int32{-1, 0} },
		"WatchedNegative":     func(r *Row) { r.TouchWatched = []int64{0, -1} },
		"TouchRatingsBelow":   func(r *Row) { r.TouchRatings, r.TouchRatingSum = []int32{1, 0}, []int64{99, 0} },
		"TouchRatingsAbove":   func(r *Row) { r.TouchRatings, r.TouchRatingSum = []int32{1, 0}, []int64{501, 0} },
		"TouchRatingsMissing": func(r *Row) { r.TouchRatingSum = []int64{100, 0} },
		"RatingSumAbove":      func(r *Row) { r.TouchRatings, r.TouchRatingSum = []int32{65535, 0}, []int64{1 << 32, 0} },
	}
	allowed := map[string]func(r *Row){
		"Unchanged":   func(*Row) {},
		"Purchase":    func(r *Row) { r.Purchases, r.PurchaseFirst, r.PurchaseLast = 1, 1, 2 },
		"Sessions":    func(r *Row) { r.SessionGap, r.SessionStart, r.SessionEnd = 1, []int64{1, 2}, []int64{1, 2} },
		"NoSessions":  func(r *Row) { r.SessionGap, r.SessionStart, r.SessionEnd = 0, nil, nil },
		"RatingsLow":  func(r *Row) { r.Ratings, r.RatingSum = 2, 200 },
		"RatingsHigh": func(r *Row) { r.Ratings, r.RatingSum = 2, 1000 },
		"CountMost":   func(r *Row) { r.TouchViews = []int32{math.MaxUint16, 0} },
		"Progress":    func(r *Row) { r.TouchProgress = []int32{FullProgress, 0} },
		"Saturated":   func(r *Row) { r.TouchRatings, r.TouchRatingSum = []int32{65535, 0}, []int64{math.MaxUint32, 0} },
	}
	row := func() *Row {
		u := foldAll([]int32{0, 2}, []event.Event{{TS: 1, Type: event.View}, {TS: 2, Type: event.Like}})
		r := u.ToRow("u", items.ID)
		return &r
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			r := row()
			change(r)
			if _, err := FromRow(r, items.Index); !errors.Is(err, ErrRow) {
				t.Errorf("error %v, want ErrRow", err)
			}
		})
	}
	for name, change := range allowed {
		t.Run(name, func(t *testing.T) {
			r := row()
			change(r)
			if _, err := FromRow(r, items.Index); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestItemRows(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	var want []Item
	var rows []ItemRow
	for i := range 20 {
		var p Item
		touches := foldAll(randomEvents(r, 50, 9)).Touches
		for j := range touches[:min(i, len(touches))] {
			p.Fold(&touches[j])
			p.FoldAge(Band(r.IntN(Bands + 2)))
		}
		p.Pay(&event.Event{Type: event.Purchase, Has: event.HasAmount, Amount: int64(i)})
		want = append(want, p)
		rows = append(rows, p.ToRow(fmt.Sprint(i)))
	}
	for i, row := range throughParquet(t, rows) {
		got, err := FromItemRow(&row)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[i], got); diff != "" || row.ItemID != fmt.Sprint(i) {
			t.Errorf("item %d as %q (-want +got):\n%s", i, row.ItemID, diff)
		}
	}
	for name, row := range map[string]ItemRow{
		"Negative":      {Users: -1},
		"TooManyStart":  {Users: 1, Started: 2},
		"TooManyFinish": {Users: 2, Started: 1, Finished: 2},
		"Times":         {First: 2, Last: 1},
		"TooManyAges":   {Users: 1, Ages: make([]int64, Bands+1)},
		"TooFewAges":    {Users: 1, Ages: make([]int64, Bands-1)},
		"AgeNegative":   {Users: 1, Ages: []int64{0, -1, 0, 0, 0, 0, 0, 0}},
		"AgesPastUsers": {Users: 3, Ages: []int64{2, 0, 0, 0, 0, 0, 0, 2}},
		"Ratings":       {Ratings: 1, RatingSum: 600},
	} {
		if _, err := FromItemRow(&row); !errors.Is(err, ErrRow) {
			t.Errorf("%s: error %v, want ErrRow", name, err)
		}
	}
}
