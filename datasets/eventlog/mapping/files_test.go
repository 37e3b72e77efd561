package mapping

import (
	"slices"
	"testing"
)

func TestTables(t *testing.T) {
	m, err := Parse("m", []byte(`
events: {files: ["logs/**/*.tsv", "interactions.csv"], format: csv}
users: {files: interactions.csv}
partners: {files: ["p/*.tsv.gz", "p/*.csv.zst"]}
items: {columns: {title: name}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string][]string{
		"interactions.csv":          {"events", "users"},
		"interactions.csv.gz":       {"events", "users"},
		"interactions.csv.zst":      {"events", "users"},
		"logs/a.tsv":                {"events"},
		"p/a.tsv.gz":                {"partners"},
		"p/a.csv.zst":               {"partners"},
		"p/a.tsv":                   nil,
		"p/a.tsv.zst":               nil,
		"logs/2026/11/a.tsv.gz":     {"events"},
		"more/logs/a.tsv":           nil,
		"logs/a.csv":                nil,
		"logs":                      nil,
		"items.csv":                 nil, // by its canonical name, which package eventlog knows
		"x/interactions.csv":        nil,
		"interactions.csv/part.csv": nil,
	} {
		if got := m.Tables(file); !slices.Equal(got, want) {
			t.Errorf("%s holds %v, want %v", file, got, want)
		}
	}
	if len(m.Table("items").Patterns) != 0 || len(m.Table("users").Patterns) != 1 || m.Table("trends") != nil {
		t.Error("which tables are mapped and which have patterns is wrong")
	}
}
