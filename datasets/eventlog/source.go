// Package eventlog reads the canonical data set of a platform: behaviour logs and
// the tables beside them, from files, folders or an S3 bucket.
//
// A data set is a location with files of the tables events, users, items,
// partners and trends; only events must be there. The files of a table are
// NAME.EXT, NAME-part.EXT, NAME_part.EXT or NAME.part.EXT at the location, and
// everything below NAME/ or NAME.EXT/. Below partitions, which are folders such
// as dt=2026-11-01/ or region=eu/dt=2026-11-01/ at the location, it is the same,
// and files of no table's name hold events. EXT is jsonl or ndjson (one JSON
// object a line), csv (RFC 4180 with a header, columns in any order) or tsv (the
// same between tabs), each also with .gz or .zst behind it, or parquet. Names are
// in small letters. Files are read in order of their names; those that begin with
// a dot or an underscore are not.
//
// A location may also be one file, which holds events whatever its name; or a
// pattern with *, ? and [] for files, which are of the table their name says and
// else of events, and for folders, each of which is read like a location. A
// mapping.Mapping describes logs whose files, columns, units or words are others.
//
//	events    event_id ts user_id item_id type seconds progress rating amount currency plan channel received_at
//	users     user_id occupation age gender region signup_ts consent
//	items     item_id title domain category tags difficulty lecturer_id lecturer_background price currency
//	          duration_seconds published_at prerequisites partner_id available
//	partners  partner_id name industry region tags
//	trends    ts domain topic value source
//
// Required are ts, user_id, type and, unless the type is search, item_id of an
// event; the id of the others; ts and topic of a trend. An absent field, JSON null
// and an empty text are the same. Times are RFC 3339 with a zone, its date alone
// as midnight UTC, or Unix seconds or milliseconds, which field.Time tells apart;
// ts and received_at of events do not lie before 1990 as numbers, as
// field.Happened says. Seconds are decimal, progress is 0..1, rating 1..5, amount
// and price decimals of the currency's main unit, difficulty 1..5 or beginner,
// intermediate, advanced. Lists (tags, prerequisites, consent) are JSON arrays of
// texts, or texts joined by | in a CSV cell or a JSON text. A consent field that
// is present and empty is a user who agreed to nothing; only its absence, or null,
// leaves the question open. Ids may be JSON integers; blanks in them count, and
// blanks alone are none. Unknown fields are ignored and counted.
//
// Each row is accepted or reported as an event.Reject with a code of package
// code; each call of Catalogue or Events reports the rows of its own tables.
// Events are given as often as they stand in the files: package timeline finds
// those that came before. Of users, items, partners and trends with one key the
// last is kept.
//
// Files are cut into units, blocks of text or row groups, that several goroutines
// read side by side (read.go, unit.go). A row of text is read by the quick way that
// nearly all rows allow (quickjson.go, csv.go) or, if that gives up, by one that
// takes any form (jsonl.go, package rows); where both can read a row they give the
// same. Parquet is read column by column (parquetunit.go), rows with an odd value
// cell by cell, with the same outcome as text.
package eventlog

import (
	"maps"
	"sync"

	"curio/datasets/event"
)

// Source is one canonical data set. It implements event.Source and may be read
// by several goroutines at once.
type Source struct {
	place place
	files map[string][]file
	o     Options

	mu    sync.Mutex
	notes map[string]int // guarded by mu
}

// Fixed reports that logs come without a split of their own.
func (s *Source) Fixed() bool { return false }

// Files names the files of events, in the order they are read.
func (s *Source) Files() []string {
	var names []string
	for _, f := range s.files["events"] {
		names = append(names, f.name)
	}
	return names
}

// Notes returns counts of what was not rejected and still is worth knowing, as
// of the latest reading of each table: files_ignored (files of no table),
// files_before_from (of partitions before Options.From), TABLE_unknown_fields
// (values in columns we have no use for), TABLE_dropped_by_mapping (rows),
// TABLE_columns_never_found (which a mapping takes from elsewhere, and no row has a
// value of), TABLE_replaced (rows whose key came again later) and
// events_in_skipped_row_groups (of Parquet, before Options.From). Counts of zero
// are left out.
func (s *Source) Notes() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.notes)
}

func (s *Source) note(name string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.notes, name)
	if n != 0 {
		s.notes[name] = n
	}
}

var _ event.Source = (*Source)(nil)
