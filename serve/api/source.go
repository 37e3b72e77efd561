package api

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// source holds the values of a request by name, of a query string or of a JSON
// object, and notes what is wrong with them. A value that is absent, null or a fault
// reads as its fallback, and as zero where there is none.
type source interface {
	given(name string) bool
	integer(name string, fallback, low, high int) int
	decimal(name string, low, high float64) (float64, bool)
	boolean(name string) bool
	words(name string, longest int) string
	list(name string, most int) []string
	fault(name, code, detail string)
}

// reader reads what is no number, text or list of texts.
type reader interface{ read(s source, name string) }

// fill sets the fields of a struct from s by their tags, which the document is made
// of, too: json names a field, minimum, maximum, default, maxLength and maxItems
// bound it. Fields without a name in json come from elsewhere.
func fill(v reflect.Value, s source) {
	for _, f := range fieldsOf(v.Type()) {
		f.read(v.FieldByIndex(f.index), s)
	}
	if c, ok := v.Addr().Interface().(checked); ok {
		c.check(s)
	}
}

// checked is an input that has more to say than its tags can.
type checked interface{ check(s source) }

// inputField is one field of an input and its bounds.
type inputField struct {
	index     []int
	name      string
	low, high float64
	fallback  int
	longest   int  // bytes of a text
	most      int  // elements of a list
	repeats   bool // a list
	required  bool
}

// inputs remembers fieldsOf, by type.
var inputs sync.Map

const noBound = 1e15 // whole numbers up to it are exact

// fieldsOf lists the fields that fill sets, those of embedded structs among them.
func fieldsOf(t reflect.Type) []inputField {
	if known, ok := inputs.Load(t); ok {
		return known.([]inputField)
	}
	var fields []inputField
	for _, f := range reflect.VisibleFields(t) {
		name := strings.Split(f.Tag.Get("json"), ",")[0]
		if f.Anonymous || name == "" || name == "-" {
			continue
		}
		fields = append(fields, inputField{
			index: f.Index, name: name,
			low: bound(f, "minimum", -noBound), high: bound(f, "maximum", noBound),
			fallback: int(bound(f, "default", 0)),
			longest:  int(bound(f, "maxLength", MaxText)), most: int(bound(f, "maxItems", 1)),
			repeats: f.Type.Kind() == reflect.Slice, required: f.Tag.Get("required") == "true",
		})
	}
	inputs.Store(t, fields)
	return fields
}

func bound(f reflect.StructField, tag string, fallback float64) float64 {
	if v, err := strconv.ParseFloat(f.Tag.Get(tag), 64); err == nil {
		return v
	}
	return fallback
}

func names(fields []inputField) []string {
	list := make([]string, len(fields))
	for i := range fields {
		list[i] = fields[i].name
	}
	return list
}

// namesOf lists the names that an input has.
func namesOf(t reflect.Type) []string { return names(fieldsOf(t)) }

func (f *inputField) read(v reflect.Value, s source) {
	if f.required && !s.given(f.name) {
		s.fault(f.name, CodeMissing, "it is required")
		return
	}
	if r, ok := v.Addr().Interface().(reader); ok {
		if s.given(f.name) {
			r.read(s, f.name)
		}
		return
	}
	switch v.Kind() {
	case reflect.Int:
		v.SetInt(int64(s.integer(f.name, f.fallback, int(f.low), int(f.high))))
	case reflect.Bool:
		v.SetBool(s.boolean(f.name))
	case reflect.String:
		v.SetString(s.words(f.name, f.longest))
	case reflect.Float64:
		x, _ := s.decimal(f.name, f.low, f.high)
		v.SetFloat(x)
	case reflect.Pointer: // nil when it is absent
		f.readOptional(v, s)
	case reflect.Slice:
		f.readList(v, s)
	}
}

func (f *inputField) readOptional(v reflect.Value, s source) {
	if !s.given(f.name) {
		return
	}
	if v.Type().Elem().Kind() == reflect.Int {
		x := s.integer(f.name, f.fallback, int(f.low), int(f.high))
		v.Set(reflect.ValueOf(&x))
	} else if x, ok := s.decimal(f.name, f.low, f.high); ok {
		v.Set(reflect.ValueOf(&x))
	}
}

// readList reads a list of texts, or of objects, which only a body has.
func (f *inputField) readList(v reflect.Value, s source) {
	if v.Type().Elem().Kind() == reflect.String {
		v.Set(reflect.ValueOf(s.list(f.name, f.most)).Convert(v.Type()))
		return
	}
	o, ok := s.(object)
	if !ok {
		return
	}
	for row, at := range o.rows(f.name, f.most) {
		element := reflect.New(v.Type().Elem()).Elem()
		if fields, ok := readObject(row, at, o.faults, namesOf(element.Type())); ok {
			fill(element, fields)
		}
		v.Set(reflect.Append(v, element))
	}
}
