// Package mapping says how the logs of another platform are read as the
// canonical tables of package eventlog: which files hold which table, what their
// columns are called, in which units and words they are written.
//
// A mapping is a YAML file with a section for each table that differs:
//
//	events:
//	  files: [logs/**/*.txt]          # below the location, .gz or .zst need not be named; without: the canonical names
//	  format: csv                     # csv, jsonl or parquet; without: by the extension, of which .tsv is csv
//	  separator: "\t"                 # csv: one byte; without: a tab in .tsv, else a comma
//	  quotes: false                   # csv: a quote is a character like any other
//	  header: typed                   # csv: cells are name:type, of which the name counts
//	  names: [who, event, when, value] # csv: instead of a header, if there is none
//	  columns:                        # OURS: where it comes from
//	    user_id: who                  # their name; of a list, the first that has a value in the row
//	    ts: {from: when, unit: ms}
//	    type:
//	      from: event
//	      values: {view_item: view, scroll: null}   # null drops the row, "" is no value
//	      others: null                              # what values does not name; without: as it is
//	    rating: {from: value, only: [rating], scale: [0, 10]}
//	    currency: {default: EUR}      # when there is no value
//	    plan: null                    # not read
//
// A column that is not listed is read from theirs of the same name, and a table
// that is not listed as if there were no mapping. The keys of a column:
//
//	from     their name or names. In JSON, a.b is field b of the object in field a
//	values   texts of theirs and what they become, in our words and units
//	others   what becomes of every other text
//	default  in our words and units, when there is no value
//	when     type only: for rows without a type, {OURS: TYPE}; the first column with a value decides
//	only     events only: the types in whose rows the column is read
//	split    what separates the entries of a list; of a column that is no list, the first entry counts
//	unit     see below
//	layout   times: how they are written, or a list of which the first that fits counts: YYYY MM DD hh mm ss
//	         (a fraction may follow), Z or +hh:mm or +hhmm for an offset, name for a zone's name behind its offset
//	zone     times with a layout that has no offset: an IANA name; UTC without
//	scale    rating, progress, difficulty: [low, high], which become the ends of our range
//
// Units are s, ms, us and ns for times (without one, package field tells seconds
// from milliseconds by their size, and reads RFC 3339); s, ms, us, min and h for
// seconds and duration_seconds; percent for progress; minor (of the row's
// currency) and micros for amount and price.
//
// Numbers are converted exactly, as decimals; what comes out is checked like any
// value of a canonical log.
package mapping

import (
	"errors"
	"slices"
)

// ErrMapping is wrapped by errors about what a mapping says.
var ErrMapping = errors.New("mapping")

// Mapping is one mapping file. It does not change and may be shared.
type Mapping struct {
	Name   string // of the built-in mapping, or the path it was read from
	tables map[string]*Table
}

// Table returns how a table is read, nil if the mapping does not say.
func (m *Mapping) Table(name string) *Table { return m.tables[name] }

// Tables returns the names of the tables whose patterns match a file, in
// canonical order. One file may hold several tables. The name is slash-separated
// and below the location; .gz or .zst at its end may be left out of a pattern.
func (m *Mapping) Tables(file string) []string {
	var names []string
	for _, t := range tables {
		if mapped := m.tables[t.name]; mapped != nil && mapped.matches(file) {
			names = append(names, t.name)
		}
	}
	return names
}

// Table says how the files of one table are read.
type Table struct {
	Name string // ours
	// Patterns name its files, see Mapping.Tables. If there are none its files have
	// the canonical names.
	Patterns []string
	Format   Format
	Text     Text

	// Sources are the columns of theirs that are read, each once, at most 31. A name with
	// points is a path in JSON and Parquet and a plain name in CSV.
	Sources []string
	// Columns are ours, in the order of package eventlog.
	Columns []string

	columns []column // of Columns
	order   []int    // of columns, such that each follows those it depends on
}

// Format is how the rows of a file are written.
type Format uint8

// The formats.
const (
	ByName Format = iota // as the extension says
	CSV
	JSONL
	Parquet
)

// Text is the form of CSV files.
type Text struct {
	Separator byte     // 0 if the mapping does not say
	Unquoted  bool     // quotes have no meaning
	Typed     bool     // header cells are name:type
	Names     []string // the columns of files without a header
}

// Needs returns the sources of which a file must have at least one for each entry:
// those of our required columns that have no other origin. ours[i] is the column
// that entry i is for.
func (t *Table) Needs() (ours []string, sources [][]int) {
	for i := range t.columns {
		c := &t.columns[i]
		if c.required && c.otherwise == "" && len(c.when) == 0 {
			ours = append(ours, c.name)
			sources = append(sources, c.sources)
		}
	}
	return ours, sources
}

// Idle counts our columns that the mapping takes from sources of which held, with a
// bit for each of Sources, has none.
func (t *Table) Idle(held uint32) int {
	idle := 0
	for i := range t.columns {
		c := &t.columns[i]
		if c.said && len(c.sources) > 0 && !slices.ContainsFunc(c.sources, func(s int) bool { return held>>s&1 == 1 }) {
			idle++
		}
	}
	return idle
}
