package table

import (
	"io"

	"curio/datasets/event"
	"curio/features/encode"
	"curio/features/profile"
)

// Items writes the table of items. It is for one goroutine.
type Items struct {
	*writer[item]
	encoder  *encode.Items
	asOf     event.Time
	features []float32
}

// item is one row.
type item struct {
	it          *event.Item
	p           *profile.Item
	occupations profile.Occupations
}

// NewItems begins a table of items on out.
func NewItems(out io.Writer, e *encode.Items, m Meta) *Items {
	return &Items{
		writer:  newWriter(out, "items", itemColumns(), e.Names(), e.Hash(), m),
		encoder: e, asOf: m.AsOf, features: make([]float32, e.Dim()),
	}
}

// Write adds an item with its profile as of the table's time and the occupations
// of its users, which may be nil. Errors are those of the output.
func (t *Items) Write(it *event.Item, p *profile.Item, o profile.Occupations) error {
	t.encoder.Encode(t.features, it, p, t.asOf)
	return t.write(&item{it, p, o}, t.features)
}

// itemColumns are the columns of the table of items before the features, in the
// units of userColumns.
func itemColumns() []column[item] {
	columns := []column[item]{
		{"item_id", ID, func(c *cells, r *item) { c.text(r.it.ID) }},
		{"title", Text, func(c *cells, r *item) { c.known(r.it.Title) }},
		{"domain", Text, func(c *cells, r *item) { c.known(r.it.Domain) }},
		{"category", Text, func(c *cells, r *item) { c.known(r.it.Category) }},
		{"first_at", Instant, func(c *cells, r *item) { c.time(r.p.First) }},
		{"last_at", Instant, func(c *cells, r *item) { c.time(r.p.Last) }},
		{"events", Count, func(c *cells, r *item) { c.count(r.p.Events) }},
		{"users", Count, func(c *cells, r *item) { c.count(r.p.Users) }},
		{"started", Count, func(c *cells, r *item) { c.count(r.p.Started) }},
		{"finished", Count, func(c *cells, r *item) { c.count(r.p.Finished) }},
		{"start_rate", Number, func(c *cells, r *item) { c.ratio(float64(r.p.Started), r.p.Users) }},
		{"finish_rate", Number, func(c *cells, r *item) { c.ratio(float64(r.p.Finished), r.p.Started) }},

		{"watches", Count, func(c *cells, r *item) { c.count(r.p.Watches) }},
		{"watched_seconds", Number, func(c *cells, r *item) { c.seconds(r.p.Watched) }},
		{"completes", Count, func(c *cells, r *item) { c.count(r.p.Completes) }},
		{"ratings", Count, func(c *cells, r *item) { c.count(r.p.Ratings) }},
		{"mean_rating", Number, func(c *cells, r *item) { c.ratio(float64(r.p.RatingSum)/100, r.p.Ratings) }},
		{"purchases", Count, func(c *cells, r *item) { c.count(r.p.Purchases) }},
		{"amount_minor", Count, func(c *cells, r *item) { c.count(r.p.Amount) }},
		{"refunds", Count, func(c *cells, r *item) { c.count(r.p.Refunds) }},
		{"views", Count, func(c *cells, r *item) { c.count(r.p.Views) }},
		{"comments", Count, func(c *cells, r *item) { c.count(r.p.Comments) }},
		{"likes", Count, func(c *cells, r *item) { c.count(r.p.Likes) }},
		{"favourites", Count, func(c *cells, r *item) { c.count(r.p.Favourites) }},
		{"shares", Count, func(c *cells, r *item) { c.count(r.p.Shares) }},
		{"dismissals", Count, func(c *cells, r *item) { c.count(r.p.Dismissals) }},
	}
	for b := range profile.Bands {
		columns = append(columns, column[item]{
			"users_age_" + columnName(profile.Band(b).String()), Count, func(c *cells, r *item) { c.count(r.p.Ages[b]) },
		})
	}
	return append(columns,
		column[item]{"top_occupations", Texts, func(c *cells, r *item) { occupations(r, c.text) }},
		column[item]{"top_occupation_users", Counts, func(c *cells, r *item) {
			occupations(r, func(name string) { c.count(r.occupations[name]) })
		}},
	)
}

func occupations(r *item, add func(name string)) {
	for _, name := range r.occupations.Top(Most) {
		add(name)
	}
}
