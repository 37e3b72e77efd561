package field

import (
	"testing"

	"curio/datasets/event/code"
)

func TestIDAndText(t *testing.T) {
	for _, c := range []struct{ in, id, text string }{
		{"", "", ""},
		{"user-1", "", ""},
		{" ", code.IDBlank, ""},
		{" \u00a0\u3000", code.IDBlank, ""},
		{" a", "", ""},
		{"a ", "", ""},
		{" \t", code.IDControlChar, ""},
		{"日本", "", ""},
		{"12345678", "", ""},
		{"123456789", code.IDTooLong, code.TextTooLong},
		{"ü234567", "", ""},
		{"ü2345678", code.IDTooLong, code.TextTooLong},
		{"a\tb\r\n", code.IDControlChar, ""},
		{"a\x00b", code.IDControlChar, code.TextControlChar},
		{"a\x1b", code.IDControlChar, code.TextControlChar},
		{"a\x7f", code.IDControlChar, code.TextControlChar},
		{"a\u0085", code.IDControlChar, code.TextControlChar},
		{"\x00\n", code.IDControlChar, code.TextControlChar},
		{"a\xff", code.NotUTF8, code.NotUTF8},
		{"\xed\xa0\x80", code.NotUTF8, code.NotUTF8}, // half a surrogate pair
		{"\uFFFD", "", ""},
	} {
		const max = 8
		if got := ID(c.in, max); got != c.id {
			t.Errorf("id %q: %q, want %q", c.in, got, c.id)
		}
		if got := Text(c.in, max); got != c.text {
			t.Errorf("text %q: %q, want %q", c.in, got, c.text)
		}
	}
}
