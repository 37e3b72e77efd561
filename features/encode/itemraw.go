package encode

import (
	"math"

	"curio/datasets/event"
	"curio/features/profile"
)

// The raw values of an item: the plain attributes, then one-hot fields, then
// behaviour.
var (
	itemAttributeNames = [...]string{
		"difficulty", "log_price", "log_duration_hours", "has_prerequisites",
		"known.lecturer_background", "known.partner",
	}
	itemBehaviourNames = [...]string{
		"popularity.log_users", "popularity.mean_rating", "popularity.completion_rate", "age.log_days",
	}
)

// maxItemRaw is the most raw values an item has.
const maxItemRaw = len(itemAttributeNames) + MaxDomains + MaxCategories + MaxTags + 2*MaxValues + len(itemBehaviourNames)

func (e *Items) rawNames() []string {
	names := append([]string(nil), itemAttributeNames[:]...)
	names = e.domains.names(names, "domain")
	names = e.categories.names(names, "category")
	names = e.tags.names(names, "tag")
	names = e.backgrounds.names(names, "lecturer_background")
	names = e.partners.names(names, "partner")
	return append(names, itemBehaviourNames[:]...)
}

// raw fills dst in the order of rawNames; NaN is a missing value.
func (e *Items) raw(dst []float64, it *event.Item, p *profile.Item, asOf event.Time) {
	if it == nil {
		it = &event.Item{}
	}
	plain := dst[:len(itemAttributeNames)]
	rest := dst[len(plain):]
	rest, _ = e.domains.write(rest, it.Domain)
	rest, _ = e.categories.write(rest, it.Category)
	rest = e.tags.writeSet(rest, it.Tags)
	rest, background := e.backgrounds.write(rest, it.LecturerBackground)
	rest, partner := e.partners.write(rest, it.PartnerID)
	itemAttributes(plain, it, background, partner)
	itemBehaviour(rest, it, p, asOf)
}

func itemAttributes(dst []float64, it *event.Item, background, partner bool) {
	fill(dst, math.NaN())
	if it.Difficulty != 0 {
		dst[0] = float64(it.Difficulty) / 100
	}
	if it.Price > 0 || it.Currency != "" { // a price of 0 in a currency is free
		dst[1] = logCount(max(it.Price, 0))
	}
	if it.Duration > 0 {
		dst[2] = math.Log1p(float64(it.Duration) / millisAnHour)
	}
	dst[3] = truth(len(it.Prerequisites) > 0)
	dst[4] = truth(background)
	dst[5] = truth(partner)
}

// itemBehaviour leaves every value of an item without users missing. Age counts
// from publication, or from the first event when that is unknown.
func itemBehaviour(dst []float64, it *event.Item, p *profile.Item, asOf event.Time) {
	dst = dst[:len(itemBehaviourNames)]
	fill(dst, math.NaN())
	if p == nil || p.Users == 0 {
		return
	}
	dst[0] = logCount(p.Users)
	if mean, ok := p.MeanRating(); ok {
		dst[1] = mean / 100
	}
	dst[2] = ratio(float64(p.Finished), p.Started)
	since := it.PublishedAt
	if since == 0 {
		since = p.First
	}
	dst[3] = logDays(since, asOf)
}
