package clean

import (
	"context"
	"slices"
	"strings"

	"curio/datasets/event"

	"golang.org/x/text/unicode/norm"
)

// Catalogue returns the catalogue with texts in one form and prices in one
// currency.
func (s *Source) Catalogue(ctx context.Context, reject func(event.Reject)) (*event.Catalogue, error) {
	raw, err := s.src.Catalogue(ctx, reject)
	if err != nil {
		return nil, err
	}
	c := event.Catalogue{
		Users: slices.Clone(raw.Users), Partners: slices.Clone(raw.Partners), Trends: slices.Clone(raw.Trends),
		Items: make([]event.Item, 0, len(raw.Items)),
	}
	for i := range c.Users {
		u := &c.Users[i]
		u.Occupation, u.Gender, u.Region = text(u.Occupation), text(u.Gender), text(u.Region)
	}
	for i := range c.Partners {
		p := &c.Partners[i]
		p.Name, p.Industry, p.Region, p.Tags = text(p.Name), text(p.Industry), text(p.Region), list(p.Tags)
	}
	for i := range c.Trends {
		t := &c.Trends[i]
		t.Domain, t.Topic, t.Source = text(t.Domain), text(t.Topic), text(t.Source)
	}
	prices := 0
	for _, item := range raw.Items {
		item.Title, item.Domain, item.Category = text(item.Title), text(item.Domain), text(item.Category)
		item.LecturerBackground, item.Tags = text(item.LecturerBackground), list(item.Tags)
		if fault := s.price(&item, &prices); fault != "" {
			if reject != nil {
				reject(event.Reject{Code: fault, Field: "price", Value: short(item.Currency), Message: "item " + short(item.ID) + ": " + message(fault)})
			}
			continue
		}
		c.Items = append(c.Items, item)
	}
	shelf := newShelf(c.Items, s.o)
	if shelf.refuses {
		c.Items = slices.DeleteFunc(c.Items, func(i event.Item) bool { return i.Unlisted })
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shelf, s.prices = shelf, prices
	return &c, nil
}

// price converts the price of an item, if it has one, and counts it if it was in
// another currency.
func (s *Source) price(item *event.Item, converted *int) (fault string) {
	if !s.exchange.converts() || item.Currency == s.exchange.base || item.Currency == "" && item.Price == 0 {
		return ""
	}
	if item.Price, fault = s.exchange.worth(item.Price, item.Currency); fault == "" {
		item.Currency = s.exchange.base
		*converted++
	}
	return fault
}

// text brings a text into its one form.
func text(s string) string { return norm.NFC.String(strings.TrimSpace(s)) }

// list brings the texts of a list into their one form, without empty ones and
// those that stood earlier. It leaves the list itself as it is.
func list(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		if t = text(t); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
