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

// form is how the fields of a CSV file of a table are told apart: as the mapping
// says, else by tabs in a file that is called .tsv and by commas in others.
func (t *table) form(name string) rows.Form {
	var f rows.Form
	if t.theirs != nil {
		f = rows.Form{Separator: t.theirs.Text.Separator, Unquoted: t.theirs.Text.Unquoted}
	}
	if f.Separator == 0 {
		f.Separator = ','
		if _, ext, _ := formatOf(name); ext == ".tsv" {
			f.Separator = '\t'
		}
	}
	return f
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
	records *rows.Splitter // of the form
	form    rows.Form
}

// splitter returns what cuts records of a form.
func (r *textReader) splitter(f rows.Form, o *Options) *rows.Splitter {
	if r.records == nil || r.form != f {
		r.records, r.form = rows.NewSplitter(f, o.MaxLine, o.MaxColumns), f
	}
	return r.records
}

func (s *Source) newTextReader(t *table) textReader {
	return textReader{json: newJSONRows(s.in(t, file{format: jsonl}), &s.o)}
}

// translation makes rows of ours out of rows of theirs.
type translation struct {
	row     row    // a cell for each source
	skipped int    // rows
	held    uint32 // bits of the sources that a row had a value of
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
	tr.held |= tr.row.given
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
		message := code.Message(wrong.Code)
		if wrong.Code == code.TSUnparsable {
			message = "not written as the mapping says"
		}
		return false, fault{code: wrong.Code, field: tr.m.Columns[wrong.Column], value: wrong.Value, message: message}
	}
	return false, fault{}
}
