package recommend

import (
	"math"
	"slices"

	"curio/datasets/event"
	"curio/datasets/event/field"
)

// What stands for a name that is asked for.
const (
	anyName  = -1 // none is
	noneName = -2 // one that the catalogue does not have
)

// columns are the attributes of a catalogue that filters ask for, by item index.
type columns struct {
	categories, domains, tags names
	category, domain          []int32
	tagged                    []int32 // the tags of item i are those from tagsAt[i] to tagsAt[i+1], ascending
	tagsAt                    []int32
	price                     []float64 // major units
	duration                  []float64 // seconds, NaN when unknown
}

// names numbers names in order of appearance.
type names map[string]int32

func (n names) number(name string) int32 {
	at, ok := n[name]
	if !ok {
		at = int32(len(n))
		n[name] = at
	}
	return at
}

// find returns what stands for a name.
func (n names) find(name string) int32 {
	if name == "" {
		return anyName
	}
	if at, ok := n[name]; ok {
		return at
	}
	return noneName
}

func newColumns(catalogue []event.Item) *columns {
	n := len(catalogue)
	c := &columns{
		categories: names{}, domains: names{}, tags: names{},
		category: make([]int32, n), domain: make([]int32, n), tagsAt: make([]int32, n+1),
		price: make([]float64, n), duration: make([]float64, n),
	}
	for i := range catalogue {
		item := &catalogue[i]
		c.category[i] = c.categories.number(item.Category)
		c.domain[i] = c.domains.number(item.Domain)
		for _, tag := range item.Tags {
			c.tagged = append(c.tagged, c.tags.number(tag))
		}
		slices.Sort(c.tagged[c.tagsAt[i]:])
		c.tagsAt[i+1] = int32(len(c.tagged))
		c.price[i] = price(item)
		c.duration[i] = math.NaN()
		if item.Duration > 0 {
			c.duration[i] = float64(item.Duration) / 1000
		}
	}
	return c
}

// price is what an item costs in major units of its currency. One in a currency that
// nobody knows has two decimals.
func price(item *event.Item) float64 {
	decimals := 2
	if money, fault := field.Currency(item.Currency); fault == "" {
		decimals = money.Decimals
	}
	return float64(item.Price) / math.Pow10(decimals)
}

func (c *columns) inCategory(item, category int32) bool { return c.category[item] == category }

func (c *columns) inDomain(item, domain int32) bool { return c.domain[item] == domain }

func (c *columns) hasTag(item, tag int32) bool {
	return slices.Contains(c.tagged[c.tagsAt[item]:c.tagsAt[item+1]], tag)
}
