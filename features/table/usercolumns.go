package table

import "curio/features/profile"

// userColumns are the columns of the table of users before the features. Amounts
// are in minor units of the one currency that the log is normalised to, ratings
// in stars, progress and shares in 0..1.
func userColumns() []column[user] {
	return []column[user]{
		{"user_id", ID, func(c *cells, r *user) { c.text(r.id) }},
		{"age_band", Text, func(c *cells, r *user) { c.text(profile.BandOf(r.person.Age).String()) }},
		{"occupation", Text, func(c *cells, r *user) { c.known(r.person.Occupation) }},
		{"first_at", Instant, func(c *cells, r *user) { c.time(r.p.First) }},
		{"last_at", Instant, func(c *cells, r *user) { c.time(r.p.Last) }},
		{"events", Count, func(c *cells, r *user) { c.count(r.p.Events) }},
		{"items", Count, func(c *cells, r *user) { c.count(int64(len(r.p.Touches))) }},
		{"sessions", Count, func(c *cells, r *user) { c.count(r.p.Sessions.Count()) }},
		{"session_seconds", Number, func(c *cells, r *user) { c.seconds(r.p.Sessions.Total()) }},

		{"watches", Count, func(c *cells, r *user) { c.count(r.p.Learning.Watches) }},
		{"watched_seconds", Number, func(c *cells, r *user) { c.seconds(r.p.Learning.Watched) }},
		{"progresses", Count, func(c *cells, r *user) { c.count(r.p.Learning.Progresses) }},
		{"completes", Count, func(c *cells, r *user) { c.count(r.p.Learning.Completes) }},
		{"ratings", Count, func(c *cells, r *user) { c.count(r.p.Learning.Ratings) }},
		{"mean_rating", Number, func(c *cells, r *user) { c.ratio(float64(r.p.Learning.RatingSum)/100, r.p.Learning.Ratings) }},

		{"purchases", Count, func(c *cells, r *user) { c.count(r.p.Purchase.Count) }},
		{"purchases_subscription", Count, func(c *cells, r *user) { c.count(r.p.Purchase.Plans.Subscription) }},
		{"purchases_single", Count, func(c *cells, r *user) { c.count(r.p.Purchase.Plans.Single) }},
		{"purchases_other", Count, func(c *cells, r *user) { c.count(r.p.Purchase.Plans.Other) }},
		{"purchases_per_month", Number, func(c *cells, r *user) { r.purchasesAMonth(c) }},
		{"amount_minor", Count, func(c *cells, r *user) { c.count(r.p.Purchase.Amount) }},
		{"first_purchase_at", Instant, func(c *cells, r *user) { c.time(r.p.Purchase.First) }},
		{"last_purchase_at", Instant, func(c *cells, r *user) { c.time(r.p.Purchase.Last) }},
		{"refunds", Count, func(c *cells, r *user) { c.count(r.p.Purchase.Refunds) }},
		{"refunded_minor", Count, func(c *cells, r *user) { c.count(r.p.Purchase.Refunded) }},

		{"views", Count, func(c *cells, r *user) { c.count(r.p.Interaction.Views) }},
		{"comments", Count, func(c *cells, r *user) { c.count(r.p.Interaction.Comments) }},
		{"likes", Count, func(c *cells, r *user) { c.count(r.p.Interaction.Likes) }},
		{"favourites", Count, func(c *cells, r *user) { c.count(r.p.Interaction.Favourites) }},
		{"shares", Count, func(c *cells, r *user) { c.count(r.p.Interaction.Shares) }},
		{"dismissals", Count, func(c *cells, r *user) { c.count(r.p.Interaction.Dismissals) }},

		{"top_categories", Texts, func(c *cells, r *user) { topics(c, r.interests.Categories) }},
		{"top_category_shares", Numbers, func(c *cells, r *user) { topicShares(c, r.interests.Categories) }},
		{"top_tags", Texts, func(c *cells, r *user) { topics(c, r.interests.Tags) }},
		{"top_tag_shares", Numbers, func(c *cells, r *user) { topicShares(c, r.interests.Tags) }},

		{"searches", Count, func(c *cells, r *user) { c.count(r.needs.Searches) }},
		{"sought", Count, func(c *cells, r *user) { c.count(int64(len(r.needs.Sought))) }},
		{"sought_items", Texts, func(c *cells, r *user) { r.items(c, r.needs.Sought) }},
		{"unfinished", Count, func(c *cells, r *user) { c.count(int64(len(r.needs.Unfinished))) }},
		{"unfinished_items", Texts, func(c *cells, r *user) { r.items(c, r.needs.Unfinished) }},
		{"unfinished_progress", Numbers, func(c *cells, r *user) { r.progress(c, r.needs.Unfinished) }},
	}
}
