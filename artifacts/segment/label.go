package segment

import (
	"strings"
	"unicode"
)

// maxLabel is the number of characters of a name out of the data that a text shows.
const maxLabel = 40

// clean returns a name out of the data as a text can show it: valid UTF-8 on one
// line, without control and format characters, which could turn the text around, and
// no longer than maxLabel. What is left of nothing is "unnamed". It does not escape:
// the result may hold markup.
func clean(name string) string {
	var b strings.Builder
	space, count := false, 0
	for _, r := range strings.ToValidUTF8(name, "") {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case !unicode.IsGraphic(r):
			continue
		case count >= maxLabel:
			return b.String() + "…"
		}
		if space {
			b.WriteByte(' ')
			space = false
			count++
		}
		b.WriteRune(r)
		count++
	}
	if b.Len() == 0 {
		return "unnamed"
	}
	return b.String()
}

// quoted returns a name between quotation marks, without any of its own.
func quoted(name string) string {
	return "“" + strings.Trim(clean(name), "“”\"") + "”"
}

// label returns a name for an English sentence: as it is where it reads as words,
// else quoted.
func label(name string) string {
	name = clean(name)
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -'&/+#…", r) || unicode.In(r, unicode.Hebrew, unicode.Arabic) {
			return quoted(name)
		}
	}
	return name
}
