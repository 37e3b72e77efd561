package eventlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"curio/datasets/event"
	"curio/datasets/eventlog/mapping"
)

// selection says which files of a place make up a data set: one file, those that
// a pattern matches, or all of the tables.
type selection struct {
	file string
	glob []string // the parts of the pattern between slashes
}

// search is a selection on its way to files.
type search struct {
	place place
	o     *Options
	files map[string][]file
	seen  int
	alien int // files of no table
	early int // files of days before Options.From
}

// find lists the files of each table in order of their names. Names and folders
// that begin with a dot or an underscore are passed over, as writers use them for
// what is not finished.
func (s *search) find(ctx context.Context, want selection) error {
	s.files = make(map[string][]file)
	var err error
	switch {
	case want.file != "":
		err = s.place.list(ctx, "", want.file, func(e entry) error {
			if e.name != want.file {
				return nil
			}
			return s.add(e, append(s.tables(e.name), "events"))
		})
	case want.glob != nil:
		err = s.match(ctx, "", want.glob)
	default:
		err = s.folder(ctx, "")
	}
	for _, list := range s.files {
		slices.SortFunc(list, func(a, b file) int { return cmp.Compare(a.name, b.name) })
		for i := range list {
			list[i].index = i
		}
	}
	return err
}

// folder looks for tables in a folder: at its top, in the folders named for
// tables, and in partitions; or anywhere in it if a mapping says where.
func (s *search) folder(ctx context.Context, dir string) error {
	above := dir // what the names of files are counted from: of a partition, its own name is part of them
	if isPartition(path.Base(dir) + "/") {
		above = dir[:len(dir)-len(path.Base(dir)+"/")]
	}
	found := func(e entry) error { return s.add(e, s.tables(strings.TrimPrefix(e.name, above))) }
	if s.o.anywhere() {
		return s.place.walk(ctx, dir, found)
	}
	var below []string
	err := s.place.list(ctx, dir, "", func(e entry) error {
		own := strings.TrimPrefix(e.name, dir)
		switch {
		case !strings.HasSuffix(own, "/") && len(s.tables(own)) == 0 && tableOf(strings.ToLower(own)) != "":
			e.misnamed = true
			return s.add(e, []string{tableOf(strings.ToLower(own))})
		case !strings.HasSuffix(own, "/"):
			return found(e)
		case isPartition(own), tableOf(own+"x") != "":
			below = append(below, e.name)
		}
		return nil
	})
	for _, b := range below {
		if err == nil {
			err = s.place.walk(ctx, b, found)
		}
	}
	return err
}

// match follows a pattern down from a folder. A folder that all of it matches is
// looked through for tables. A file is of the table its own name says, of events
// if it says none.
func (s *search) match(ctx context.Context, dir string, pattern []string) error {
	own, rest := pattern[0], pattern[1:]
	fixed := own
	if i := strings.IndexAny(own, special); i >= 0 {
		fixed = own[:i]
	} else if len(rest) > 0 {
		return s.match(ctx, dir+own+"/", rest)
	}
	var folders []string
	err := s.place.list(ctx, dir, fixed, func(e entry) error {
		name := strings.TrimPrefix(e.name, dir)
		if ok, err := path.Match(own, strings.TrimSuffix(name, "/")); err != nil || !ok {
			return err
		}
		if strings.HasSuffix(name, "/") {
			folders = append(folders, e.name)
			return nil
		}
		if len(rest) > 0 {
			return nil
		}
		tables := s.tables(e.name)
		if f, _, _ := formatOf(name); len(tables) == 0 && f != unsupported {
			tables = []string{cmp.Or(tableOf(name), "events")}
		}
		return s.add(e, tables)
	})
	if errors.Is(err, fs.ErrNotExist) && dir != "" {
		return nil // a folder that matched and lacks what the pattern has below it
	}
	for _, f := range folders {
		switch {
		case err != nil || hidden(f):
		case len(rest) > 0:
			err = s.match(ctx, f, rest)
		default:
			err = s.folder(ctx, f)
		}
	}
	return err
}

