package schema

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"curio/datasets/event"
	"curio/datasets/event/field"

	"github.com/google/jsonschema-go/jsonschema"
)

//go:generate go test . -run TestFiles -update

var rows = map[string]reflect.Type{
	"events":   reflect.TypeFor[Event](),
	"users":    reflect.TypeFor[User](),
	"items":    reflect.TypeFor[Item](),
	"partners": reflect.TypeFor[Partner](),
	"trends":   reflect.TypeFor[Trend](),
}

// Tables lists the names of the tables.
func Tables() []string { return slices.Sorted(maps.Keys(rows)) }

// Of returns the schema of a row of a table.
func Of(table string) (*jsonschema.Schema, error) {
	row, ok := rows[table]
	if !ok {
		return nil, fmt.Errorf("no table is called %q", table)
	}
	s, err := jsonschema.ForType(row, &jsonschema.ForOptions{TypeSchemas: kinds()})
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", table, err)
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "a row of " + table
	s.AdditionalProperties = nil // they are ignored
	for name, p := range s.Properties {
		if !slices.Contains(s.Required, name) {
			orNull(p)
		}
	}
	switch table {
	case "events":
		s.AllOf = []*jsonschema.Schema{
			given("type", other(event.Search), "item_id"),
			given("type", these(event.Rating), "rating"),
			given("type", these(event.Progress), "progress"),
			given("amount", &jsonschema.Schema{Type: "number"}, "currency"),
		}
	case "items":
		s.AllOf = []*jsonschema.Schema{given("price", &jsonschema.Schema{Type: "number"}, "currency")}
	}
	return s, nil
}

// given asks for a value of one column where another satisfies a schema.
func given(column string, is *jsonschema.Schema, needed string) *jsonschema.Schema {
	return &jsonschema.Schema{
		If: &jsonschema.Schema{Properties: map[string]*jsonschema.Schema{column: is}, Required: []string{column}},
		Then: &jsonschema.Schema{
			Properties: map[string]*jsonschema.Schema{needed: {Not: &jsonschema.Schema{Type: "null"}}},
			Required:   []string{needed},
		},
	}
}

func these(t event.Type) *jsonschema.Schema { return &jsonschema.Schema{Enum: []any{t.String()}} }
func other(t event.Type) *jsonschema.Schema { return &jsonschema.Schema{Not: these(t)} }

// orNull lets a property be null, which is the same as its absence.
func orNull(s *jsonschema.Schema) {
	switch {
	case s.Enum != nil:
		s.Enum = append(s.Enum, nil)
		s.Type, s.Types = "", nil
	case s.AnyOf != nil:
		s.AnyOf = append(s.AnyOf, &jsonschema.Schema{Type: "null"})
	case s.Type != "":
		s.Type, s.Types = "", []string{s.Type, "null"}
	case !slices.Contains(s.Types, "null"):
		s.Types = append(s.Types, "null")
	}
}

// kinds are the schemas of the types that columns have.
func kinds() map[reflect.Type]*jsonschema.Schema {
	text := func(most int) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "string", MinLength: new(1), MaxLength: &most}
	}
	between := func(low, high float64) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "number", Minimum: &low, Maximum: &high}
	}
	const day = `^[0-9]{4}-[0-9]{2}-[0-9]{2}`
	times := func(unix ...*jsonschema.Schema) *jsonschema.Schema {
		return &jsonschema.Schema{AnyOf: append([]*jsonschema.Schema{
			{Type: "string", Format: "date-time", Pattern: day + `T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$`},
			{Type: "string", Format: "date", Pattern: day + `$`},
		}, unix...)}
	}
	seconds := between(oldest/1000, 0)
	seconds.Maximum, seconds.ExclusiveMaximum = nil, new(millisecondsFrom)
	list := func(entry *jsonschema.Schema) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "array", Items: entry, MaxItems: new(1000)}
	}
	years := between(1, 120)
	years.Type = "integer"
	return map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[ID]():       {AnyOf: []*jsonschema.Schema{text(256), {Type: "integer"}}},
		reflect.TypeFor[Text]():     text(256),
		reflect.TypeFor[Title]():    text(4096),
		reflect.TypeFor[[]Text]():   list(text(256)),
		reflect.TypeFor[[]ID]():     list(text(256)),
		reflect.TypeFor[Moment]():   times(seconds, between(oldest, latest)),
		reflect.TypeFor[Time]():     times(between(0.001, latest)),
		reflect.TypeFor[Date]():     times(between(earliest, latest)),
		reflect.TypeFor[Type]():     {Type: "string", Enum: types()},
		reflect.TypeFor[Seconds]():  between(0, field.MaxSeconds),
		reflect.TypeFor[Share]():    between(0, 1),
		reflect.TypeFor[Stars]():    between(1, 5),
		reflect.TypeFor[Money]():    between(0, 1e12),
		reflect.TypeFor[Currency](): {Type: "string", Enum: currencies()},
		reflect.TypeFor[Years]():    years,
		reflect.TypeFor[Level]():    {AnyOf: []*jsonschema.Schema{between(1, 5), {Enum: []any{"beginner", "intermediate", "advanced"}}}},
	}
}

// Unix milliseconds of the first and the last instant that package field reads, of
// the first of 1990, and the least number that it takes for milliseconds.
const (
	earliest         = -62_135_596_800_000.0
	latest           = 253_402_300_799_999.0
	oldest           = 631_152_000_000.0
	millisecondsFrom = 100_000_000_000.0
)

func types() []any {
	var all []any
	for t := 1; t < event.Types; t++ {
		all = append(all, event.Type(t).String())
	}
	return all
}

// currencies lists the codes that package field knows.
func currencies() []any {
	var all []any
	for i := range 26 * 26 * 26 {
		code := string([]byte{byte('A' + i/676), byte('A' + i/26%26), byte('A' + i%26)})
		if _, flaw := field.Currency(code); flaw == "" {
			all = append(all, code)
		}
	}
	return all
}
