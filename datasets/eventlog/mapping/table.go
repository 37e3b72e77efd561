package mapping

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Limits of a mapping.
const (
	maxName    = 256   // bytes of a name of theirs, or of a pattern
	maxFrom    = 16    // names of theirs for one column
	maxFiles   = 100   // patterns of a table
	maxNames   = 1000  // columns of files without a header
	maxOutcome = 10000 // entries of values
	maxSources = 31    // columns of theirs that a table reads
)

// Parse reads a mapping; the name is for errors. An error wraps ErrMapping and
// joins every fault found, each with its line.
func Parse(name string, data []byte) (*Mapping, error) {
	d := &document{name: name}
	m := &Mapping{Name: name, tables: make(map[string]*Table)}
	if root := d.root(data); root != nil {
		known := make(map[string]func(ast.Node))
		for i := range tables {
			known[tables[i].name] = func(n ast.Node) { m.tables[tables[i].name] = d.table(n, tables[i].name, tables[i].columns) }
		}
		d.fields(root, "a mapping", known)
	}
	if len(d.faults) > 0 {
		return nil, errors.Join(d.faults...)
	}
	return m, nil
}

// table reads the section of a table.
func (d *document) table(n ast.Node, name string, shapes []shape) *Table {
	t := &Table{Name: name}
	var columns ast.Node
	csvOnly := make(map[string]ast.Node)
	d.fields(n, name, map[string]func(ast.Node){
		"files":     func(n ast.Node) { t.Patterns = d.patterns(n, name+" files") },
		"format":    func(n ast.Node) { t.Format = d.format(n, name+" format") },
		"separator": func(n ast.Node) { csvOnly["separator"] = n; t.Text.Separator = d.separator(n) },
		"quotes":    func(n ast.Node) { csvOnly["quotes"] = n; t.Text.Unquoted = !d.truth(n, "quotes") },
		"header":    func(n ast.Node) { csvOnly["header"] = n; t.Text.Typed = d.typed(n) },
		"names":     func(n ast.Node) { csvOnly["names"] = n; t.Text.Names = d.texts(n, "names", maxNames) },
		"columns":   func(n ast.Node) { columns = n },
	})
	if t.Format == ByName {
		for _, p := range t.Patterns {
			if formatOf(p) == ByName {
				d.fault(n, "%s: the pattern %q does not show the format: set format", name, p)
			}
		}
	}
	for key, at := range csvOnly {
		if t.Format == JSONL || t.Format == Parquet {
			d.fault(at, "%s is for csv files", key)
		}
	}
	if t.Text.Typed && t.Text.Names != nil {
		d.fault(csvOnly["names"], "names is for files without a header, and header says they have one")
	}
	d.columns(t, columns, n, shapes)
	return t
}

func (d *document) patterns(n ast.Node, what string) []string {
	all := d.texts(n, what, maxFiles)
	for _, p := range all {
		if wrong := checkPattern(p); wrong != "" {
			d.fault(n, "%s: %q %s", what, p, wrong)
		}
	}
	if len(all) == 0 {
		d.fault(n, "%s names no file", what)
	}
	return all
}

func (d *document) format(n ast.Node, what string) Format {
	switch s := d.text(n, what); s {
	case "csv":
		return CSV
	case "jsonl":
		return JSONL
	case "parquet":
		return Parquet
	case "":
	default:
		d.fault(n, "%s is %q, must be csv, jsonl or parquet", what, s)
	}
	return ByName
}

func (d *document) separator(n ast.Node) byte {
	s, _ := scalar(n)
	if len(s) != 1 || s[0] >= 0x80 || strings.Contains("\"\r\n\x00", s) {
		d.fault(n, "separator must be one byte of ASCII, such as \"\\t\", and no quote or line end")
		return ','
	}
	return s[0]
}

func (d *document) truth(n ast.Node, what string) bool {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		d.fault(n, "%s must be true or false", what)
		return true
	}
	return b.Value
}

func (d *document) typed(n ast.Node) bool {
	if s := d.text(n, "header"); s != "typed" && s != "" {
		d.fault(n, "header is %q, must be typed", s)
	}
	return true
}

// columns reads the columns of a table, gives those that are not listed their
// defaults and puts them in order.
func (d *document) columns(t *Table, n, section ast.Node, shapes []shape) {
	listed := make(map[string]ast.Node)
	if n != nil {
		known := make(map[string]func(ast.Node))
		for _, s := range shapes {
			known[s.name] = func(n ast.Node) { listed[s.name] = n }
		}
		d.fields(n, t.Name+" columns", known)
	}
	for _, s := range shapes {
		t.Columns = append(t.Columns, s.name)
		t.columns = append(t.columns, column{shape: s})
	}
	at := make([]ast.Node, len(shapes))
	for i := range t.columns {
		c := &t.columns[i]
		at[i] = section
		from, said := []string{c.name}, false
		if n, ok := listed[c.name]; ok {
			at[i] = n
			from, said = d.column(t, c, n)
			c.said = said
		}
		for _, name := range from {
			if t.Text.Names != nil && !slices.Contains(t.Text.Names, name) {
				if said {
					d.fault(at[i], "%s: there is no column %q in names", c.name, name)
				}
				continue
			}
			c.sources = append(c.sources, t.source(name))
		}
		if len(c.sources) == 0 && c.converts() {
			d.fault(at[i], "%s is read from nowhere: only default and when have a meaning", c.name)
		}
		if c.required && len(c.sources) == 0 && len(c.when) == 0 && c.otherwise == "" {
			d.fault(at[i], "%s needs the column %s", t.Name, c.name)
		}
	}
	if len(t.Sources) > maxSources {
		d.fault(section, "%s reads more than %d columns of theirs", t.Name, maxSources)
	}
	d.link(t, at)
}

// source returns the index of a column of theirs.
func (t *Table) source(name string) int {
	i := slices.Index(t.Sources, name)
	if i < 0 {
		i = len(t.Sources)
		t.Sources = append(t.Sources, name)
	}
	return i
}
