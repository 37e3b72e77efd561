// Package eventlog reads the canonical data set of a platform: behaviour logs and
// the tables beside them, from a folder or an S3 bucket.
//
// A data set is a location with files of the tables events, users, items,
// partners and trends; only events must be there. The files of a table are
// NAME.EXT, NAME-part.EXT, NAME_part.EXT or NAME.part.EXT at the location, and
// everything below NAME/. EXT is jsonl or ndjson (one JSON object a line) or csv
// (RFC 4180 with a header, columns in any order), optionally with .gz behind it.
// They are read in order of their names.
//
//	events    event_id ts user_id item_id type seconds progress rating amount currency plan channel received_at
//	users     user_id occupation age gender region signup_ts consent
//	items     item_id title domain category tags difficulty lecturer_id lecturer_background price currency
//	          duration_seconds published_at prerequisites partner_id available
//	partners  partner_id name industry region tags
//	trends    ts domain topic value source
//
// Required are ts, user_id, type and, unless the type is search, item_id of an
// event; the id of the others; ts and topic of a trend. An absent field, JSON
// null and an empty text are the same. Times are RFC 3339 or Unix time (package
// field says how they are told apart), seconds are decimal, progress is 0..1,
// rating 1..5, amount and price decimals of the currency's main unit, difficulty
// 1..5 or beginner, intermediate, advanced. Lists (tags, prerequisites, consent)
// are JSON arrays of texts, or texts joined by | in a CSV cell or a JSON text.
// A consent field that is present and empty is a user who agreed to nothing; only
// its absence, or null, leaves the question open. Ids may be JSON integers. Unknown
// fields are ignored and counted.
//
// Each row is accepted or reported as an event.Reject with a code of package
// code; each call of Catalogue or Events reports the rows of its own tables. Of
// events with one event_id, or without one and equal in every field, the first
// is accepted. Of users, items, partners and trends with one key the last is
// kept.
package eventlog

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strings"
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

// Open finds the files of the data set at location: a folder, file://FOLDER or
// s3://BUCKET/PREFIX. The error wraps fs.ErrNotExist when the location or its
// events are missing, fs.ErrPermission when access is denied and ErrUnreachable
// when the bucket's server does not answer.
func Open(ctx context.Context, location string, o Options) (*Source, error) {
	o = o.withDefaults()
	if bucket, ok := strings.CutPrefix(location, "s3://"); ok {
		p, err := newBucket(bucket, o)
		if err != nil {
			return nil, fmt.Errorf("open data set %s: %w", location, err)
		}
		return open(ctx, location, p, o)
	}
	path := strings.TrimPrefix(location, "file://")
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("open data set %s (looked for %s in it): %w", location, wanted, err)
	case !info.IsDir():
		return nil, fmt.Errorf("open data set %s: it is a file; give the folder that holds %s", location, wanted)
	}
	return open(ctx, location, folder{os.DirFS(path)}, o)
}

const wanted = "events.jsonl, events.ndjson or events.csv, each also with .gz, events-*.*, a folder events/, " +
	"and users.*, items.*, partners.*, trends.* alike"

func open(ctx context.Context, location string, p place, o Options) (*Source, error) {
	files, strangers, err := find(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("list data set %s: %w", location, err)
	}
	if len(files["events"]) == 0 {
		return nil, fmt.Errorf("data set %s has no events: looked for %s: %w", location, wanted, fs.ErrNotExist)
	}
	s := &Source{place: p, files: files, o: o, notes: make(map[string]int)}
	s.note("files_ignored", strangers)
	return s, nil
}

// Fixed reports that logs come without a split of their own.
func (s *Source) Fixed() bool { return false }

// Notes returns counts of what was not rejected and still is worth knowing, as
// of the latest reading of each table: files_ignored (files of no table),
// TABLE_unknown_fields (values in columns we have no use for) and
// TABLE_replaced (rows whose key came again later). Counts of zero are left out.
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
