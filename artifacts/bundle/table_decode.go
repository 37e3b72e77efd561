package bundle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// chunkRows is the number of rows read at a time.
const chunkRows = 1 << 10

// DecodeTable reads a Parquet table of up to maxRows rows. Every column of T must
// be there with the type that EncodeTable gives it; others are left out. Those
// named in added, which tables written earlier do not have, may be missing and
// are then zero in every row. A list without elements comes back empty, whether
// it was nil or not. The error wraps ErrCorrupt.
func DecodeTable[T any](data []byte, maxRows int, added ...string) (rows []T, err error) {
	defer func() {
		// parquet-go panics on some damaged files instead of returning an error.
		if fault := recover(); fault != nil {
			rows, err = nil, fmt.Errorf("decode table: %w: %v", ErrCorrupt, fault)
		}
	}()
	rows, err = decodeTable[T](data, maxRows, added)
	if err != nil {
		return nil, fmt.Errorf("decode table of %v: %w: %w", reflect.TypeFor[T](), ErrCorrupt, err)
	}
	return rows, nil
}

func decodeTable[T any](data []byte, maxRows int, added []string) ([]T, error) {
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
	if err := checkPages(f, data); err != nil {
		return nil, err
	}
	return readRows[T](f)
}

// readRows reads all rows of f. It looks at the values of each row before they
// are put into a T, because parquet-go follows pointers in values that a damaged
// file has put into the wrong place.
func readRows[T any](f *parquet.File) ([]T, error) {
	r := parquet.NewGenericReader[T](f)
	defer r.Close()
	leaves := leavesOf(r.Schema())
	missing := missingLists(f.Schema(), r.Schema())
	var rows []T
	chunk := make([]parquet.Row, chunkRows)
	for {
		n, err := r.ReadRows(chunk)
		if int64(n) > f.NumRows()-int64(len(rows)) {
			return nil, fmt.Errorf("more than the %d rows it announces", f.NumRows())
		}
		for _, row := range chunk[:n] {
			missing.empty(row)
			if err := checkRow(row, leaves); err != nil {
				return nil, fmt.Errorf("row %d: %w", len(rows), err)
			}
			var value T
			if err := r.Schema().Reconstruct(&value, row); err != nil {
				return nil, fmt.Errorf("row %d: %w", len(rows), err)
			}
			rows = append(rows, value)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, io.ErrNoProgress
		}
	}
	if int64(len(rows)) != f.NumRows() {
		return nil, fmt.Errorf("%d rows, it announces %d", len(rows), f.NumRows())
	}
	return rows, nil
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
