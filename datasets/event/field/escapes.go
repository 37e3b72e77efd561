package field

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// HalfSurrogate reports whether valid JSON holds an escaped half of a surrogate
// pair without its other half: it stands for no character.
func HalfSurrogate(line []byte) bool {
	for {
		i := bytes.IndexByte(line, '\\')
		if i < 0 {
			return false
		}
		line = line[i:]
		r, ok := escaped(line)
		if !ok {
			line = line[2:] // \n, \\ and the like
			continue
		}
		line = line[6:]
		if !utf16.IsSurrogate(r) {
			continue
		}
		low, ok := escaped(line)
		if !ok || utf16.DecodeRune(r, low) == utf8.RuneError {
			return true
		}
		line = line[6:]
	}
}

// escaped reads the \uXXXX at the start of line.
func escaped(line []byte) (rune, bool) {
	if len(line) < 6 || line[0] != '\\' || line[1] != 'u' {
		return 0, false
	}
	x, err := strconv.ParseUint(string(line[2:6]), 16, 16)
	return rune(x), err == nil
}
