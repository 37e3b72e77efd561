package profile

import (
	"errors"
	"fmt"
	"math"

	"curio/datasets/event"
)

// ErrRow is wrapped by the errors of User and Item rows that no fold could
// have produced.
var ErrRow = errors.New("profile row is not valid")

// RowAdded and ItemRowAdded name the columns that the first tables of profiles
// did not have. Zero values stand for them.
var (
	RowAdded     = []string{"purchase_first_ms", "purchase_last_ms", "session_gap_ms", "session_start_ms", "session_end_ms"}
	ItemRowAdded = []string{"ages"}
)

// Row is a User as one row of a flat Parquet table. Touches are named by item
// id, so that the row outlives the vocabulary it was folded with. The lists are
// parallel to TouchItem, or empty when every value is 0. Times are milliseconds
// since the Unix epoch with 0 for unknown, amounts are minor units, ratings
// hundredths of a star and progress basis points.
type Row struct {
	UserID string `parquet:"user_id"`

	Watched    int64 `parquet:"watched_ms"`
	Watches    int64 `parquet:"watches"`
	Progresses int64 `parquet:"progresses"`
	Completes  int64 `parquet:"completes"`
	Ratings    int64 `parquet:"ratings"`
	RatingSum  int64 `parquet:"rating_sum"`

	Purchases         int64 `parquet:"purchases"`
	Refunds           int64 `parquet:"refunds"`
	Amount            int64 `parquet:"amount"`
	Refunded          int64 `parquet:"refunded"`
	PlansSubscription int64 `parquet:"plans_subscription"`
	PlansSingle       int64 `parquet:"plans_single"`
	PlansOther        int64 `parquet:"plans_other"`

	Views      int64 `parquet:"views"`
	Comments   int64 `parquet:"comments"`
	Likes      int64 `parquet:"likes"`
	Favourites int64 `parquet:"favourites"`
	Shares     int64 `parquet:"shares"`
	Searches   int64 `parquet:"searches"`
	Dismissals int64 `parquet:"dismissals"`

	Events int64 `parquet:"events"`
	First  int64 `parquet:"first_ms"`
	Last   int64 `parquet:"last_ms"`

	PurchaseFirst int64   `parquet:"purchase_first_ms"`
	PurchaseLast  int64   `parquet:"purchase_last_ms"`
	SessionGap    int64   `parquet:"session_gap_ms"`
	SessionStart  []int64 `parquet:"session_start_ms,list"`
	SessionEnd    []int64 `parquet:"session_end_ms,list"` // parallel to SessionStart

	TouchItem       []string `parquet:"touch_item,list"`
	TouchWatched    []int64  `parquet:"touch_watched_ms,list"`
	TouchFirst      []int64  `parquet:"touch_first_ms,list"`
	TouchLast       []int64  `parquet:"touch_last_ms,list"`
	TouchRatingSum  []int64  `parquet:"touch_rating_sum,list"`
	TouchProgress   []int32  `parquet:"touch_progress,list"`
	TouchViews      []int32  `parquet:"touch_views,list"`
	TouchWatches    []int32  `parquet:"touch_watches,list"`
	TouchProgresses []int32  `parquet:"touch_progresses,list"`
	TouchCompletes  []int32  `parquet:"touch_completes,list"`
	TouchRatings    []int32  `parquet:"touch_ratings,list"`
	TouchPurchases  []int32  `parquet:"touch_purchases,list"`
	TouchRefunds    []int32  `parquet:"touch_refunds,list"`
	TouchComments   []int32  `parquet:"touch_comments,list"`
	TouchLikes      []int32  `parquet:"touch_likes,list"`
	TouchFavourites []int32  `parquet:"touch_favourites,list"`
	TouchShares     []int32  `parquet:"touch_shares,list"`
	TouchSearches   []int32  `parquet:"touch_searches,list"`
	TouchDismissals []int32  `parquet:"touch_dismissals,list"`
}

// ToRow returns u as a row. ids names the item of an index.
func (u *User) ToRow(id string, ids func(int32) string) Row {
	r := Row{UserID: id, First: int64(u.First), Last: int64(u.Last)}
	from, to := u.counters(), r.counters()
	for i := range to {
		*to[i] = *from[i]
	}
	r.setTimes(u)
	r.setTouches(u.Touches, ids)
	return r
}

// FromRow returns the user of a row, its touches indexed by index. A touch of
// an item that index does not know is left out, as if its events had been
// folded with no item; the totals keep them. A row that no fold could have
// produced (negative or out-of-range values, lists of different lengths, the
// same item twice) gives an error that wraps ErrRow.
func FromRow(r *Row, index func(id string) (int32, bool)) (User, error) {
	u := User{First: event.Time(r.First), Last: event.Time(r.Last)}
	from, to := r.counters(), u.counters()
	for i := range to {
		if *from[i] < 0 {
			return User{}, fmt.Errorf("%w: a total is %d", ErrRow, *from[i])
		}
		*to[i] = *from[i]
	}
	if err := ordered(u.First, u.Last); err != nil {
		return User{}, err
	}
	if err := validRating(r.Ratings, r.RatingSum, math.MaxInt64); err != nil {
		return User{}, err
	}
	if err := r.times(&u); err != nil {
		return User{}, err
	}
	touches, err := r.touches(index)
	if err != nil {
		return User{}, err
	}
	u.Touches = touches
	return u, nil
}

// counters lists the totals of a user in the order of Row.counters.
func (u *User) counters() [21]*int64 {
	l, p, n := &u.Learning, &u.Purchase, &u.Interaction
	return [21]*int64{
		&l.Watched, &l.Watches, &l.Progresses, &l.Completes, &l.Ratings, &l.RatingSum,
		&p.Count, &p.Refunds, &p.Amount, &p.Refunded, &p.Plans.Subscription, &p.Plans.Single, &p.Plans.Other,
		&n.Views, &n.Comments, &n.Likes, &n.Favourites, &n.Shares, &n.Searches, &n.Dismissals,
		&u.Events,
	}
}

func (r *Row) counters() [21]*int64 {
	return [21]*int64{
		&r.Watched, &r.Watches, &r.Progresses, &r.Completes, &r.Ratings, &r.RatingSum,
		&r.Purchases, &r.Refunds, &r.Amount, &r.Refunded, &r.PlansSubscription, &r.PlansSingle, &r.PlansOther,
		&r.Views, &r.Comments, &r.Likes, &r.Favourites, &r.Shares, &r.Searches, &r.Dismissals,
		&r.Events,
	}
}

// ordered checks a span of times in which 0 is unknown.
func ordered(first, last event.Time) error {
	if (first == 0) != (last == 0) || first > last {
		return fmt.Errorf("%w: times %d to %d", ErrRow, first, last)
	}
	return nil
}

// validRating checks that a sum of n ratings can be one. A saturated n or sum
// says less than the other and is let through.
func validRating(n, sum, most int64) error {
	if sum < 0 || (n == 0) != (sum == 0) {
		return fmt.Errorf("%w: %d ratings sum to %d", ErrRow, n, sum)
	}
	low := float64(sum) >= float64(n)*MinRating || sum == most
	high := float64(sum) <= float64(n)*MaxRating || n >= math.MaxUint16
	if !low || !high {
		return fmt.Errorf("%w: %d ratings sum to %d", ErrRow, n, sum)
	}
	return nil
}
