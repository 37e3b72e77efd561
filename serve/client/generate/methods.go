package main

import (
	"fmt"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// methods is the text of methods.go. It adds the types of queries.
func (w *writer) methods() string {
	var text strings.Builder
	text.WriteString(heading + "import (\n\"context\"\n\"net/url\"\n)\n\n")
	for _, o := range w.d.operations() {
		w.method(&text, o)
	}
	return text.String()
}

func (w *writer) method(text *strings.Builder, o *operation) {
	name := goName(o.OperationID)
	parameters, path := arguments(o)
	fields := []string{fmt.Sprintf("operation: %q, method: %q, path: %s", o.OperationID, o.method, path)}
	if query := o.of("query"); len(query) > 0 {
		s := &schema{Type: "object", Properties: map[string]*schema{}}
		for _, p := range query {
			p.Schema.Description = p.Description
			s.Properties[p.Name] = p.Schema
		}
		w.types[queryName(o)] = s
		parameters, fields = append(parameters, "query "+queryName(o)), append(fields, "query: query")
	}
	if o.body() != "" {
		parameters, fields = append(parameters, "body *"+typeName(o.body())), append(fields, "body: body")
	}
	switch o.scope() {
	case "", "read":
		fields = append(fields, "reads: true")
	case "admin":
		fields = append(fields, "admin: true")
	}
	comment(text, fmt.Sprintf("%s is %s %s: %s.", name, o.method, o.path, lower(o.Summary)))
	if o.Description != "" {
		text.WriteString("//\n")
		comment(text, o.Description)
	}
	answer := typeName(o.answer())
	fmt.Fprintf(text, "func (c *Client) %s(%s) (*%s, error) {\n", name, strings.Join(append([]string{"ctx context.Context"}, parameters...), ", "), answer)
	fmt.Fprintf(text, "return ask[%s](ctx, c, call{%s})\n}\n\n", answer, strings.Join(fields, ", "))
}

// arguments returns the parameters of a method that come from the path, and the
// expression of the path. An id is called by what it is of.
func arguments(o *operation) (parameters []string, path string) {
	var parts []string
	text, before := "", ""
	for segment := range strings.SplitSeq(o.path[1:], "/") {
		text += "/"
		if !strings.HasPrefix(segment, "{") {
			text, before = text+segment, segment
			continue
		}
		name := strings.Trim(segment, "{}")
		if name == "id" {
			name = strings.TrimSuffix(before, "s")
		}
		if token.IsKeyword(name) {
			name += "ID"
		}
		parameters = append(parameters, name+" string")
		parts = append(parts, fmt.Sprintf("%q", text), "url.PathEscape("+name+")")
		text = ""
	}
	if text != "" {
		parts = append(parts, fmt.Sprintf("%q", text))
	}
	return parameters, strings.Join(parts, " + ")
}

func queryName(o *operation) string { return goName(o.OperationID) + "Query" }

// typeName is the Go name of a type of the document. A Problem is more in Go.
func typeName(name string) string {
	if name == "Problem" {
		return "ProblemDetails"
	}
	return name
}

// goName makes an exported name of one with underscores.
func goName(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		switch word {
		case "id", "ts", "ms", "zh":
			b.WriteString(strings.ToUpper(word))
		default:
			first, size := utf8.DecodeRuneInString(word)
			b.WriteRune(unicode.ToUpper(first))
			b.WriteString(word[size:])
		}
	}
	return b.String()
}

func lower(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}
