package recommend

import "curio/datasets/event"

// Request asks for recommendations. Nothing in it is checked here: a value outside
// the ranges that the fields name harms nobody and means nothing in particular.
type Request struct {
	User      string        // id as the model knows it; empty for an anonymous session
	Events    []event.Event // what the user did lately, in any order; UserID is not read
	N, Offset int           // >= 0: up to N items after the first Offset

	Filter              Filter
	IncludeSeen         bool // also items the user touched before: owned, completed or only seen
	IgnorePrerequisites bool // also items that ask for one the user has not finished
	Explain             bool

	Boosts     []Boost
	Promotions []Promotion // their shares sum to 1 or less
	Diversity  float64     // 0..1: how much being unlike the items above counts, see diversify
	Explore    float64     // 0..1: probability that a place goes to chance, see Item.Propensity
	Seed       uint64      // of exploration: an equal request with an equal seed has an equal answer
}

// Filter narrows the catalogue. An item has to pass all of it; the zero value lets
// everything pass. A name that the catalogue does not have matches nothing.
type Filter struct {
	Domain, Category string   // empty for any
	Tags             []string // an item has all of them
	// In major units of the item's own currency, the bounds included; nil for none. An
	// item without a price costs 0.
	PriceMin, PriceMax *float64
	// In seconds, the bounds included; nil for none. An item of unknown duration
	// passes no bound.
	DurationMin, DurationMax *float64
	Exclude                  []string    // item ids; unknown ones exclude nothing
	Where                    *Expression // of CompileFilter; nil for none
}

// Boost multiplies the odds of items: a probability p becomes that of odds F p/(1-p),
// a logit grows by log F. An item has to match all that is set. Boosts of one item
// multiply. They change the order of the user's PoolSize best items and no score.
type Boost struct {
	Where                       *Expression
	Category, Domain, Tag, Item string  // empty for any
	Factor                      float64 // 1/16..16
}

// Promotion gives items a share of the places of an answer, spread evenly: of the
// first n, floor(Share n). They are shown in their order, as far as the user may be shown them;
// what there is none for goes to the other items. An item that the order itself has
// shown already is not shown again, nor is one that was promoted.
type Promotion struct {
	Items []string
	Share float64 // 0..1
}

// plain reports whether a request is one of a user and nothing else, whose answer
// depends on N, Offset, IncludeSeen and Explain alone.
func (r *Request) plain() bool {
	return r.User != "" && len(r.Events) == 0 && r.Filter.empty() && !r.IgnorePrerequisites && !r.shaped()
}

// shaped reports whether anything but the model and the rules decides the order.
func (r *Request) shaped() bool {
	return len(r.Boosts) > 0 || len(r.Promotions) > 0 || r.Diversity > 0 || r.Explore > 0
}

// empty reports whether a filter lets everything pass.
func (f *Filter) empty() bool {
	return f.Domain == "" && f.Category == "" && len(f.Tags) == 0 && f.PriceMin == nil && f.PriceMax == nil &&
		f.DurationMin == nil && f.DurationMax == nil && len(f.Exclude) == 0 && f.Where == nil
}
