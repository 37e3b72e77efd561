package api

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/zeebo/xxh3"

	"curio/serve/recommend"
)

// RecommendOptions says which items are wanted, in a query and in a body alike.
type RecommendOptions struct {
	N                   int      `json:"n,omitempty" default:"10" minimum:"1" maximum:"100" doc:"How many items are wanted."`
	Offset              int      `json:"offset,omitempty" default:"0" minimum:"0" maximum:"10000" doc:"How many of the best items to leave out before the first."`
	Domain              string   `json:"domain,omitempty" maxLength:"256" doc:"Only items of this domain: course, film, book, ..."`
	Category            string   `json:"category,omitempty" maxLength:"256" doc:"Only items of this category."`
	Tags                []string `json:"tags,omitempty" maxItems:"16" doc:"Only items that have all of these tags."`
	PriceMin            *float64 `json:"price_min,omitempty" minimum:"0" maximum:"1e12" doc:"Only items that cost at least this, in major units of their own currency. An item without a price costs 0."`
	PriceMax            *float64 `json:"price_max,omitempty" minimum:"0" maximum:"1e12" doc:"Only items that cost at most this."`
	DurationMin         *float64 `json:"duration_min,omitempty" minimum:"0" maximum:"1e12" doc:"Only items that take at least so many seconds. An item of unknown duration does not match."`
	DurationMax         *float64 `json:"duration_max,omitempty" minimum:"0" maximum:"1e12" doc:"Only items that take at most so many seconds."`
	Exclude             []string `json:"exclude,omitempty" maxItems:"1000" doc:"Ids of items that are not to be shown."`
	Filter              Where    `json:"filter,omitempty" maxLength:"1024" doc:"Only items for which this expression over their attributes holds, such as: price <= 20 and 'beginner' in tags. Attributes: id, title, domain, category, tags, difficulty (1..5), lecturer_id, price, currency, duration (seconds), published_at (Unix seconds), partner_id, popularity (0..1)."`
	IncludeSeen         bool     `json:"include_seen,omitempty" doc:"Also items that the user touched, owns or finished."`
	IgnorePrerequisites bool     `json:"ignore_prerequisites,omitempty" doc:"Also items that ask for another one which the user has not finished."`
	Diversity           float64  `json:"diversity,omitempty" minimum:"0" maximum:"1" doc:"How much an item's being unlike those above it counts beside its score (maximal marginal relevance)."`
	Explore             float64  `json:"explore,omitempty" minimum:"0" maximum:"1" doc:"The probability that a place goes to chance; items have propensities then."`
	Seed                *int     `json:"seed,omitempty" minimum:"0" maximum:"9007199254740991" doc:"Of the exploration. Without one the request id is the seed."`
	Explain             bool     `json:"explain,omitempty" doc:"Say why each item is shown."`
	Strict              bool     `json:"strict,omitempty" doc:"Answer 404 for a user the model does not know."`
}

// RecommendUser is the input of GET /v1/users/{id}/recommendations.
type RecommendUser struct {
	UserID string `path:"id" doc:"Id of a user, percent-encoded."`
	RecommendOptions
}

// RecommendBody says who asks: a user, an anonymous session by its events, or both.
type RecommendBody struct {
	UserID string `json:"user_id,omitempty" maxLength:"256" doc:"Id of the user; without one the session is anonymous."`
	Events Events `json:"events,omitempty" maxItems:"1000" doc:"What the user did lately, in any order. It counts in this answer alone."`
	RecommendOptions
	Boosts     []Boost     `json:"boosts,omitempty" maxItems:"16" doc:"What is to come up higher or lower."`
	Promotions []Promotion `json:"promotions,omitempty" maxItems:"16" doc:"What is to have a share of the places; the shares sum to at most 1."`
}

// RecommendSession is the input of POST /v1/recommendations.
type RecommendSession struct {
	Body RecommendBody `body:"true"`
}

