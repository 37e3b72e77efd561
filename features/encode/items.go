package encode

import (
	"curio/datasets/event"
	"curio/features/profile"
)

// Items encodes items. It is frozen and safe for concurrent use, but for
// UnmarshalJSON, which has to be done with before.
//
// The first AttributeDim columns are attributes, known before anybody touched
// the item; the others are behaviour, and 0 for an item without users.
type Items struct {
	schema itemsSchema
	hash   string
	table  table

	domains, categories, tags, backgrounds, partners oneHot

	attributes int
}

// minTagged is the number of items that must have a tag for it to get a column.
const minTagged = 3

// FitItems makes the encoder of a catalogue and its profiles as of asOf, both by
// item index. profiles may be shorter than cat. Nothing given is kept or
// changed.
func FitItems(cat []event.Item, profiles []profile.Item, asOf event.Time) *Items {
	e := &Items{schema: itemsSchema{Kind: itemsKind}}
	s := &e.schema
	s.Domains = valuesOf(cat, MaxDomains, func(it *event.Item) string { return it.Domain })
	s.Categories = valuesOf(cat, MaxCategories, func(it *event.Item) string { return it.Category })
	s.Tags = tagsOf(cat)
	s.Backgrounds = valuesOf(cat, MaxValues, func(it *event.Item) string { return it.LecturerBackground })
	s.Partners = valuesOf(cat, MaxValues, func(it *event.Item) string { return it.PartnerID })
	e.index()
	s.Columns = fit(e.rawNames(), len(cat), func(i int, dst []float64) {
		e.raw(dst, &cat[i], at(profiles, i), asOf)
	})
	// The columns were just chosen among the names, so this cannot fail.
	e.table, _ = newTable(s.Columns, e.rawNames())
	e.finish()
	return e
}

// Encode writes the vector of one item to dst, whose length is Dim(). p is its
// profile as of asOf, or nil for an item that nobody touched; it may be nil for
// an item of which nothing is known. It does not allocate.
func (e *Items) Encode(dst []float32, it *event.Item, p *profile.Item, asOf event.Time) {
	var raw [maxItemRaw]float64
	e.raw(raw[:], it, p, asOf)
	e.table.encode(dst, raw[:])
}

// Dim returns the number of columns.
func (e *Items) Dim() int { return len(e.table.columns) }

// AttributeDim returns how many of the columns are attributes. They come first.
func (e *Items) AttributeDim() int { return e.attributes }

// Names returns the names of the columns.
func (e *Items) Names() []string { return e.table.names() }

// Hash returns the sha256, in hex, of schema and statistics.
func (e *Items) Hash() string { return e.hash }

func valuesOf(cat []event.Item, most int, value func(*event.Item) string) []string {
	counts := make(map[string]int64)
	for i := range cat {
		counts[value(&cat[i])]++
	}
	return frequent(counts, 1, most)
}

// tagsOf counts items by tag, an item that repeats a tag once.
func tagsOf(cat []event.Item) []string {
	counts, last := make(map[string]int64), make(map[string]int)
	for i := range cat {
		for _, tag := range cat[i].Tags {
			if last[tag] != i+1 {
				counts[tag]++
			}
			last[tag] = i + 1
		}
	}
	return frequent(counts, minTagged, MaxTags)
}
