package table

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/parquet-go/parquet-go"
)

// Type is the type of a column.
type Type string

// The types of columns. Text and numbers that are unknown are null; a list
// without elements is empty.
const (
	ID      Type = "string not null"
	Text    Type = "string"
	Count   Type = "int64 not null"
	Number  Type = "double"
	Instant Type = "timestamp[ms, utc]"
	Feature Type = "float not null"
	Texts   Type = "list<string>"
	Numbers Type = "list<double>"
	Counts  Type = "list<int64>"
)

// Column is one column of a table.
type Column struct {
	Name string
	Type Type
	Of   string // what the encoder calls it, empty for a column that is no feature
}

// Schema is the ordered list of the columns of a table.
type Schema []Column

// Hash returns the sha256, in hex, of the names and types of all columns in
// order.
func (s Schema) Hash() string {
	h := sha256.New()
	for _, c := range s {
		fmt.Fprintf(h, "%q %s\n", c.Name, c.Type)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (t Type) node() parquet.Node {
	word := parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	switch t {
	case ID:
		return parquet.String()
	case Text:
		return parquet.Optional(word)
	case Number:
		return parquet.Optional(parquet.Leaf(parquet.DoubleType))
	case Instant:
		return parquet.Optional(parquet.Timestamp(parquet.Millisecond))
	case Feature:
		return parquet.Leaf(parquet.FloatType)
	case Texts:
		return parquet.List(word)
	case Numbers:
		return parquet.List(parquet.Leaf(parquet.DoubleType))
	case Counts:
		return parquet.List(parquet.Int(64))
	}
	return parquet.Int(64) // Count
}

// list reports whether a row has any number of values of the type, null whether
// it may have none.
func (t Type) list() bool { return t == Texts || t == Numbers || t == Counts }
func (t Type) null() bool { return t == Text || t == Number || t == Instant }

// root is the root of a Parquet schema, whose fields keep their order.
type root struct {
	parquet.Group
	fields []parquet.Field
}

func (r root) Fields() []parquet.Field { return r.fields }

func (s Schema) parquet(name string) *parquet.Schema {
	r := root{Group: parquet.Group{}}
	for _, c := range s {
		one := parquet.Group{c.Name: c.Type.node()}
		r.Group[c.Name] = one[c.Name]
		r.fields = append(r.fields, one.Fields()...)
	}
	return parquet.NewSchema(name, r)
}
