package profile

import "curio/datasets/event"

// Learning is how a user learns.
type Learning struct {
	Watched    int64 // milliseconds
	Watches    int64
	Progresses int64
	Completes  int64
	Ratings    int64 // with a valid value
	RatingSum  int64 // hundredths of a star; the mean is RatingSum / Ratings
}

func (l *Learning) fold(t event.Type, f facts) {
	l.Watched = sum(l.Watched, f.watched)
	switch t {
	case event.Watch:
		l.Watches = sum(l.Watches, 1)
	case event.Progress:
		l.Progresses = sum(l.Progresses, 1)
	case event.Complete:
		l.Completes = sum(l.Completes, 1)
	case event.Rating:
		if f.rating != 0 {
			l.Ratings = sum(l.Ratings, 1)
			l.RatingSum = sum(l.RatingSum, int64(f.rating))
		}
	}
}

func (l *Learning) merge(o *Learning) {
	l.Watched = sum(l.Watched, o.Watched)
	l.Watches = sum(l.Watches, o.Watches)
	l.Progresses = sum(l.Progresses, o.Progresses)
	l.Completes = sum(l.Completes, o.Completes)
	l.Ratings = sum(l.Ratings, o.Ratings)
	l.RatingSum = sum(l.RatingSum, o.RatingSum)
}

// Plans that Purchase counts apart.
const (
	PlanSubscription = "subscription"
	PlanSingle       = "single"
)

// Purchase is how a user pays. Amounts are in minor units and add up only when
// the log is in one currency.
type Purchase struct {
	Count    int64
	Refunds  int64
	Amount   int64 // paid, refunds not taken off
	Refunded int64
	Plans    Plans // of the purchases; they sum to Count

	First, Last event.Time // of the earliest and latest purchase with a time, 0 if none had one
}

// Plans counts purchases by plan.
type Plans struct {
	Subscription int64
	Single       int64
	Other        int64 // any other plan, or none said
}

func (p *Purchase) fold(e *event.Event, f facts) {
	switch e.Type {
	case event.Purchase:
		p.Count = sum(p.Count, 1)
		p.Amount = sum(p.Amount, f.amount)
		plan := p.Plans.of(e.Plan)
		*plan = sum(*plan, 1)
		p.First = earliest(p.First, e.TS)
		p.Last = latest(p.Last, e.TS)
	case event.Refund:
		p.Refunds = sum(p.Refunds, 1)
		p.Refunded = sum(p.Refunded, f.amount)
	}
}

func (p *Plans) of(plan string) *int64 {
	switch plan {
	case PlanSubscription:
		return &p.Subscription
	case PlanSingle:
		return &p.Single
	}
	return &p.Other
}

func (p *Purchase) merge(o *Purchase) {
	p.Count = sum(p.Count, o.Count)
	p.Refunds = sum(p.Refunds, o.Refunds)
	p.Amount = sum(p.Amount, o.Amount)
	p.Refunded = sum(p.Refunded, o.Refunded)
	p.Plans.Subscription = sum(p.Plans.Subscription, o.Plans.Subscription)
	p.Plans.Single = sum(p.Plans.Single, o.Plans.Single)
	p.Plans.Other = sum(p.Plans.Other, o.Plans.Other)
	p.First = earliest(p.First, o.First)
	p.Last = latest(p.Last, o.Last)
}

// Interaction is how a user takes part.
type Interaction struct {
	Views      int64
	Comments   int64
	Likes      int64
	Favourites int64
	Shares     int64
	Searches   int64
	Dismissals int64
}

func (n *Interaction) fold(t event.Type) {
	if count := n.of(t); count != nil {
		*count = sum(*count, 1)
	}
}

func (n *Interaction) of(t event.Type) *int64 {
	switch t {
	case event.View:
		return &n.Views
	case event.Comment:
		return &n.Comments
	case event.Like:
		return &n.Likes
	case event.Favourite:
		return &n.Favourites
	case event.Share:
		return &n.Shares
	case event.Search:
		return &n.Searches
	case event.Dismiss:
		return &n.Dismissals
	}
	return nil
}

func (n *Interaction) merge(o *Interaction) {
	n.Views = sum(n.Views, o.Views)
	n.Comments = sum(n.Comments, o.Comments)
	n.Likes = sum(n.Likes, o.Likes)
	n.Favourites = sum(n.Favourites, o.Favourites)
	n.Shares = sum(n.Shares, o.Shares)
	n.Searches = sum(n.Searches, o.Searches)
	n.Dismissals = sum(n.Dismissals, o.Dismissals)
}
