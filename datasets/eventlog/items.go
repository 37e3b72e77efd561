package eventlog

import (
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

// The columns of items.
const (
	itemID = iota
	itemTitle
	itemDomain
	itemCategory
	itemTags
	itemDifficulty
	itemLecturer
	itemBackground
	itemPrice
	itemCurrency
	itemDuration
	itemPublished
	itemPrerequisites
	itemPartner
	itemAvailable
)

var itemTable = newTable("items",
	[]string{"item_id", "title", "domain", "category", "tags", "difficulty", "lecturer_id", "lecturer_background",
		"price", "currency", "duration_seconds", "published_at", "prerequisites", "partner_id", "available"},
	[]string{"item_id"}, itemLecturer)

func (s *Source) item(r *row) (event.Item, fault) {
	c := scan{t: itemTable, r: r, o: &s.o}
	i := event.Item{
		ID:                 strings.Clone(c.id(itemID, code.ItemMissing)),
		Title:              strings.Clone(c.text(itemTitle, maxTitle)),
		Domain:             strings.Clone(c.text(itemDomain, maxText)),
		Category:           strings.Clone(c.text(itemCategory, maxText)),
		Tags:               cloned(c.list(itemTags, false, field.Text, maxText)),
		LecturerID:         strings.Clone(c.id(itemLecturer, "")),
		LecturerBackground: strings.Clone(c.text(itemBackground, maxTitle)),
		Prerequisites:      cloned(c.list(itemPrerequisites, false, field.ID, s.o.MaxID)),
		PartnerID:          strings.Clone(c.id(itemPartner, "")),
	}
	i.PublishedAt, _ = value(&c, itemPublished, field.Published) // after now is fine: courses are listed before they start
	i.Difficulty, _ = value(&c, itemDifficulty, field.Difficulty)
	i.Price, i.Currency, _ = c.money(itemPrice, itemCurrency)
	i.Duration, _ = value(&c, itemDuration, field.Seconds)
	if available, ok := value(&c, itemAvailable, field.Bool); ok {
		i.Unavailable = !available
	}
	return i, c.fault
}
