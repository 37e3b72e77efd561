package synth

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"curio/datasets/event"
)

// Platform is one synthetic data set, an event.Source. It is safe for
// concurrent use; it keeps a few bytes a user and the catalogue.
type Platform struct {
	options    Options
	begin      event.Time // of the window
	userDigits int
	itemDigits int

	groups    []group
	shares    []float64 // of the groups
	attention *attention
	items     []item
	shelves   [len(domains)][len(topics)]shelves
	quotas    []int32 // events of each user

	catalogue []event.Item
	partners  []event.Partner
}

// New plants a platform. It returns an error that names every fault of o.
func New(o Options) (*Platform, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("synthetic platform: %w", err)
	}
	p := &Platform{
		options:    o,
		begin:      o.End - Window,
		userDigits: max(5, len(strconv.Itoa(o.Users))),
		itemDigits: max(4, len(strconv.Itoa(o.Items))),
	}
	s := newStream(o.Seed)
	p.groups = newGroups(o.Segments, s)
	for g := range p.groups {
		p.shares = append(p.shares, p.groups[g].share)
	}
	p.attention = newAttention(s)
	p.newItems(s)
	p.newPartners(s)
	p.newShelves(s)
	p.newQuotas(s)
	return p, nil
}

// Options returns the options the platform was made with.
func (p *Platform) Options() Options { return p.options }

// Fixed is false: the platform has no split of its own.
func (p *Platform) Fixed() bool { return false }

// Files is empty: nothing is read from files.
func (p *Platform) Files() []string { return nil }

// Catalogue lists everyone and everything the events name. The caller owns it.
// Nothing is rejected.
func (p *Platform) Catalogue(ctx context.Context, _ func(event.Reject)) (*event.Catalogue, error) {
	c := &event.Catalogue{
		Users:    make([]event.User, p.options.Users),
		Items:    slices.Clone(p.catalogue),
		Partners: slices.Clone(p.partners),
		Trends:   p.trends(),
	}
	for i := range c.Items {
		c.Items[i].Tags = slices.Clone(c.Items[i].Tags)
		c.Items[i].Prerequisites = slices.Clone(c.Items[i].Prerequisites)
	}
	for i := range c.Partners {
		c.Partners[i].Tags = slices.Clone(c.Partners[i].Tags)
	}
	s := newStream(p.options.Seed)
	for u := range c.Users {
		if u%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c.Users[u] = p.person(u, s)
	}
	return c, nil
}
