package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"curio/datasets/event/code"
)

// ID checks an id: at most max bytes of UTF-8 without control characters, and not
// of blanks alone. An empty id passes; the caller knows which code its absence
// has.
func ID(s string, max int) string {
	if len(s) > max {
		return code.IDTooLong
	}
	control, fault := look(s)
	switch {
	case fault != "":
		return fault
	case control > 0:
		return code.IDControlChar
	case s != "" && strings.TrimSpace(s) == "":
		return code.IDBlank
	}
	return ""
}

// Text checks a name or a sentence: at most max bytes of UTF-8; tabs and line
// ends are the only control characters in it.
func Text(s string, max int) string {
	if len(s) > max {
		return code.TextTooLong
	}
	control, fault := look(s)
	if fault == "" && control == worse {
		return code.TextControlChar
	}
	return fault
}

// How bad the worst control character of a text is.
const (
	layout = iota + 1 // tab, line feed, carriage return
	worse
)

// look finds control characters (C0, DEL and C1) and invalid UTF-8.
func look(s string) (control int, fault string) {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c >= ' ' && c != 0x7F:
			case c == '\t' || c == '\n' || c == '\r':
				control = max(control, layout)
			default:
				control = worse
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			return control, code.NotUTF8
		}
		if unicode.IsControl(r) {
			control = worse
		}
		i += size
	}
	return control, ""
}
