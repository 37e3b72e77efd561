package api

import (
	"reflect"

	"curio/serve/guard"
)

// operation is one route: what the router, the reader of requests, the guard and the
// document know of it. Of its input, fields tagged path come from the path, those of
// a field tagged body from the body, and the others from the query.
type operation struct {
	method, path string // of OpenAPI, as in /v1/users/{id}
	id, tag      string // of the document
	summary      string
	details      string
	scope        guard.Scope
	model        bool  // answers 503 until there is one
	problems     []int // statuses it refuses with, besides those that all do

	input, output reflect.Type // structs
	query         []inputField
	paths         []reflect.StructField // of the input, from the path
	body          *reflect.StructField  // of the input; nil for none
	blank         reflect.Value         // an input of no query
	serve         func(k *call) (answer, *Problem)
}

// add registers an operation with its handler, which is called with an input without
// faults and returns an answer, or a problem.
func add[I any, O answer](a *API, o operation, h func(k *call, in *I) (O, *Problem)) {
	o.input, o.output = reflect.TypeFor[I](), reflect.TypeFor[O]().Elem()
	o.query = fieldsOf(o.input)
	for _, f := range reflect.VisibleFields(o.input) {
		switch {
		case f.Tag.Get("path") != "":
			o.paths = append(o.paths, f)
		case f.Tag.Get("body") != "":
			o.body = &f
		}
	}
	o.blank = reflect.New(o.input).Elem()
	fill(o.blank, newParams("", new(faults), o.query))
	o.serve = func(k *call) (answer, *Problem) {
		var in I
		if p := k.read(reflect.ValueOf(&in).Elem(), &o); p != nil {
			return nil, p
		}
		out, p := h(k, &in)
		if p != nil {
			return nil, p
		}
		return out, nil
	}
	a.operations = append(a.operations, &o)
}

// read fills an input from the request.
func (k *call) read(in reflect.Value, o *operation) *Problem {
	k.faults.latest = latestAt(k.began)
	in.Set(o.blank)
	for _, f := range o.paths {
		in.FieldByIndex(f.Index).SetString(k.pathText(f.Tag.Get("path")))
	}
	if raw := k.request.URL.RawQuery; raw != "" {
		fill(in, newParams(raw, &k.faults, o.query))
	}
	if o.body != nil {
		data, problem := readBody(k.writer, k.request)
		if problem != nil {
			return problem
		}
		readInto(in.FieldByIndex(o.body.Index), data, &k.faults)
	}
	return k.faults.problem()
}

// readInto fills an input from a JSON body.
func readInto(v reflect.Value, data []byte, f *faults) {
	if !checkJSON(data, f) {
		return
	}
	if o, ok := readObject(data, "", f, namesOf(v.Type())); ok {
		fill(v, o)
	}
}
