package mapping

import (
	"slices"
	"testing"
)

func TestTables(t *testing.T) {
	m, err := Parse("m", []byte(`
events: {files: ["logs/**/*.tsv", "interactions.csv"], format: csv}
users: {files: interactions.csv}
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
	if m.Table("items").Named || !m.Table("users").Named || m.Table("partners") != nil {
		t.Error("which tables are mapped and which have patterns is wrong")
	}
}