// special are the characters that make a name a pattern.
const special = "*?["

// tables returns the tables of a file by its name below the location.
func (s *search) tables(name string) []string {
	own := tableOf(name)
	if s.o.Mapping == nil {
		if own == "" {
			return nil
		}
		return []string{own}
	}
	tables := s.o.Mapping.Tables(name)
	if m := s.o.Mapping.Table(own); own != "" && (m == nil || len(m.Patterns) == 0) {
		tables = append(tables, own)
	}
	return tables
}

// anywhere reports whether a mapping has files of other than canonical names.
func (o *Options) anywhere() bool {
	return o.Mapping != nil && slices.ContainsFunc(tableNames, func(t string) bool {
		m := o.Mapping.Table(t)
		return m != nil && len(m.Patterns) > 0
	})
}

// add takes a file of some tables.
func (s *search) add(e entry, tables []string) error {
	if s.seen++; s.seen > maxFiles {
		return fmt.Errorf("more than %d files: point at a smaller folder or join the files", maxFiles)
	}
	if hidden(e.name) {
		return nil
	}
	if len(tables) == 0 {
		s.alien++
	}
	slices.Sort(tables)
	for _, t := range slices.Compact(tables) {
		if t == "events" && s.o.From != 0 && before(e.name, s.o.From) {
			s.early++
			continue
		}
		f := file{entry: e}
		f.format, _, f.packed = formatOf(e.name)
		if s.o.Mapping != nil {
			if m := s.o.Mapping.Table(t); m != nil && m.Format != mapping.ByName {
				f.format = formats[m.Format]
			}
		}
		if e.misnamed {
			f.format = unsupported
		}
		s.files[t] = append(s.files[t], f)
	}
	return nil
}

// formats are ours by those of a mapping.
var formats = [...]format{mapping.CSV: csv, mapping.JSONL: jsonl, mapping.Parquet: parquet}

func hidden(name string) bool {
	for part := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		if part == "" || part[0] == '.' || part[0] == '_' {
			return true
		}
	}
	return false
}

// isPartition reports whether a name begins with a folder that names a value of
// a column, such as dt=2026-11-01/.
func isPartition(name string) bool {
	own, _, below := strings.Cut(name, "/")
	return below && strings.IndexByte(own, '=') > 0
}

// tableOf returns the table of a file by its name below the location: events for
// events.jsonl, events-0001.csv.gz, events_may.csv, and anything below events/ or
// events.parquet/. In a partition it is that of what is below, or else events.
func tableOf(name string) string {
	rest := name
	for isPartition(rest) {
		_, rest, _ = strings.Cut(rest, "/")
	}
	for _, t := range tableNames {
		own, ok := strings.CutPrefix(rest, t)
		if !ok || own == "" || strings.IndexByte("/.-_", own[0]) < 0 {
			continue
		}
		dir, _, below := strings.Cut(own, "/")
		if !below || dir == "" || isExtension(dir) {
			return t
		}
	}
	if rest != name {
		return "events"
	}
	return ""
}

// isExtension reports whether a name is nothing but the extension of a file that
// can be read.
func isExtension(name string) bool {
	f, ext, _ := formatOf(name)
	return f != unsupported && strings.HasPrefix(name, ext)
}

// before reports whether a file is in a partition dt=YYYY-MM-DD of a day that is
// over before t in every time zone.
func before(name string, t event.Time) bool {
	for part := range strings.SplitSeq(name, "/") {
		day, ok := strings.CutPrefix(part, "dt=")
		if !ok {
			continue
		}
		if d, err := time.Parse(time.DateOnly, day); err == nil {
			return event.Time(d.UnixMilli())+2*event.Day <= t
		}
	}
	return false
}
