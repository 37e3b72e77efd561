package encode

import (
	"math"

	"curio/datasets/event"
	"curio/features/profile"
)

// The raw behaviour values of a user, in order.
const (
	rawHours = iota
	rawWatches
	rawCompletes
	rawMeanRating
	rawHasRating
	rawMeanProgress
	rawCompletionRate
	rawPurchases
	rawAmount
	rawRefundShare
	rawSubscriptionShare
	rawViews
	rawComments
	rawLikes
	rawFavourites
	rawShares
	rawSearches
	rawDismissals
	rawRecency
	rawTenure
	rawEvents
	rawItems
	rawSessions
	rawSessionHours
	userBehaviours
)

var userBehaviourNames = [userBehaviours]string{
	rawHours:             "learning.log_watched_hours",
	rawWatches:           "learning.log_watches",
	rawCompletes:         "learning.log_completes",
	rawMeanRating:        "learning.mean_rating",
	rawHasRating:         "learning.has_rating",
	rawMeanProgress:      "learning.mean_progress",
	rawCompletionRate:    "learning.completion_rate",
	rawPurchases:         "purchase.log_count",
	rawAmount:            "purchase.log_amount",
	rawRefundShare:       "purchase.refund_share",
	rawSubscriptionShare: "purchase.subscription_share",
	rawViews:             "interaction.log_views",
	rawComments:          "interaction.log_comments",
	rawLikes:             "interaction.log_likes",
	rawFavourites:        "interaction.log_favourites",
	rawShares:            "interaction.log_shares",
	rawSearches:          "interaction.log_searches",
	rawDismissals:        "interaction.log_dismissals",
	rawRecency:           "recency.log_days",
	rawTenure:            "tenure.log_days",
	rawEvents:            "activity.log_events",
	rawItems:             "activity.log_items",
	rawSessions:          "activity.log_sessions",
	rawSessionHours:      "activity.log_session_hours",
}

// maxUserRaw is the most raw values a user has: behaviour, shares of domains
// and categories, four fields, and whether each of them is known.
const maxUserRaw = userBehaviours + MaxDomains + MaxCategories + maxAges + 3*MaxValues + 4

func (e *Users) rawNames() []string {
	names := append([]string(nil), userBehaviourNames[:]...)
	names = e.domains.names(names, "affinity.domain")
	names = e.categories.names(names, CategoryField)
	names = e.ages.names(names, "age")
	names = e.genders.names(names, "gender")
	names = e.occupations.names(names, "occupation")
	names = e.regions.names(names, "region")
	return append(names, "known.age", "known.gender", "known.occupation", "known.region")
}

// raw fills dst in the order of rawNames; NaN is a missing value.
func (e *Users) raw(dst []float64, u *event.User, p *profile.User, asOf event.Time) {
	if u == nil {
		u = &event.User{}
	}
	if p == nil {
		p = &profile.User{}
	}
	var t taste
	e.taste(&t, p, asOf)
	userBehaviour(dst, u, p, &t, asOf)
	dst = dst[userBehaviours:]
	dst = shares(dst, t.domains[:len(e.domains.values)])
	dst = shares(dst, t.categories[:len(e.categories.values)])
	dst, age := e.ages.write(dst, ageBand(u.Age))
	dst, gender := e.genders.write(dst, u.Gender)
	dst, occupation := e.occupations.write(dst, u.Occupation)
	dst, region := e.regions.write(dst, u.Region)
	for i, known := range [4]bool{age, gender, occupation, region} {
		dst[i] = truth(known)
	}
}

// userBehaviour leaves every value of a user without events missing: such a user is
// an unknown one, not one who does little.
func userBehaviour(dst []float64, u *event.User, p *profile.User, t *taste, asOf event.Time) {
	if p.Events == 0 {
		fill(dst[:userBehaviours], math.NaN())
		return
	}
	l, buy, n := &p.Learning, &p.Purchase, &p.Interaction
	dst[rawHours] = math.Log1p(float64(l.Watched) / millisAnHour)
	dst[rawWatches] = logCount(l.Watches)
	dst[rawCompletes] = logCount(l.Completes)
	dst[rawMeanRating] = ratio(float64(l.RatingSum)/100, l.Ratings)
	dst[rawHasRating] = truth(l.Ratings > 0)
	dst[rawMeanProgress] = ratio(float64(t.progress)/profile.FullProgress, t.progressed)
	dst[rawCompletionRate] = ratio(float64(t.finished), t.started)
	dst[rawPurchases] = logCount(buy.Count)
	dst[rawAmount] = logCount(buy.Amount)
	dst[rawRefundShare] = min(ratio(float64(buy.Refunds), buy.Count), 1)
	dst[rawSubscriptionShare] = ratio(float64(buy.Plans.Subscription), buy.Count)
	dst[rawViews] = logCount(n.Views)
	dst[rawComments] = logCount(n.Comments)
	dst[rawLikes] = logCount(n.Likes)
	dst[rawFavourites] = logCount(n.Favourites)
	dst[rawShares] = logCount(n.Shares)
	dst[rawSearches] = logCount(n.Searches)
	dst[rawDismissals] = logCount(n.Dismissals)
	dst[rawRecency] = logDays(p.Last, asOf)
	joined := u.SignupTS
	if joined == 0 {
		joined = p.First
	}
	dst[rawTenure] = logDays(joined, asOf)
	dst[rawEvents] = logCount(p.Events)
	dst[rawItems] = logCount(int64(len(p.Touches)))
	sessions := p.Sessions.Count()
	dst[rawSessions] = logCount(sessions)
	dst[rawSessionHours] = math.Log1p(ratio(float64(p.Sessions.Total())/millisAnHour, sessions))
}