// Boost multiplies the odds of the items that match all it says.
type Boost struct {
	Filter   Where   `json:"filter,omitempty" maxLength:"1024" doc:"An expression, as in the options."`
	Domain   string  `json:"domain,omitempty" maxLength:"256"`
	Category string  `json:"category,omitempty" maxLength:"256"`
	Tag      string  `json:"tag,omitempty" maxLength:"256"`
	ItemID   string  `json:"item_id,omitempty" maxLength:"256"`
	Factor   float64 `json:"factor" minimum:"0.0625" maximum:"16" required:"true" doc:"Of the odds; below 1 it holds items back."`
}

// Promotion gives items a share of the places, spread evenly and as far as the user may
// be shown them.
type Promotion struct {
	Items []string `json:"items" maxItems:"100" required:"true" doc:"Ids of items, in the order they are shown."`
	Share float64  `json:"share" minimum:"0" maximum:"1" required:"true" doc:"Of the places."`
}

// Where is a condition on items.
type Where struct{ *recommend.Expression }

func (w *Where) read(s source, name string) {
	text := s.words(name, recommend.MaxExpression)
	if text == "" {
		return
	}
	var err error
	if w.Expression, err = recommend.CompileFilter(text); err != nil {
		s.fault(name, CodeInvalid, err.Error())
	}
}

// Schema implements huma.SchemaProvider.
func (Where) Schema(huma.Registry) *huma.Schema {
	most := recommend.MaxExpression
	return &huma.Schema{Type: huma.TypeString, MaxLength: &most}
}

func (o *RecommendOptions) check(s source) {
	ordered := func(low, high string, from, to *float64) {
		if from != nil && to != nil && *from > *to {
			s.fault(low, CodeRange, "want at most "+high)
		}
	}
	ordered("price_min", "price_max", o.PriceMin, o.PriceMax)
	ordered("duration_min", "duration_max", o.DurationMin, o.DurationMax)
}

func (b *RecommendBody) check(s source) {
	b.RecommendOptions.check(s)
	if b.Strict && b.UserID == "" {
		s.fault("user_id", CodeMissing, "strict asks for a known user")
	}
	sum := 0.0
	for _, p := range b.Promotions {
		sum += p.Share
	}
	if sum > 1+1e-9 {
		s.fault("promotions", CodeRange, "want shares that sum to at most 1, got "+plain(sum))
	}
}

func (o *RecommendOptions) request(k *call) recommend.Request {
	r := recommend.Request{
		N: o.N, Offset: o.Offset,
		Filter: recommend.Filter{
			Domain: o.Domain, Category: o.Category, Tags: o.Tags,
			PriceMin: o.PriceMin, PriceMax: o.PriceMax, DurationMin: o.DurationMin, DurationMax: o.DurationMax,
			Exclude: o.Exclude, Where: o.Filter.Expression,
		},
		IncludeSeen: o.IncludeSeen, IgnorePrerequisites: o.IgnorePrerequisites, Explain: o.Explain,
		Diversity: o.Diversity, Explore: o.Explore,
	}
	switch {
	case o.Seed != nil:
		r.Seed = uint64(*o.Seed)
	case o.Explore > 0:
		r.Seed = xxh3.HashString(k.id) >> 11 // a whole number of JSON
	}
	return r
}

func (b *RecommendBody) request(k *call) recommend.Request {
	r := b.RecommendOptions.request(k)
	r.User, r.Events = b.UserID, b.Events
	for _, o := range b.Boosts {
		r.Boosts = append(r.Boosts, recommend.Boost{
			Where: o.Filter.Expression, Domain: o.Domain, Category: o.Category, Tag: o.Tag, Item: o.ItemID, Factor: o.Factor,
		})
	}
	for _, p := range b.Promotions {
		r.Promotions = append(r.Promotions, recommend.Promotion{Items: p.Items, Share: p.Share})
	}
	return r
}
