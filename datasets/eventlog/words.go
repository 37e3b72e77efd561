package eventlog

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// The bytes of a text are looked at eight at a time: a test of a word sets the
// high bit of each byte that passes. Bytes above the lowest one that passes may
// do so wrongly, none fails wrongly.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

func word(b []byte, at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }

// is tests for bytes that are c; it needs masking with highs.
func is(x uint64, c byte) uint64 {
	x ^= ones * uint64(c)
	return (x - ones) &^ x
}

// control tests for bytes below a blank; it needs masking with highs.
func control(x uint64) uint64 { return (x - ones*' ') &^ x }

// unclean tests for bytes that are not ASCII and for DEL. Bytes above one of them
// may pass wrongly.
func unclean(x uint64) uint64 { return (x | (x + ones)) & highs }

// below is a mask of the n lowest bytes of a word, n < 8.
func below(n int) uint64 { return 1<<(8*n) - 1 }

// index is the number of the lowest byte that passed a test.
func index(passed uint64) int { return bits.TrailingZeros64(passed) >> 3 }

// textEnd returns the offset of the quote that ends a JSON text which begins at
// offset at, and something other than zero if the text is not all printable
// ASCII. It returns -1 if an escape, a control character or the last eight bytes
// of b come first.
func textEnd(b []byte, at int) (end int, dirty uint64) {
	for ; at+8 <= len(b); at += 8 {
		x := word(b, at)
		d := unclean(x)
		if stop := (is(x, '"') | is(x, '\\') | control(x)) & highs; stop != 0 {
			n := index(stop)
			if b[at+n] != '"' {
				return -1, 0
			}
			return at + n, dirty | d&below(n)
		}
		dirty |= d
	}
	return -1, 0
}

// numberEnd returns the offset behind the number that begins at offset at, or -1
// if it is not written as integer or decimal by the rules of JSON. Something that
// is no digit must follow.
func numberEnd(b []byte, at int) int {
	if b[at] == '-' {
		at++
	}
	from := at
	for b[at]-'0' <= 9 {
		at++
	}
	if at == from || b[from] == '0' && at > from+1 {
		return -1
	}
	if b[at] != '.' {
		return at
	}
	at++
	from = at
	for b[at]-'0' <= 9 {
		at++
	}
	if at == from {
		return -1
	}
	return at
}

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
