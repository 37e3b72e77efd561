package public

import (
	"context"
	"strings"

	"curio/datasets/event"
	"curio/datasets/event/code"
	"curio/datasets/event/field"
)

func (j journey) catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	var households table[event.User]
	unreadable := 0
	err := j.demographics.rowsIfAny(ctx, reject, []string{"household_id", "age"}, func(r *record, where *at) error {
		u := event.User{ID: strings.Clone(r.get("household_id"))}
		band := r.get("age")
		if i := strings.IndexAny(band, "-+"); i > 0 {
			u.Age, _ = field.Age(band[:i])
		}
		if u.Age == 0 && band != "" {
			unreadable++
		}
		if identified(where, "household_id", u.ID, code.UserMissing) {
			households.put(u.ID, u)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var products table[event.Item]
	var makers table[event.Partner]
	err = j.products.rowsIfAny(ctx, reject, []string{"product_id"}, func(r *record, where *at) error {
		i := product(r)
		if !identified(where, "product_id", i.ID, code.ItemMissing) ||
			i.PartnerID != "" && !identified(where, "manufacturer_id", i.PartnerID, code.PartnerMissing) ||
			!readable(where, append([]string{i.Title, i.Category}, i.Tags...)...) {
			return nil
		}
		products.put(i.ID, i)
		if i.PartnerID != "" {
			makers.put(i.PartnerID, event.Partner{ID: i.PartnerID})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	j.set("users_replaced", households.replaced)
	j.set("items_replaced", products.replaced)
	j.set("age_unreadable", unreadable)
	return &event.Catalogue{Users: households.rows, Items: products.rows, Partners: makers.rows}, nil
}

// rowsIfAny reads nothing if there is no such file.
func (c commas) rowsIfAny(ctx context.Context, reject func(event.Reject), need []string, row func(r *record, where *at) error) error {
	if c.file == "" {
		return nil
	}
	return c.rows(ctx, reject, need, row)
}

func product(r *record) event.Item {
	i := event.Item{
		ID:        strings.Clone(r.get("product_id")),
		Domain:    "retail",
		Title:     strings.Clone(r.get("product_type")),
		Category:  strings.Clone(r.get("product_category")),
		PartnerID: strings.Clone(r.get("manufacturer_id")),
		Tags:      distinct([]string{r.get("department"), r.get("product_type"), r.get("brand")}),
	}
	if i.Category == "" {
		i.Category = strings.Clone(r.get("department"))
	}
	if size := r.get("package_size"); size != "" && i.Title != "" {
		i.Title += ", " + size
	}
	return i
}
