package bundle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/sync/errgroup"
)

// chunkRows is the number of rows read at a time.
const chunkRows = 1 << 10

// DecodeTable reads a Parquet table of up to maxRows rows. Every column of T must
// be there with the type that EncodeTable gives it; others are left out. Those
// named in added, which tables written earlier do not have, may be missing and
// are then zero in every row. A list without elements comes back empty, whether
// it was nil or not. The error wraps ErrCorrupt.
func DecodeTable[T any](data []byte, maxRows int, added ...string) (rows []T, err error) {
	err = decoding[T](func() error {
		f, err := openTable[T](data, maxRows, added)
		if err != nil {
			return err
		}
		return readRows(f, parquet.NewGenericReader[T](f), f.NumRows(), func(_ int, row *T) error {
			rows = append(rows, *row)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// EachRow reads a table as DecodeTable does, several row groups at a time, and hands each
// row to visit with its place: in any order and from several goroutines. visit may keep
// what the row refers to, but not the row, and its error is returned.
func EachRow[T any](data []byte, maxRows int, visit func(i int, row *T) error, added ...string) error {
	var f *parquet.File
	if err := decoding[T](func() (err error) {
		f, err = openTable[T](data, maxRows, added)
		return err
	}); err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	first := 0
	for _, group := range f.RowGroups() {
		start := first
		first += int(min(max(0, group.NumRows()), f.NumRows()))
		if int64(first) > f.NumRows() {
			break // its sum is wrong, as is found out below
		}
		g.Go(func() error {
			var refused error
			err := decoding[T](func() error {
				return readRows(f, parquet.NewGenericRowGroupReader[T](group), group.NumRows(), func(i int, row *T) error {
					refused = visit(start+i, row)
					return refused
				})
			})
			if refused != nil {
				return refused
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if int64(first) != f.NumRows() {
		return fmt.Errorf("decode table of %v: %w: its row groups do not have the %d rows it announces", reflect.TypeFor[T](), ErrCorrupt, f.NumRows())
	}
	return nil
}

// decoding gives the errors of reading a table of T their form. parquet-go panics on
// some damaged files instead of returning an error, and a fault in a mapped file is one
// as well.
func decoding[T any](read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("decode table: %w: %v", ErrCorrupt, fault)
		}
	}()
	if err := read(); err != nil {
		return fmt.Errorf("decode table of %v: %w: %w", reflect.TypeFor[T](), ErrCorrupt, err)
	}
	return nil
}

// openTable opens a table and checks all that can be without reading its rows.
func openTable[T any](data []byte, maxRows int, added []string) (*parquet.File, error) {
	if err := checkFooter(data); err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	if n := f.NumRows(); n < 0 || n > int64(maxRows) {
		return nil, fmt.Errorf("%d rows, more than %d", n, maxRows)
	}
	if err := checkColumns(f.Schema(), parquet.SchemaOf(new(T)), added); err != nil {
		return nil, err
	}
	return f, checkPages(f, data)
}

// readRows hands the want rows of r, a part of f or all of it, to visit. It looks at the
// values of each row before they are put into a T, because parquet-go follows pointers
// in values that a damaged file has put into the wrong place.
func readRows[T any](f *parquet.File, r *parquet.GenericReader[T], want int64, visit func(i int, row *T) error) error {
	defer r.Close()
	leaves := leavesOf(r.Schema())
	missing := missingLists(f.Schema(), r.Schema())
	chunk := make([]parquet.Row, chunkRows)
	var value T
	for at := 0; ; {
		n, err := r.ReadRows(chunk)
		if int64(at+n) > want {
			return fmt.Errorf("more than the %d rows it announces", want)
		}
		for _, row := range chunk[:n] {
			missing.empty(row)
			if err := checkRow(row, leaves); err != nil {
				return fmt.Errorf("row %d: %w", at, err)
			}
			value = *new(T) // what the last row refers to is not used again
			if err := r.Schema().Reconstruct(&value, row); err != nil {
				return fmt.Errorf("row %d: %w", at, err)
			}
			if err := visit(at, &value); err != nil {
				return err
			}
			at++
		}
		switch {
		case errors.Is(err, io.EOF):
			if int64(at) != want {
				return fmt.Errorf("%d rows, it announces %d", at, want)
			}
			return nil
		case err != nil:
			return err
		case n == 0:
			return io.ErrNoProgress
		}
	}
}

// leavesOf returns the leaves of a schema in the order of their columns.
func leavesOf(s *parquet.Schema) []parquet.LeafColumn {
	var leaves []parquet.LeafColumn
	for _, path := range s.Columns() {
		leaf, _ := s.Lookup(path...)
		leaves = append(leaves, leaf)
	}
	return leaves
}

// lists are columns of lists.
type lists []int

// missingLists returns those of want that are not in have.
func missingLists(have, want *parquet.Schema) lists {
	var missing lists
	for column, path := range want.Columns() {
		leaf, _ := want.Lookup(path...)
		if _, ok := have.Lookup(path...); !ok && leaf.MaxRepetitionLevel > 0 {
			missing = append(missing, column)
		}
	}
	return missing
}

// empty makes each an empty list in a row, for which parquet-go puts a zero that
// belongs to no list.
func (l lists) empty(row parquet.Row) {
	if len(l) == 0 {
		return
	}
	for i, v := range row {
		if slices.Contains(l, v.Column()) {
			row[i] = parquet.NullValue().Level(0, 0, v.Column())
		}
	}
}

// checkRow returns an error unless row has one value or more of each leaf in
// turn, of the leaf's kind and within its nesting.
func checkRow(row parquet.Row, leaves []parquet.LeafColumn) error {
	column := -1
	for _, v := range row {
		if v.RepetitionLevel() == 0 {
			column++
		}
		if column < 0 || column >= len(leaves) || v.Column() != column {
			return errors.New("its columns do not line up")
		}
		leaf := &leaves[column]
		null := v.DefinitionLevel() < int(leaf.MaxDefinitionLevel)
		if v.RepetitionLevel() > int(leaf.MaxRepetitionLevel) || v.DefinitionLevel() > int(leaf.MaxDefinitionLevel) ||
			v.IsNull() != null || (!null && v.Kind() != leaf.Node.Type().Kind()) {
			return fmt.Errorf("column %q has a value that does not belong there", leaf.Path)
		}
	}
	if column != len(leaves)-1 {
		return fmt.Errorf("%d of %d columns have a value", column+1, len(leaves))
	}
	return nil
}

// checkFooter bounds the length of the footer, for which parquet-go allocates
// whatever it says.
func checkFooter(data []byte) error {
	const frame = 12 // a magic word at each end, and the length before the last
	if len(data) < frame {
		return fmt.Errorf("%d bytes are too few", len(data))
	}
	if n := binary.LittleEndian.Uint32(data[len(data)-8:]); int64(n) > int64(len(data)-frame) {
		return fmt.Errorf("the footer has %d bytes, the file only %d", n, len(data))
	}
	return nil
}

// checkColumns returns an error unless every leaf of want, but for the columns
// that may be missing altogether, is in have with the same type and nesting.
func checkColumns(have, want *parquet.Schema, added []string) error {
	for _, path := range want.Columns() {
		h, ok := have.Lookup(path...)
		if !ok && slices.Contains(added, path[0]) && !hasColumn(have, path[0]) {
			continue
		}
		if !ok {
			return fmt.Errorf("the column %q is missing", path)
		}
		w, _ := want.Lookup(path...)
		if h.Node.Type().Kind() != w.Node.Type().Kind() || h.MaxRepetitionLevel != w.MaxRepetitionLevel || h.MaxDefinitionLevel != w.MaxDefinitionLevel {
			return fmt.Errorf("the column %q is of type %v, want %v", path, h.Node.Type(), w.Node.Type())
		}
	}
	return nil
}

func hasColumn(s *parquet.Schema, name string) bool {
	return slices.ContainsFunc(s.Fields(), func(f parquet.Field) bool { return f.Name() == name })
}
