package profile

import (
	"fmt"
	"math"
	"slices"

	"curio/datasets/event"
)

// counts lists the columns of touch counts by event type; index 0 is nil.
func (r *Row) counts() [event.Types]*[]int32 {
	return [event.Types]*[]int32{
		event.View:      &r.TouchViews,
		event.Watch:     &r.TouchWatches,
		event.Progress:  &r.TouchProgresses,
		event.Complete:  &r.TouchCompletes,
		event.Rating:    &r.TouchRatings,
		event.Purchase:  &r.TouchPurchases,
		event.Refund:    &r.TouchRefunds,
		event.Comment:   &r.TouchComments,
		event.Like:      &r.TouchLikes,
		event.Favourite: &r.TouchFavourites,
		event.Share:     &r.TouchShares,
		event.Search:    &r.TouchSearches,
		event.Dismiss:   &r.TouchDismissals,
	}
}

func (r *Row) setTouches(touches []Touch, ids func(int32) string) {
	for i := range touches {
		r.TouchItem = append(r.TouchItem, ids(touches[i].Item))
	}
	r.TouchWatched = column(touches, func(t *Touch) int64 { return t.Watched })
	r.TouchFirst = column(touches, func(t *Touch) int64 { return int64(t.First) })
	r.TouchLast = column(touches, func(t *Touch) int64 { return int64(t.Last) })
	r.TouchRatingSum = column(touches, func(t *Touch) int64 { return int64(t.RatingSum) })
	r.TouchProgress = column(touches, func(t *Touch) int32 { return int32(t.Progress) })
	for typ, list := range r.counts() {
		if list != nil {
			*list = column(touches, func(t *Touch) int32 { return int32(t.Counts[typ]) })
		}
	}
}

// column returns one value a touch, or nil when all are zero.
func column[T comparable](touches []Touch, value func(*Touch) T) []T {
	var zero T
	for i := range touches {
		if value(&touches[i]) == zero {
			continue
		}
		list := make([]T, len(touches))
		for i := range touches {
			list[i] = value(&touches[i])
		}
		return list
	}
	return nil
}

// touches returns the touches of known items, sorted by index.
func (r *Row) touches(index func(string) (int32, bool)) ([]Touch, error) {
	if err := r.parallel(); err != nil {
		return nil, err
	}
	var touches []Touch
	for i, id := range r.TouchItem {
		t, err := r.touch(i)
		if err != nil {
			return nil, fmt.Errorf("touch %d: %w", i, err)
		}
		item, ok := index(id)
		if !ok || item < 0 {
			continue
		}
		if touches == nil {
			touches = make([]Touch, 0, len(r.TouchItem))
		}
		t.Item = item
		touches = append(touches, t)
	}
	slices.SortFunc(touches, func(a, b Touch) int { return int(a.Item) - int(b.Item) })
	for i := 1; i < len(touches); i++ {
		if touches[i].Item == touches[i-1].Item {
			return nil, fmt.Errorf("%w: an item is touched twice", ErrRow)
		}
	}
	return touches, nil
}

// parallel checks that every list is empty or as long as TouchItem.
func (r *Row) parallel() error {
	lengths := []int{
		len(r.TouchWatched), len(r.TouchFirst), len(r.TouchLast), len(r.TouchRatingSum), len(r.TouchProgress),
	}
	for _, list := range r.counts() {
		if list != nil {
			lengths = append(lengths, len(*list))
		}
	}
	for _, n := range lengths {
		if n != 0 && n != len(r.TouchItem) {
			return fmt.Errorf("%w: a touch column has %d values for %d items", ErrRow, n, len(r.TouchItem))
		}
	}
	return nil
}

// touch reads the columns of touch i, all but its item.
func (r *Row) touch(i int) (Touch, error) {
	t := Touch{
		Watched: at(r.TouchWatched, i),
		First:   event.Time(at(r.TouchFirst, i)),
		Last:    event.Time(at(r.TouchLast, i)),
	}
	rating, progress := at(r.TouchRatingSum, i), at(r.TouchProgress, i)
	if t.Watched < 0 || rating < 0 || rating > math.MaxUint32 || progress < 0 || progress > FullProgress {
		return Touch{}, fmt.Errorf("%w: watched %d, rating sum %d, progress %d", ErrRow, t.Watched, rating, progress)
	}
	t.RatingSum, t.Progress = uint32(rating), uint16(progress)
	for typ, list := range r.counts() {
		if list == nil {
			continue
		}
		n := at(*list, i)
		if n < 0 || n > math.MaxUint16 {
			return Touch{}, fmt.Errorf("%w: %d events of type %s", ErrRow, n, event.Type(typ))
		}
		t.Counts[typ] = uint16(n)
	}
	if err := ordered(t.First, t.Last); err != nil {
		return Touch{}, err
	}
	if err := validRating(int64(t.Counts[event.Rating]), rating, math.MaxUint32); err != nil {
		return Touch{}, err
	}
	return t, nil
}

func at[T any](list []T, i int) T {
	var zero T
	if len(list) == 0 {
		return zero
	}
	return list[i]
}
