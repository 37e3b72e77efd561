package bundle

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/parquet-go/parquet-go"
)

// groupRows is the number of rows in a row group.
const groupRows = 1 << 16

// EncodeTable writes rows as a Parquet table with zstd compression, a column for
// each field of T as its parquet tag says. Equal rows give equal bytes; T must
// hold no map, whose order would change them.
func EncodeTable[T any](rows []T) ([]byte, error) {
	if kind := findMap(reflect.TypeFor[T](), nil); kind != nil {
		return nil, fmt.Errorf("encode table of %v: the order of %v is not determined", reflect.TypeFor[T](), kind)
	}
	var out bytes.Buffer
	w := parquet.NewGenericWriter[T](&out,
		parquet.Compression(&parquet.Zstd),
		parquet.CreatedBy("curio", "1", "bundle"), // not the version of the library
		parquet.MaxRowsPerRowGroup(groupRows),
	)
	if _, err := w.Write(rows); err != nil {
		return nil, fmt.Errorf("encode table of %v: %w", reflect.TypeFor[T](), err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encode table of %v: %w", reflect.TypeFor[T](), err)
	}
	return out.Bytes(), nil
}

// findMap returns the first map type within t, or nil. seen are the types above.
func findMap(t reflect.Type, seen []reflect.Type) reflect.Type {
	for _, s := range seen {
		if s == t {
			return nil
		}
	}
	seen = append(seen, t)
	switch t.Kind() {
	case reflect.Map:
		return t
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return findMap(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if m := findMap(t.Field(i).Type, seen); m != nil {
				return m
			}
		}
	}
	return nil
}
