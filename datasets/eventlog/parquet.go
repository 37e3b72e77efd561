package eventlog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync/atomic"

	"curio/datasets/event"

	pq "github.com/parquet-go/parquet-go/format"
)

// Limits on row groups.
const (
	maxSlice  = 1 << 20 // rows of a unit
	freeRows  = 1 << 16 // of a file, whatever its size
	freeBytes = maxPage // of a row group, decompressed, whatever its size
)

// parquetFile is a Parquet file that is being read. Its footer has been checked:
// every chunk of a column lies within the file.
//
// Columns are found by their names, those in groups by their path with points,
// and may be of any type that says what the column means: ids text, UUIDs or
// integers; times timestamps of any unit (in UTC, also where a writer calls them
// local), dates, text, or numbers as package field reads them; numbers integers,
// decimals, floating point or text, of which the shortest decimal counts; lists
// of texts, or text. Pages are of version 1 or 2 in any encoding but those long
// out of use, and compressed by snappy, gzip, zstd or not at all.
type parquetFile struct {
	file    file
	t       *table
	at      io.ReaderAt
	columns []parquetColumn // those of t
	unknown int             // columns that t does not have
	groups  []parquetGroup

	users atomic.Int64 // units that were not dropped, and one until all are emitted
	close func() error
}

type parquetGroup struct {
	first  int64 // rows before it
	rows   int64
	chunks []parquetChunk // by columns
}

// size is the bytes of the group in the file that are read.
func (g *parquetGroup) size() int64 {
	var size int64
	for i := range g.chunks {
		size += g.chunks[i].Size
	}
	return size
}

func (f *parquetFile) release() {
	if f.users.Add(-1) == 0 {
		f.close()
	}
}

// parquetUnits emits the row groups of a Parquet file, large ones in slices, and
// passes over those of events whose statistics say that they end before
// Options.From, counting their rows in passed. A file that cannot be read at all is one reject; of one that is
// damaged further on, the rows of a unit from the damage on are.
func (s *Source) parquetUnits(ctx context.Context, f file, t *table, passed *atomic.Int64, emit func(unit) error) error {
	at, size, done, err := s.place.openAt(ctx, f)
	if err != nil {
		return fmt.Errorf("open %s: %w", f.name, err)
	}
	p := &parquetFile{file: f, t: s.in(t, f), at: at, close: done}
	p.users.Add(1)
	defer p.release()
	if err := p.open(size, &s.o); err != nil {
		var why flaw
		if errors.As(err, &why) {
			return emit(refusal(event.Reject{File: f.name, Code: why.code, Field: why.field,
				Message: why.message + "; the file is not read"}))
		}
		return fmt.Errorf("read %s: %w", f.name, err)
	}
	for i := range p.groups {
		if s.o.From > 0 && p.t == eventTable && p.ends(i) < s.o.From {
			passed.Add(p.groups[i].rows)
			continue
		}
		for first := int64(0); first < p.groups[i].rows; first += maxSlice {
			u := &parquetUnit{f: p, group: i, first: first, last: min(first+maxSlice, p.groups[i].rows)}
			p.users.Add(1)
			if err := emit(u); err != nil {
				u.drop()
				return err
			}
		}
	}
	return nil
}

// open reads the footer.
func (f *parquetFile) open(size int64, o *Options) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = corrupt("footer: %v", p)
		}
	}()
	footer, end, err := readFooter(f.at, size)
	if err != nil {
		return err
	}
	var leaves int
	if f.columns, leaves, f.unknown, err = parquetSchema(footer.Schema, f.t, o.MaxColumns); err != nil {
		return err
	}
	var rows, bytes int64
	for i := range footer.RowGroups {
		g := &footer.RowGroups[i]
		if g.NumRows < 0 || g.NumRows > event.MaxLine || len(g.Columns) != leaves {
			return corrupt("row group %d has %d rows and %d columns", i+1, g.NumRows, len(g.Columns))
		}
		for k := range g.Columns {
			c := &g.Columns[k].Data
			if c.Size < 0 || c.DataOffset < 4 || c.DictionaryOffset < 0 || c.Size > end-c.offset() {
				return corrupt("a column of row group %d lies outside the file", i+1)
			}
			bytes += c.Size
		}
		group := parquetGroup{first: rows, rows: g.NumRows, chunks: make([]parquetChunk, len(f.columns))}
		for k := range f.columns {
			c := &g.Columns[f.columns[k].leaf]
			if c.FilePath != "" || c.Data.Type != f.columns[k].physical {
				return corrupt("a column of row group %d is in another file, or of another type than the schema says", i+1)
			}
			group.chunks[k] = c.Data
		}
		rows += g.NumRows
		f.groups = append(f.groups, group)
	}
	switch {
	case bytes > end:
		return corrupt("columns of %d bytes in a file of %d", bytes, size)
	case rows > freeRows && rows/o.MaxRatio > size:
		return tooLarge("%d rows in %d bytes", rows, size)
	}
	return nil
}

// ends returns a time that no event of a row group is after, as far as its
// statistics tell.
func (f *parquetFile) ends(group int) event.Time {
	for i := range f.columns {
		c := &f.columns[i]
		if c.column != eventTS || c.list {
			continue
		}
		least, ok := statistic(f.groups[group].chunks[i].Statistics.Min, c.physical)
		most, known := statistic(f.groups[group].chunks[i].Statistics.Max, c.physical)
		if !ok || !known {
			break
		}
		switch c.form {
		case formTimestamp:
			return event.Time(most / c.perMS)
		case formDate:
			return event.Time(most) * event.Day
		case formInt: // seconds or milliseconds, as package field tells them apart
			if most < millisecondsFrom {
				return event.Time(most) * 1000
			}
			if least >= millisecondsFrom {
				return event.Time(most)
			}
		}
	}
	return math.MaxInt64
}

// millisecondsFrom is the least Unix time that package field takes for
// milliseconds.
const millisecondsFrom = 100_000_000_000

// statistic reads the least or greatest value of a column of integers.
func statistic(b []byte, physical pq.Type) (int64, bool) {
	switch {
	case physical == pq.Int32 && len(b) == 4:
		return int64(int32(binary.LittleEndian.Uint32(b))), true
	case physical == pq.Int64 && len(b) == 8:
		return int64(binary.LittleEndian.Uint64(b)), true
	}
	return 0, false
}
