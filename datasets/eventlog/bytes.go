package eventlog

import (
	"unicode/utf8"
	"unsafe"
)

// view is the text of b without a copy; it changes when b does.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// survey reports whether line has neither escapes nor control characters, and
// whether it is all ASCII.
func survey(line []byte) (plain, ascii bool) {
	var control, high byte
	for _, c := range line {
		if c < ' ' || c == '\\' {
			control = 1
		}
		high |= c
	}
	return control == 0, high < utf8.RuneSelf
}

func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

func ascii(b []byte) bool {
	var high byte
	for _, c := range b {
		high |= c
	}
	return high < utf8.RuneSelf
}
