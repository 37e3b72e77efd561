package api

import (
	"bytes"
	"encoding/json"
	"iter"
)

// The functions here cut JSON that encoding/json has found valid into its parts,
// without copying it: one look over a body of many events, where decoding into
// values and then looking for unknown and repeated fields would take several.

// skipSpace returns data from its first byte that is not JSON's white space.
func skipSpace(data []byte) []byte { return bytes.TrimLeft(data, " \t\r\n") }

// valueLen returns the length of the value that data begins with.
func valueLen(data []byte) int {
	switch data[0] {
	case '"':
		return stringLen(data)
	case '{', '[':
		depth := 0
		for i := 0; ; i++ {
			switch data[i] {
			case '"':
				i += stringLen(data[i:]) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	if n := bytes.IndexAny(data, ",]} \t\r\n"); n >= 0 {
		return n
	}
	return len(data)
}

func stringLen(data []byte) int {
	for i := 1; ; i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}

// members yields the names, still quoted, and values of an object, in order.
func members(data []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for data = skipSpace(data[1:]); data[0] != '}'; {
			name := data[:stringLen(data)]
			data = skipSpace(data[len(name):])
			data = skipSpace(data[1:]) // the colon
			value := data[:valueLen(data)]
			if !yield(name, value) {
				return
			}
			data = next(data[len(value):])
		}
	}
}

// elements yields the values of an array, in order.
func elements(data []byte) iter.Seq[[]byte] {
	return func(yield func(value []byte) bool) {
		for data = skipSpace(data[1:]); data[0] != ']'; {
			value := data[:valueLen(data)]
			if !yield(value) {
				return
			}
			data = next(data[len(value):])
		}
	}
}

// next skips the comma between two parts, if there is one.
func next(data []byte) []byte {
	if data = skipSpace(data); data[0] == ',' {
		data = skipSpace(data[1:])
	}
	return data
}

// unquote returns the text of a JSON string; false for another value.
func unquote(raw []byte) (string, bool) {
	if raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}
