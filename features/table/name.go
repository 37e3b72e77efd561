package table

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName bounds the name of a column, in bytes.
const maxName = 100

// columnName turns any text into a name that needs no quotes in SQL: its letters
// and digits in lower case, a + as plus, and one _ for whatever else is between
// them. It may be empty.
func columnName(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(strings.ReplaceAll(text, "+", " plus ")) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) || r == utf8.RuneError {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		if b.Len()+utf8.RuneLen(r) > maxName {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), "_")
}

// featureColumns names a column for each feature of an encoder: f_ and its name,
// numbered from 2 when there is one of that name already.
func featureColumns(features []string) []string {
	taken := make(map[string]bool, len(features))
	names := make([]string, len(features))
	for i, feature := range features {
		base := "f_" + columnName(feature)
		name := base
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s_%d", base, n)
		}
		taken[name] = true
		names[i] = name
	}
	return names
}
