package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"curio/serve/guard"
)

// Version is the version of the API: the first number changes when a client could
// break.
const Version = "1.0.0"

const about = `What people on a paid-knowledge platform might like, which groups they form, and what those groups want.

Every answer has request_id (that of the header X-Request-ID, where one is sent), model_version, strategy and took_ms. Every error is a problem of RFC 9457 with a stable code, and names each fault of the request. A parameter or field that is not listed here is a fault.`

// Document describes the API as OpenAPI 3.1, from the types that requests are read
// into and answers are made of.
func (a *API) Document() *huma.OpenAPI {
	d := &document{schemas: huma.NewMapRegistry("#/components/schemas/", schemaName)}
	d.problem = d.schemas.Schema(reflect.TypeFor[Problem](), true, "")
	out := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "curio", Version: Version, Description: about,
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Paths: map[string]*huma.PathItem{},
		Components: &huma.Components{Schemas: d.schemas, SecuritySchemes: map[string]*huma.SecurityScheme{
			"key": {Type: "http", Scheme: "bearer", Description: "A key of the API; it may also be sent as X-API-Key. A server on loopback may run without keys."},
		}},
	}
	for _, o := range a.operations {
		path := out.Paths[o.path]
		if path == nil {
			path = &huma.PathItem{}
			out.Paths[o.path] = path
		}
		switch o.method {
		case http.MethodGet:
			path.Get = d.operation(o)
		case http.MethodPost:
			path.Post = d.operation(o)
		case http.MethodPut:
			path.Put = d.operation(o)
		}
	}
	return out
}

type document struct {
	schemas huma.Registry
	problem *huma.Schema
}

func (d *document) operation(o *operation) *huma.Operation {
	out := &huma.Operation{
		OperationID: o.id, Tags: []string{o.tag}, Summary: o.summary, Description: o.details,
		Responses: map[string]*huma.Response{"200": {
			Description: "The answer",
			Content:     map[string]*huma.MediaType{"application/json": {Schema: d.schemas.Schema(o.output, true, "")}},
		}},
	}
	for _, f := range o.paths {
		s := huma.SchemaFromField(d.schemas, f, "")
		out.Parameters = append(out.Parameters, &huma.Param{Name: f.Tag.Get("path"), In: "path", Required: true, Description: f.Tag.Get("doc"), Schema: s})
	}
	for _, q := range o.query {
		f := o.input.FieldByIndex(q.index)
		s := huma.SchemaFromField(d.schemas, f, "")
		out.Parameters = append(out.Parameters, &huma.Param{Name: q.name, In: "query", Description: f.Tag.Get("doc"), Schema: s})
	}
	if o.body != nil {
		out.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/json": {Schema: d.schemas.Schema(o.body.Type, true, "")},
		}}
	}
	for _, status := range o.statuses() {
		out.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: d.problem}},
		}
	}
	if o.scope != guard.Public {
		out.Security = []map[string][]string{{"key": {o.scope.String()}}}
	}
	return out
}

// statuses lists the statuses that an operation refuses with, in order.
func (o *operation) statuses() []int {
	all := append([]int{http.StatusBadRequest, http.StatusInternalServerError}, o.problems...)
	if o.scope != guard.Public {
		all = append(all, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// schemaName is the name of a type in the document: that of Go, with the package
// before it for types of other packages.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := t.Name()
	if name == "" {
		return hint
	}
	if path := t.PkgPath(); path != "" && !strings.HasSuffix(path, "serve/api") {
		folder := path[strings.LastIndexByte(path, '/')+1:]
		name = strings.ToUpper(folder[:1]) + folder[1:] + name
	}
	return name
}

// serveDocument answers GET /openapi.json.
func (a *API) serveDocument() gin.HandlerFunc {
	encoded := sync.OnceValues(func() ([]byte, error) { return json.Marshal(a.Document()) })
	return func(c *gin.Context) {
		data, err := encoded()
		if err != nil {
			a.o.Log.Error("document not encoded", "error", err)
			callOf(c).refuse(internal())
			return
		}
		c.Header("Cache-Control", "no-cache")
		c.Data(http.StatusOK, "application/json; charset=utf-8", data)
	}
}
