package mapping

import (
	"path"
	"slices"
	"strings"
)

// matches reports whether a file belongs to the table by its own patterns.
func (t *Table) matches(file string) bool {
	packed, plain := strings.Split(file, "/"), strings.Split(unpacked(file), "/")
	return slices.ContainsFunc(t.Patterns, func(p string) bool {
		parts := strings.Split(p, "/")
		return match(parts, packed) || match(parts, plain)
	})
}

// unpacked is the name of what is in a compressed file.
func unpacked(name string) string {
	if rest, ok := strings.CutSuffix(name, ".gz"); ok {
		return rest
	}
	return strings.TrimSuffix(name, ".zst")
}

// match compares a path with a pattern part by part. ** stands for any number of
// folders.
func match(pattern, file []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for skip := range len(file) + 1 {
				if match(pattern[1:], file[skip:]) {
					return true
				}
			}
			return false
		}
		if len(file) == 0 {
			return false
		}
		if ok, err := path.Match(pattern[0], file[0]); !ok || err != nil {
			return false
		}
		pattern, file = pattern[1:], file[1:]
	}
	return len(file) == 0
}

// checkPattern says what is wrong with a pattern, empty if nothing is.
func checkPattern(p string) string {
	switch {
	case len(p) > maxName:
		return "is too long"
	case path.IsAbs(p) || path.Clean(p) != p || p == "." || strings.HasPrefix(p, "../") || p == "..":
		return "must be a path below the location, with slashes"
	case strings.Count(p, "**") > 2:
		return "has ** more than twice"
	}
	for part := range strings.SplitSeq(p, "/") {
		if _, err := path.Match(part, ""); err != nil {
			return "is no pattern: " + err.Error()
		}
	}
	return ""
}

// formatOf is the format that a file name or a pattern shows, ByName if none.
func formatOf(name string) Format {
	switch path.Ext(unpacked(name)) {
	case ".csv", ".tsv":
		return CSV
	case ".jsonl", ".ndjson":
		return JSONL
	case ".parquet":
		return Parquet
	}
	return ByName
}
