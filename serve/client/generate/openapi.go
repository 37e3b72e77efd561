package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// openAPI is the part of an OpenAPI 3.1 document that the client is made of.
type openAPI struct {
	Paths      map[string]map[string]*operation // by path and method
	Components struct{ Schemas map[string]*schema }
}

type operation struct {
	OperationID, Summary, Description string
	Parameters                        []parameter
	RequestBody                       content
	Responses                         map[string]content
	Security                          []map[string][]string

	method, path string
}

type parameter struct {
	Name, In, Description string
	Schema                *schema
}

type content struct {
	Content map[string]struct{ Schema *schema }
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 oneOrMore
	Format, Description  string
	Properties           map[string]*schema
	Required             []string
	Items                *schema
	AdditionalProperties json.RawMessage // true, false or a schema
	OneOf                []*schema
	Default              json.RawMessage
	Minimum, Maximum     *float64
	MaxItems             *int
	Enum                 []string
}

// oneOrMore is a name or a list of names, of which null counts for nothing: lists and
// pointers of Go are null when there is nothing.
type oneOrMore string

func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	var names []string
	if data[0] != '[' {
		data = slices.Concat([]byte("["), data, []byte("]"))
	}
	if err := json.Unmarshal(data, &names); err != nil {
		return err
	}
	for _, name := range names {
		if name != "null" {
			*o = oneOrMore(name)
		}
	}
	return nil
}

// operations lists all operations by path and method.
func (d *openAPI) operations() []*operation {
	var list []*operation
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			o := d.Paths[path][method]
			o.method, o.path = strings.ToUpper(method), path
			list = append(list, o)
		}
	}
	return list
}

// scope is what a key must be for; empty for an operation that asks for none.
func (o *operation) scope() string {
	for _, s := range o.Security {
		for _, scopes := range s {
			return scopes[0]
		}
	}
	return ""
}

// of returns the parameters of a place.
func (o *operation) of(in string) []parameter {
	return slices.DeleteFunc(slices.Clone(o.Parameters), func(p parameter) bool { return p.In != in })
}

// body and answer are names of types; body is empty where there is none.
func (o *operation) body() string   { return o.RequestBody.ref() }
func (o *operation) answer() string { return o.Responses["200"].ref() }

func (c content) ref() string {
	if s := c.Content["application/json"].Schema; s != nil {
		return s.ref()
	}
	return ""
}

// ref is the name of the type that a schema refers to.
func (s *schema) ref() string { return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:] }
