package profile

import "curio/datasets/event"

// Item is the fold of everybody's touches of one item. All counts and sums
// saturate at the largest int64.
type Item struct {
	Users    int64 // distinct users with a touch
	Started  int64 // users who began it
	Finished int64 // users who came to its end

	Events     int64 // of every type, ratings without a valid value left out
	Views      int64
	Watches    int64
	Completes  int64
	Ratings    int64
	RatingSum  int64 // hundredths of a star
	Purchases  int64
	Refunds    int64
	Amount     int64 // paid, in minor units; see Pay
	Comments   int64
	Likes      int64
	Favourites int64
	Shares     int64
	Dismissals int64
	Watched    int64 // milliseconds

	Ages [Bands]int64 // users by band of age; see FoldAge

	First, Last event.Time // of the earliest and latest touch with a time, 0 if none had one
}

// Fold adds all that one user did to the item. Each user's touch may be folded
// once, whole: Users counts the calls.
func (p *Item) Fold(t *Touch) {
	one := Item{
		Users:      1,
		Views:      int64(t.Counts[event.View]),
		Watches:    int64(t.Counts[event.Watch]),
		Completes:  int64(t.Counts[event.Complete]),
		Ratings:    int64(t.Counts[event.Rating]),
		RatingSum:  int64(t.RatingSum),
		Purchases:  int64(t.Counts[event.Purchase]),
		Refunds:    int64(t.Counts[event.Refund]),
		Comments:   int64(t.Counts[event.Comment]),
		Likes:      int64(t.Counts[event.Like]),
		Favourites: int64(t.Counts[event.Favourite]),
		Shares:     int64(t.Counts[event.Share]),
		Dismissals: int64(t.Counts[event.Dismiss]),
		Watched:    t.Watched,
		First:      t.First,
		Last:       t.Last,
	}
	for _, n := range t.Counts {
		one.Events += int64(n)
	}
	if t.Started() {
		one.Started = 1
	}
	if t.Finished() {
		one.Finished = 1
	}
	p.add(&one)
}

// FoldAge counts the band of age of one user of the item. A Touch does not say
// who made it, so Ages has to be folded beside it, once a touch; nothing else is
// changed.
func (p *Item) FoldAge(b Band) {
	if int(b) >= Bands {
		b = 0
	}
	p.Ages[b] = sum(p.Ages[b], 1)
}

// Pay adds the amount of e when it is a purchase. A Touch holds no money, so
// Amount has to be folded from the events themselves; nothing else is changed.
func (p *Item) Pay(e *event.Event) {
	if e.Type == event.Purchase {
		p.Amount = sum(p.Amount, factsOf(e).amount)
	}
}

// Merge adds o, the fold of other users' touches of the same item.
func (p *Item) Merge(o *Item) {
	p.add(o)
	for b, n := range o.Ages {
		p.Ages[b] = sum(p.Ages[b], n)
	}
}

// add adds all of o but its ages.
func (p *Item) add(o *Item) {
	p.Users = sum(p.Users, o.Users)
	p.Started = sum(p.Started, o.Started)
	p.Finished = sum(p.Finished, o.Finished)
	p.Events = sum(p.Events, o.Events)
	p.Views = sum(p.Views, o.Views)
	p.Watches = sum(p.Watches, o.Watches)
	p.Completes = sum(p.Completes, o.Completes)
	p.Ratings = sum(p.Ratings, o.Ratings)
	p.RatingSum = sum(p.RatingSum, o.RatingSum)
	p.Purchases = sum(p.Purchases, o.Purchases)
	p.Refunds = sum(p.Refunds, o.Refunds)
	p.Amount = sum(p.Amount, o.Amount)
	p.Comments = sum(p.Comments, o.Comments)
	p.Likes = sum(p.Likes, o.Likes)
	p.Favourites = sum(p.Favourites, o.Favourites)
	p.Shares = sum(p.Shares, o.Shares)
	p.Dismissals = sum(p.Dismissals, o.Dismissals)
	p.Watched = sum(p.Watched, o.Watched)
	p.First = earliest(p.First, o.First)
	p.Last = latest(p.Last, o.Last)
}

func (p *Item) counters() [18]*int64 {
	return [18]*int64{
		&p.Users, &p.Started, &p.Finished, &p.Events, &p.Views, &p.Watches, &p.Completes,
		&p.Ratings, &p.RatingSum, &p.Purchases, &p.Refunds, &p.Amount, &p.Comments, &p.Likes,
		&p.Favourites, &p.Shares, &p.Dismissals, &p.Watched,
	}
}

// MeanRating returns the mean rating in hundredths of a star, in
// MinRating..MaxRating, and whether there is one.
func (p *Item) MeanRating() (float64, bool) {
	if p.Ratings <= 0 {
		return 0, false
	}
	mean := float64(p.RatingSum) / float64(p.Ratings)
	return min(max(mean, MinRating), MaxRating), true
}
