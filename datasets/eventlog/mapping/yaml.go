package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxDepth is how deeply brackets and braces may be nested in a mapping; three
// levels are all it needs.
const maxDepth = 32

// document collects the faults of a mapping file.
type document struct {
	name   string
	faults []error
}

// fault notes what is wrong on the line of a node.
func (d *document) fault(at ast.Node, format string, args ...any) {
	line := 0
	if at != nil && at.GetToken() != nil {
		line = at.GetToken().Position.Line
	}
	d.faultOn(line, format, args...)
}

func (d *document) faultOn(line int, format string, args ...any) {
	where := d.name
	if line > 0 {
		where = fmt.Sprintf("%s:%d", d.name, line)
	}
	d.faults = append(d.faults, fmt.Errorf("%w %s: %s", ErrMapping, where, fmt.Sprintf(format, args...)))
}

// root returns the top of the only document in data, nil after a fault.
func (d *document) root(data []byte) ast.Node {
	if len(data) > maxSize {
		d.faultOn(0, "larger than %d bytes", maxSize)
		return nil
	}
	if bytes.Count(data, []byte{'['})+bytes.Count(data, []byte{'{'}) > 0 && depth(data) > maxDepth {
		d.faultOn(0, "brackets are nested more than %d deep", maxDepth)
		return nil
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		var where yaml.Error
		if errors.As(err, &where) && where.GetToken() != nil {
			d.faultOn(where.GetToken().Position.Line, "%s", where.GetMessage())
		} else {
			d.faultOn(0, "%v", err)
		}
		return nil
	}
	var docs []ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil {
			docs = append(docs, doc.Body)
		}
	}
	if len(docs) != 1 {
		d.faultOn(0, "must be one document, there are %d", len(docs))
		return nil
	}
	return docs[0]
}

// depth is how many brackets and braces are open at once at most, those in texts
// included.
func depth(data []byte) int {
	open, most := 0, 0
	for _, c := range data {
		switch c {
		case '[', '{':
			open++
			most = max(most, open)
		case ']', '}':
			open = max(open-1, 0)
		}
	}
	return most
}

// pair is one entry of a YAML mapping.
type pair struct {
	key   string
	at    ast.Node
	value ast.Node
}

// pairs returns the entries of a mapping in their order, nil after a fault.
func (d *document) pairs(n ast.Node, what string) []pair {
	m, ok := n.(ast.MapNode)
	if !ok {
		d.fault(n, "%s must be a mapping of keys to values", what)
		return nil
	}
	var all []pair
	for i := m.MapRange(); i.Next(); {
		key, ok := scalar(i.Key())
		if !ok {
			d.fault(i.Key(), "%s: a key must be a plain text", what)
			continue
		}
		all = append(all, pair{key, i.Key(), i.Value()})
	}
	return all
}

// fields calls the function for each key of a mapping, and notes keys that have
// none.
func (d *document) fields(n ast.Node, what string, known map[string]func(ast.Node)) {
	for _, p := range d.pairs(n, what) {
		read, ok := known[p.key]
		if !ok {
			var names []string
			for name := range known {
				names = append(names, name)
			}
			slices.Sort(names)
			d.fault(p.at, "%s has no key %q, only %s", what, p.key, strings.Join(names, ", "))
			continue
		}
		read(p.value)
	}
}

// scalar returns the text of a text, number or truth as it is written.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func isNull(n ast.Node) bool {
	_, ok := n.(*ast.NullNode)
	return ok || n == nil
}

// text returns a text that is not empty.
func (d *document) text(n ast.Node, what string) string {
	s, ok := scalar(n)
	if !ok || s == "" {
		d.fault(n, "%s must be a text", what)
		return ""
	}
	return s
}

// texts returns one text or a list of them, none of them empty and none twice.
func (d *document) texts(n ast.Node, what string, most int) []string {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		if s := d.text(n, what); s != "" {
			return []string{s}
		}
		return nil
	}
	if len(list.Values) > most {
		d.fault(n, "%s has more than %d entries", what, most)
		return nil
	}
	var all []string
	for _, v := range list.Values {
		s := d.text(v, "an entry of "+what)
		if s != "" && slices.Contains(all, s) {
			d.fault(v, "%s names %q twice", what, s)
		} else if s != "" {
			all = append(all, s)
		}
	}
	return all
}
