package mapping

import (
	"slices"
	"strings"
	"unicode/utf8"

	"curio/datasets/event"
	"curio/datasets/event/code"

	"github.com/goccy/go-yaml/ast"
)

// column reads how a column is read and returns where from, and whether that was
// said.
func (d *document) column(t *Table, c *column, n ast.Node) (from []string, said bool) {
	if isNull(n) {
		return nil, true
	}
	if _, keyed := n.(ast.MapNode); !keyed {
		return d.from(n, c.name), true
	}
	from = []string{c.name}
	var unit, layout, zone, scale ast.Node
	d.fields(n, c.name, map[string]func(ast.Node){
		"from":    func(n ast.Node) { from, said = d.from(n, c.name+" from"), true },
		"values":  func(n ast.Node) { d.values(c, n) },
		"others":  func(n ast.Node) { o := d.outcome(c, n, "others"); c.others = &o },
		"default": func(n ast.Node) { c.otherwise = d.ours(c, n, "default") },
		"when":    func(n ast.Node) { d.when(t, c, n) },
		"only":    func(n ast.Node) { d.only(t, c, n) },
		"split":   func(n ast.Node) { c.split = d.split(c, n) },
		"unit":    func(n ast.Node) { unit = n },
		"layout":  func(n ast.Node) { layout = n },
		"zone":    func(n ast.Node) { zone = n },
		"scale":   func(n ast.Node) { scale = n },
	})
	d.conversion(c, unit, layout, zone, scale)
	if c.kind == kindList && (c.values != nil || c.others != nil) {
		d.fault(n, "%s is a list: it has no values and others", c.name)
	}
	return from, said
}

// converts reports whether something is to be made of texts of theirs.
func (c *column) converts() bool {
	return c.values != nil || c.others != nil || c.split != "" || c.layouts != nil || c.instant || c.minor || c.line != line{}
}

// from reads one name of theirs or several; an empty list is none.
func (d *document) from(n ast.Node, what string) []string {
	names := d.texts(n, what, maxFrom)
	for _, name := range names {
		switch {
		case len(name) > maxName:
			d.fault(n, "%s: a name is longer than %d bytes", what, maxName)
		case !utf8.ValidString(name):
			d.fault(n, "%s: a name is not valid UTF-8", what)
		case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, ".."):
			d.fault(n, "%s: %q has a point without a name beside it", what, name)
		case strings.Count(name, ".") > 3:
			d.fault(n, "%s: %q is deeper than four names", what, name)
		}
	}
	return names
}

func (d *document) values(c *column, n ast.Node) {
	pairs := d.pairs(n, c.name+" values")
	if len(pairs) > maxOutcome {
		d.fault(n, "%s values has more than %d entries", c.name, maxOutcome)
		return
	}
	c.values = make(map[string]outcome, len(pairs))
	for _, p := range pairs {
		if _, twice := c.values[p.key]; twice {
			d.fault(p.at, "%s values has %q twice", c.name, p.key)
		}
		if p.key == "" {
			d.fault(p.at, "%s values: an empty text is no value; use default", c.name)
		}
		c.values[p.key] = d.outcome(c, p.value, "values")
	}
}

// outcome reads null, an empty text or a value of ours.
func (d *document) outcome(c *column, n ast.Node, key string) outcome {
	if isNull(n) {
		return outcome{drop: true}
	}
	if s, ok := scalar(n); ok && s == "" {
		return outcome{}
	}
	return outcome{text: d.ours(c, n, key)}
}

// ours reads a value that the column can have.
func (d *document) ours(c *column, n ast.Node, key string) string {
	s := d.text(n, c.name+" "+key)
	if s == "" {
		return ""
	}
	if flaw := c.kind.check(s); flaw != "" {
		d.fault(n, "%s %s: %q is refused as %s: %s", c.name, key, s, flaw, code.Message(flaw))
		return ""
	}
	return s
}

func (d *document) when(t *Table, c *column, n ast.Node) {
	if c.kind != kindType {
		d.fault(n, "%s cannot have when, only type can", c.name)
		return
	}
	for _, p := range d.pairs(n, "when") {
		i := slices.IndexFunc(t.columns, func(o column) bool { return o.name == p.key })
		if i < 0 || t.columns[i].kind == kindType {
			d.fault(p.at, "when: %q is no other column of %s", p.key, t.Name)
			continue
		}
		if text := d.ours(c, p.value, "when"); text != "" {
			c.when = append(c.when, rule{i, text})
		}
	}
}

func (d *document) only(t *Table, c *column, n ast.Node) {
	if t.Name != "events" || c.required {
		d.fault(n, "%s cannot have only", c.name)
		return
	}
	names := d.texts(n, c.name+" only", event.Types)
	for _, name := range names {
		kind, ok := event.ParseType(name)
		if !ok {
			d.fault(n, "%s only: %q is not an event type", c.name, name)
		}
		c.only |= 1 << kind
	}
	if len(names) == 0 {
		d.fault(n, "%s only names no type", c.name)
	}
}

// onlyNames lists the types in whose rows the column is read, none for all.
func (c *column) onlyNames() []string {
	var names []string
	for t := event.Type(1); int(t) < event.Types; t++ {
		if c.only&(1<<t) != 0 {
			names = append(names, t.String())
		}
	}
	return names
}

func (d *document) split(c *column, n ast.Node) string {
	s := d.text(n, c.name+" split")
	if len(s) > maxName {
		d.fault(n, "%s split is longer than %d bytes", c.name, maxName)
		return ""
	}
	return s
}
