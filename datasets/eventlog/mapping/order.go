package mapping

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// link checks what columns need of each other and finds their order: columns of
// every row, the type, then those of some types; amounts after their currency.
func (d *document) link(t *Table, at []ast.Node) {
	var ranks [5][]int
	for i := range t.columns {
		c := &t.columns[i]
		rank := 0
		switch {
		case c.kind == kindType:
			rank = 2
		case c.only != 0:
			rank = 3
		}
		if c.minor {
			c.currency = slices.Index(t.Columns, "currency")
			if other := &t.columns[c.currency]; other.only != 0 && (c.only == 0 || c.only&^other.only != 0) {
				d.fault(at[i], "%s: unit minor needs the currency, which is not read in all rows of the column", c.name)
			}
			rank++
		}
		ranks[rank] = append(ranks[rank], i)
		for _, w := range c.when {
			if other := &t.columns[w.column]; other.only != 0 || len(other.sources) == 0 {
				d.fault(at[i], "%s: when %s can never hold: the column is not read before the type is known", c.name, other.name)
			}
		}
	}
	for _, r := range ranks {
		t.order = append(t.order, r...)
	}
	d.reachable(t, at)
}

// reachable notes types in only that no row can have.
func (d *document) reachable(t *Table, at []ast.Node) {
	i := slices.IndexFunc(t.columns, func(c column) bool { return c.kind == kindType })
	if i < 0 {
		return
	}
	types, open := t.columns[i].results()
	if open {
		return
	}
	for i, c := range t.columns {
		for _, name := range c.onlyNames() {
			if !slices.Contains(types, name) {
				d.fault(at[i], "%s: no row has the type %s that only names", c.name, name)
			}
		}
	}
}

// results lists what the column can hold, if it cannot also hold texts of theirs.
func (c *column) results() (texts []string, open bool) {
	open = len(c.sources) > 0 && c.others == nil
	for _, o := range c.values {
		texts = append(texts, o.text)
	}
	for _, w := range c.when {
		texts = append(texts, w.text)
	}
	if c.others != nil {
		texts = append(texts, c.others.text)
	}
	return append(texts, c.otherwise), open
}
