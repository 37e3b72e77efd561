package recommend

import "github.com/expr-lang/expr/vm"

// attribute is something that an expression can ask of an item.
type attribute struct {
	name string
	of   func(e *Engine, item int32) any
}

// attributes are in the order in which they are documented. Each has one type.
var attributes = []attribute{
	{"id", func(e *Engine, i int32) any { return e.art.Catalogue[i].ID }},
	{"title", func(e *Engine, i int32) any { return e.art.Catalogue[i].Title }},
	{"domain", func(e *Engine, i int32) any { return e.art.Catalogue[i].Domain }},
	{"category", func(e *Engine, i int32) any { return e.art.Catalogue[i].Category }},
	{"tags", func(e *Engine, i int32) any { return e.art.Catalogue[i].Tags }},
	{"difficulty", func(e *Engine, i int32) any { return float64(e.art.Catalogue[i].Difficulty) / 100 }},
	{"lecturer_id", func(e *Engine, i int32) any { return e.art.Catalogue[i].LecturerID }},
	{"price", func(e *Engine, i int32) any { return e.columns.price[i] }},
	{"currency", func(e *Engine, i int32) any { return e.art.Catalogue[i].Currency }},
	{"duration", func(e *Engine, i int32) any { return float64(e.art.Catalogue[i].Duration) / 1000 }},
	{"published_at", func(e *Engine, i int32) any { return float64(e.art.Catalogue[i].PublishedAt) / 1000 }},
	{"partner_id", func(e *Engine, i int32) any { return e.art.Catalogue[i].PartnerID }},
	{"popularity", func(e *Engine, i int32) any { return float64(e.popularity[i]) }},
}

// sample has the types of the attributes.
var sample = map[string]any{
	"id": "", "title": "", "domain": "", "category": "", "tags": []string{}, "difficulty": 0.0, "lecturer_id": "",
	"price": 0.0, "currency": "", "duration": 0.0, "published_at": 0.0, "partner_id": "", "popularity": 0.0,
}

// attributeNames lists the names that an expression may use.
func attributeNames() []string {
	list := make([]string, len(attributes))
	for i, a := range attributes {
		list[i] = a.name
	}
	return list
}

// selected evaluates an expression for the whole catalogue. An item for which it fails is
// not selected.
func (e *Engine) selected(x *Expression) itemSet {
	items := len(e.art.Catalogue)
	set, env := newItemSet(items), make(map[string]any, len(x.uses))
	var machine vm.VM
	for i := range int32(items) {
		for _, a := range x.uses {
			env[a.name] = a.of(e, i)
		}
		if ok, err := machine.Run(x.program, env); err == nil && ok == any(true) {
			set.add(i)
		}
	}
	return set
}
