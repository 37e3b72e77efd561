package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// What a schema becomes in Go.
func TestFields(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"Text":          {`{"type":"string"}`, "Field string `json:\"field\"`"},
		"Time":          {`{"type":"string","format":"date-time"}`, "Field time.Time `json:\"field\"`"},
		"Instant":       {`{"oneOf":[{"type":"string"},{"type":"number"}]}`, "Field time.Time `json:\"field\"`"},
		"Whole":         {`{"type":"integer","format":"int64"}`, "Field int64 `json:\"field\"`"},
		"Single":        {`{"type":"number","format":"float"}`, "Field float32 `json:\"field\"`"},
		"Double":        {`{"type":["number","null"],"format":"double"}`, "Field float64 `json:\"field\"`"},
		"Boolean":       {`{"type":"boolean"}`, "Field bool `json:\"field\"`"},
		"List":          {`{"type":["array","null"],"items":{"type":"string"}}`, "Field []string `json:\"field\"`"},
		"ListOfOthers":  {`{"type":"array","items":{"$ref":"#/components/schemas/Other"}}`, "Field []Other `json:\"field\"`"},
		"Other":         {`{"$ref":"#/components/schemas/Other","description":"x"}`, "Field Other `json:\"field\"`"},
		"ByName":        {`{"type":"object","additionalProperties":{"type":"integer"}}`, "Field map[string]int64 `json:\"field\"`"},
		"Anything":      {`{}`, "Field json.RawMessage `json:\"field\"`"},
		"WithoutAName":  {`{"type":"object","additionalProperties":false,"properties":{"x":{"type":"string"}}}`, "Field Field `json:\"field\"`"},
		"AnotherOfThat": {`{"type":"object","additionalProperties":false,"properties":{"y":{"type":"string"}}}`, "Field Field `json:\"field\"`"},
	} {
		w := &writer{types: map[string]*schema{}, uses: map[string][]string{}}
		if got := strings.TrimSpace(w.field("TheBody", "field", parse(t, c.text), true)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	w := &writer{types: map[string]*schema{"Field": {}}, uses: map[string][]string{}}
	if got := w.kind("TheBody", "fields", parse(t, `{"type":"array","items":{"type":"object","properties":{"x":{}}}}`)); got != "[]TheField" || w.types["TheField"] == nil {
		t.Errorf("a name that is taken: %s", got)
	}
}

// Optional numbers whose zero means something are pointers.
func TestOptionalFields(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"string"}`:                           "Field string `json:\"field,omitzero\"`",
		`{"type":"integer"}`:                          "Field int64 `json:\"field,omitzero\"`",
		`{"type":"integer","minimum":0}`:              "Field *int64 `json:\"field,omitzero\"`",
		`{"type":"integer","minimum":1,"default":10}`: "Field int64 `json:\"field,omitzero\"`",
		`{"type":"number"}`:                           "Field *float64 `json:\"field,omitzero\"`",
		`{"$ref":"#/components/schemas/Other"}`:       "Field *Other `json:\"field,omitzero\"`",
		`{"type":"array","items":{"type":"string"}}`:  "Field []string `json:\"field,omitzero\"`",
		`{"type":"string","format":"date-time"}`:      "Field time.Time `json:\"field,omitzero\"`",
	} {
		w := &writer{types: map[string]*schema{}, uses: map[string][]string{}}
		if got := strings.TrimSpace(w.field("Of", "field", parse(t, text), false)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func parse(t *testing.T, text string) *schema {
	t.Helper()
	s := new(schema)
	if err := json.Unmarshal([]byte(text), s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"id": "ID", "took_ms": "TookMS", "text_zh": "TextZH", "user_id": "UserID", "recommendUser": "RecommendUser", "idle": "Idle",
	} {
		if got := goName(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	got, path := arguments(&operation{path: "/v1/users/{id}/items/{item}"})
	if strings.Join(got, ",") != "user string,item string" || path != `"/v1/users/" + url.PathEscape(user) + "/items/" + url.PathEscape(item)` {
		t.Error(got, path)
	}
	if got, path = arguments(&operation{path: "/v1/types/{id}/x"}); strings.Join(got, ",") != "typeID string" || !strings.HasSuffix(path, `+ "/x"`) {
		t.Error(got, path)
	}
}
