package eventlog

import (
	"fmt"
	"slices"
	"strings"

	"curio/datasets/event/code"
	"curio/datasets/eventlog/mapping"
	"curio/datasets/eventlog/rows"
)

// theirs is what makes a table one of a mapping's sources.
type theirs struct {
	*mapping.Table
	paths [][]string      // of the sources that are fields of objects in JSON; else nil
	roots map[string]bool // the fields that those objects are in
}

// newTheirs returns the sources of a mapping as the columns of a table. With
// paths, names with points lead into objects.
func newTheirs(m *mapping.Table, paths bool) *table {
	t := newTable(m.Name, m.Sources, nil)
	t.theirs = &theirs{Table: m, paths: make([][]string, len(m.Sources)), roots: make(map[string]bool)}
	if !paths {
		return t
	}
	for i, s := range m.Sources {
		if path := strings.Split(s, "."); len(path) > 1 {
			t.theirs.paths[i] = path
			t.theirs.roots[path[0]] = true
			delete(t.index, s)
		}
	}
	t.keys = newKeys(t.index)
	return t
}

// below reports whether a field holds an object that sources are in.
func (t *theirs) below(name string) bool { return t != nil && t.roots[name] }

// missing is the fault of a header that has none of the sources of a column that
// rows need.
func (t *theirs) missing(seen map[int]bool) fault {
	ours, sources := t.Needs()
	for i, some := range sources {
		if slices.ContainsFunc(some, func(s int) bool { return seen[s] }) {
			continue
		}
		var names []string
		for _, s := range some {
			names = append(names, t.Sources[s])
		}
		return fault{code: code.CSVHeader, field: ours[i],
			message: fmt.Sprintf("header: the mapping takes %s from %s, which is not there", ours[i], strings.Join(names, ", "))}
	}
	return fault{}
}

// form is how the fields of CSV files of a table are told apart.
func (t *table) form() rows.Form {
	if t.theirs == nil {
		return rows.Form{}
	}
	return rows.Form{Separator: t.theirs.Text.Separator, Unquoted: t.theirs.Text.Unquoted}
}

// mapped returns the mapping of a table, nil if it has none.
func (o *Options) mapped(t *table) *mapping.Table {
	if o.Mapping == nil {
		return nil
	}
	return o.Mapping.Table(t.name)
}

// in returns the columns that a file of a table has.
func (s *Source) in(t *table, f file) *table {
	if m := s.o.mapped(t); m != nil {
		return newTheirs(m, f.format == jsonl)
	}
	return t
}

// textReader is what a worker has to read text files with.
type textReader struct {
	json    jsonRows
	records *rows.Splitter
}

func (s *Source) newTextReader(t *table) textReader {
	inJSON := s.in(t, file{format: jsonl})
	return textReader{json: newJSONRows(inJSON, &s.o), records: rows.NewSplitter(inJSON.form(), s.o.MaxLine, s.o.MaxColumns)}
}

// translation makes rows of ours out of rows of theirs.
type translation struct {
	row     row // a cell for each source
	skipped int // rows
	m       *mapping.Table
	t       *mapping.Translator
	value   func(int) (string, bool) // of a source
}

// translation returns nil for a table without a mapping.
func (s *Source) translation(t *table) *translation {
	m := s.o.mapped(t)
	if m == nil {
		return nil
	}
	tr := &translation{row: row{cells: make([]cell, len(m.Sources))}, m: m, t: m.Translator()}
	tr.value = func(source int) (string, bool) {
		c := &tr.row.cells[source]
		return c.text, c.kind != absent && c.kind != empty
	}
	return tr
}

// apply fills r from the row of theirs.
func (tr *translation) apply(r *row) (skip bool, flaw fault) {
	r.clear()
	moves, skip, wrong := tr.t.Row(tr.value)
	if skip {
		tr.skipped++
		return true, fault{}
	}
	for i := range moves {
		switch m := &moves[i]; {
		case m.Text != "":
			r.set(i, cell{kind: text, text: m.Text})
		case m.List != nil:
			r.setList(i, m.List)
		case m.From < 0:
		case tr.row.cells[m.From].kind != list:
			r.set(i, tr.row.cells[m.From])
		case m.First:
			if all := tr.row.lists[tr.row.cells[m.From].list]; len(all) > 0 && all[0] != "" {
				r.set(i, cell{kind: text, text: all[0]})
			}
		default:
			r.setList(i, tr.row.lists[tr.row.cells[m.From].list])
		}
	}
	if wrong.Code != "" {
		return false, fault{code: wrong.Code, field: tr.m.Columns[wrong.Column], value: wrong.Value, message: code.Message(wrong.Code)}
	}
	return false, fault{}
}
