package table

import (
	"bytes"
	"testing"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

type userRow struct {
	UserID             string    `parquet:"user_id"`
	AgeBand            *string   `parquet:"age_band"`
	Occupation         *string   `parquet:"occupation"`
	FirstAt            *int64    `parquet:"first_at,timestamp(millisecond)"`
	LastAt             *int64    `parquet:"last_at,timestamp(millisecond)"`
	Events             int64     `parquet:"events"`
	Items              int64     `parquet:"items"`
	Sessions           int64     `parquet:"sessions"`
	SessionSeconds     *float64  `parquet:"session_seconds"`
	WatchedSeconds     *float64  `parquet:"watched_seconds"`
	Completes          int64     `parquet:"completes"`
	MeanRating         *float64  `parquet:"mean_rating"`
	Purchases          int64     `parquet:"purchases"`
	PurchasesSingle    int64     `parquet:"purchases_single"`
	PurchasesPerMonth  *float64  `parquet:"purchases_per_month"`
	AmountMinor        int64     `parquet:"amount_minor"`
	LastPurchaseAt     *int64    `parquet:"last_purchase_at,timestamp(millisecond)"`
	TopCategories      []string  `parquet:"top_categories,list"`
	TopCategoryShares  []float64 `parquet:"top_category_shares,list"`
	TopTags            []string  `parquet:"top_tags,list"`
	Searches           int64     `parquet:"searches"`
	Sought             int64     `parquet:"sought"`
	SoughtItems        []string  `parquet:"sought_items,list"`
	Unfinished         int64     `parquet:"unfinished"`
	UnfinishedItems    []string  `parquet:"unfinished_items,list"`
	UnfinishedProgress []float64 `parquet:"unfinished_progress,list"`
}

func TestUserRow(t *testing.T) {
	cat := []event.Item{
		{ID: "i0", Category: "art", Tags: []string{"ink"}}, {ID: "i1", Category: "law", Tags: []string{"ink", "oil"}},
		{ID: "i2", Category: "art"},
	}
	minute, day := event.Time(60_000), event.Day
	var p profile.User
	for _, f := range []struct {
		item int32
		e    event.Event
	}{
		{0, event.Event{TS: now - 60*day, Type: event.Purchase, Has: event.HasAmount, Amount: 990, Plan: profile.PlanSingle}},
		{0, event.Event{TS: now - 60*day + 10*minute, Type: event.Complete}},
		{0, event.Event{TS: now - 60*day + 20*minute, Type: event.Rating, Has: event.HasRating, Rating: 450}},
		{1, event.Event{TS: now - day, Type: event.Watch, Has: event.HasWatched | event.HasProgress, Watched: 1500, Progress: 2500}},
		{2, event.Event{TS: now - 2*day, Type: event.Search}},
	} {
		p.Fold(f.item, &f.e)
	}
	var recent profile.User // two purchases in ten days are not six in thirty
	for _, ago := range []event.Time{10 * day, 0} {
		recent.Fold(-1, &event.Event{TS: now - ago, Type: event.Purchase, Plan: "gift"})
	}
	o := profile.DefaultOptions()
	o.CategoryHalfLifeDays, o.TagHalfLifeDays = 0, 0
	person := &event.User{ID: "u", Age: 30, Occupation: "nurse"}
	e := encode.FitUsers(cat, []event.User{*person}, []profile.User{p, {}}, []event.Time{now, now}, o.Strength())
	var file bytes.Buffer
	table := NewUsers(&file, e, cat, o, meta)
	for _, write := range []func() error{
		func() error { return table.Write("u", person, &p) },
		func() error { return table.Write("nobody", nil, &profile.User{}) },
		func() error { return table.Write("new", nil, &recent) },
		table.Close,
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	rows := rowsOf[userRow](t, file.Bytes())
	s := o.Strength()
	art, law := float64(s.Of(p.Touch(0)))+float64(s.Of(p.Touch(2))), float64(s.Of(p.Touch(1)))
	want := []userRow{{
		UserID: "u", AgeBand: pointer("25-34"), Occupation: pointer("nurse"),
		FirstAt: pointer(int64(now - 60*day)), LastAt: pointer(int64(now - day)), Events: 5, Items: 3,
		Sessions: 3, SessionSeconds: pointer(1200.0), WatchedSeconds: pointer(1.5), Completes: 1, MeanRating: pointer(4.5),
		Purchases: 1, PurchasesSingle: 1, PurchasesPerMonth: pointer(0.5), AmountMinor: 990, LastPurchaseAt: pointer(int64(now - 60*day)),
		TopCategories: []string{"art", "law"}, TopCategoryShares: []float64{art / (art + law), law / (art + law)},
		TopTags: []string{"ink", "oil"}, Searches: 1, Sought: 1, SoughtItems: []string{"i2"},
		Unfinished: 1, UnfinishedItems: []string{"i1"}, UnfinishedProgress: []float64{0.25},
	}, {UserID: "nobody", AgeBand: pointer("unknown"), SessionSeconds: pointer(0.0), WatchedSeconds: pointer(0.0)}, {
		UserID: "new", AgeBand: pointer("unknown"), FirstAt: pointer(int64(now - 10*day)), LastAt: pointer(int64(now)), Events: 2,
		Sessions: 2, SessionSeconds: pointer(0.0), WatchedSeconds: pointer(0.0),
		Purchases: 2, PurchasesPerMonth: pointer(2.0), LastPurchaseAt: pointer(int64(now)),
	}}
	if diff := cmp.Diff(want, rows, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
