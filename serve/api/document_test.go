package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// document asks for the document as a client would.
func documentOf(t *testing.T, f *fixture) map[string]any {
	t.Helper()
	r := f.get(t, "/openapi.json")
	if r.status != http.StatusOK || r.body["openapi"] != "3.1.0" {
		t.Fatalf("%d: %.200s", r.status, r.raw)
	}
	return r.body
}

func at(v any, path ...string) any {
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func TestDocumentListsEveryOperation(t *testing.T) {
	f := fixed(t)
	doc := documentOf(t, f)
	for _, o := range f.operations {
		found := at(doc, "paths", o.path, strings.ToLower(o.method))
		if at(found, "operationId") != o.id || at(found, "responses", "200", "content", "application/json", "schema") == nil {
			t.Errorf("%s %s: %v", o.method, o.path, found)
		}
		if o.summary == "" || o.tag == "" {
			t.Errorf("%s %s says nothing of itself", o.method, o.path)
		}
		if (at(found, "security") == nil) != (o.scope == 0) {
			t.Errorf("%s %s: security %v", o.method, o.path, at(found, "security"))
		}
	}
}

// What the document says of a parameter is what the reader of requests goes by.
func TestDocumentHasTheBoundsThatHold(t *testing.T) {
	f := fixed(t)
	doc := documentOf(t, f)
	parameters, _ := at(doc, "paths", "/v1/users/{id}/recommendations", "get", "parameters").([]any)
	bounds := map[string]any{}
	for _, p := range parameters {
		bounds[at(p, "name").(string)] = at(p, "schema")
	}
	if at(bounds["n"], "minimum") != 1.0 || at(bounds["n"], "maximum") != 100.0 || at(bounds["n"], "default") != 10.0 {
		t.Errorf("n: %v", bounds["n"])
	}
	isProblem(t, f.get(t, "/v1/users/u/recommendations?n=101"), http.StatusBadRequest, "invalid_request")
	if r := f.get(t, "/v1/users/user-01/recommendations"); len(r.ids()) != 10 {
		t.Errorf("%d items by default", len(r.ids()))
	}
	if at(doc, "components", "schemas", "RecommendBody", "properties", "events", "maxItems") != float64(MaxEvents) {
		t.Error("events have no bound")
	}
	if at(doc, "components", "schemas", "RecommendBody", "additionalProperties") != false {
		t.Error("unknown fields are not refused")
	}
}

// Every field of an input is read, and every field of an answer is described.
func TestEveryFieldHasAName(t *testing.T) {
	var walk func(t *testing.T, v reflect.Type, tags ...string)
	walk = func(t *testing.T, v reflect.Type, tags ...string) {
		for i := range v.NumField() {
			f := v.Field(i)
			if !f.IsExported() {
				continue
			}
			if f.Anonymous {
				walk(t, f.Type, tags...)
				continue
			}
			if !slices.ContainsFunc(tags, func(tag string) bool { return f.Tag.Get(tag) != "" }) {
				t.Errorf("%s.%s has no name", v, f.Name)
			}
			if f.Tag.Get("json") != "" && f.Tag.Get("doc") == "" && slices.Contains(tags, "path") {
				t.Errorf("%s.%s is not described", v, f.Name)
			}
		}
	}
	for _, o := range fixed(t).operations {
		walk(t, o.input, "json", "path", "body")
		walk(t, o.output, "json")
	}
}

func TestDocsNeedNoOtherServer(t *testing.T) {
	f := fixed(t)
	r := f.get(t, "/docs")
	if r.status != http.StatusOK || !strings.Contains(r.raw, "/openapi.json") {
		t.Fatalf("%d: %s", r.status, r.raw)
	}
	for _, attribute := range []string{`src="http`, `href="http`, `src="//`, `href="//`} {
		if strings.Contains(r.raw, attribute) {
			t.Errorf("the page loads from elsewhere: %s", r.raw)
		}
	}
	if r := f.get(t, "/docs/swagger-ui-bundle.js"); r.status != http.StatusOK || len(r.raw) < 1<<18 {
		t.Errorf("%d, %d bytes", r.status, len(r.raw))
	}
}

func TestDocumentIsTheSameEveryTime(t *testing.T) {
	a, err := json.Marshal(fixed(t).Document())
	b, errB := json.Marshal(fixed(t).Document())
	if err != nil || errB != nil || string(a) != string(b) {
		t.Error("two documents of one API differ", err, errB)
	}
}
