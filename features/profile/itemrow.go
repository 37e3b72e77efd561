package profile

import (
	"fmt"
	"math"

	"curio/datasets/event"
)

// ItemRow is an Item as one row of a flat Parquet table, in the units of Row.
type ItemRow struct {
	ItemID     string `parquet:"item_id"`
	Users      int64  `parquet:"users"`
	Started    int64  `parquet:"started"`
	Finished   int64  `parquet:"finished"`
	Events     int64  `parquet:"events"`
	Views      int64  `parquet:"views"`
	Watches    int64  `parquet:"watches"`
	Completes  int64  `parquet:"completes"`
	Ratings    int64  `parquet:"ratings"`
	RatingSum  int64  `parquet:"rating_sum"`
	Purchases  int64  `parquet:"purchases"`
	Refunds    int64  `parquet:"refunds"`
	Amount     int64  `parquet:"amount"`
	Comments   int64  `parquet:"comments"`
	Likes      int64  `parquet:"likes"`
	Favourites int64  `parquet:"favourites"`
	Shares     int64  `parquet:"shares"`
	Dismissals int64  `parquet:"dismissals"`
	Watched    int64  `parquet:"watched_ms"`
	First      int64  `parquet:"first_ms"`
	Last       int64  `parquet:"last_ms"`

	Ages []int64 `parquet:"ages,list"` // users by Band, or empty when all are 0
}

// ToRow returns p as a row.
func (p *Item) ToRow(id string) ItemRow {
	r := ItemRow{ItemID: id, First: int64(p.First), Last: int64(p.Last)}
	from, to := p.counters(), r.counters()
	for i := range to {
		*to[i] = *from[i]
	}
	if p.Ages != [Bands]int64{} {
		r.Ages = p.Ages[:]
	}
	return r
}

// FromItemRow returns the item of a row, or an error that wraps ErrRow when no
// fold could have produced it.
func FromItemRow(r *ItemRow) (Item, error) {
	p := Item{First: event.Time(r.First), Last: event.Time(r.Last)}
	from, to := r.counters(), p.counters()
	for i := range to {
		if *from[i] < 0 {
			return Item{}, fmt.Errorf("%w: a total is %d", ErrRow, *from[i])
		}
		*to[i] = *from[i]
	}
	if p.Finished > p.Started || p.Started > p.Users {
		return Item{}, fmt.Errorf("%w: %d users, %d started, %d finished", ErrRow, p.Users, p.Started, p.Finished)
	}
	if err := r.ages(&p); err != nil {
		return Item{}, err
	}
	if err := ordered(p.First, p.Last); err != nil {
		return Item{}, err
	}
	if err := validRating(p.Ratings, p.RatingSum, math.MaxInt64); err != nil {
		return Item{}, err
	}
	return p, nil
}

func (r *ItemRow) ages(p *Item) error {
	if len(r.Ages) != 0 && len(r.Ages) != Bands {
		return fmt.Errorf("%w: %d bands of age, want %d", ErrRow, len(r.Ages), Bands)
	}
	left := p.Users
	for _, n := range r.Ages {
		if n < 0 || n > left {
			return fmt.Errorf("%w: %d users, by age %d", ErrRow, p.Users, r.Ages)
		}
		if p.Users != math.MaxInt64 { // a saturated total says less than its parts
			left -= n
		}
	}
	copy(p.Ages[:], r.Ages)
	return nil
}

// counters lists the totals in the order of Item.counters.
func (r *ItemRow) counters() [18]*int64 {
	return [18]*int64{
		&r.Users, &r.Started, &r.Finished, &r.Events, &r.Views, &r.Watches, &r.Completes,
		&r.Ratings, &r.RatingSum, &r.Purchases, &r.Refunds, &r.Amount, &r.Comments, &r.Likes,
		&r.Favourites, &r.Shares, &r.Dismissals, &r.Watched,
	}
}
