package code_test

import (
	"strings"
	"testing"

	"curio/datasets/event"
	"curio/datasets/event/code"
)

func TestOfFile(t *testing.T) {
	for _, c := range []string{code.FileUnsupported, code.TruncatedFile, code.GzipCorrupt, code.ZstdCorrupt, code.ParquetCorrupt,
		code.ParquetType, code.DecompressionBomb, code.CSVHeader} {
		if !code.OfFile(c) {
			t.Errorf("%s is about a file", c)
		}
	}
	for _, c := range []string{"", code.TruncatedRow, code.NotUTF8, code.LineTooLong, code.CSVColumns, code.Duplicate, "truncated"} {
		if code.OfFile(c) {
			t.Errorf("%s is about a row", c)
		}
	}
}

func TestMessageNamesEveryType(t *testing.T) {
	words := strings.FieldsFunc(code.Message(code.TypeUnknown), func(r rune) bool { return r == ' ' || r == ',' })
	named := make(map[string]bool)
	for _, w := range words {
		named[w] = true
	}
	for k := event.Type(1); int(k) < event.Types; k++ {
		if !named[k.String()] {
			t.Errorf("%q does not name %s", code.Message(code.TypeUnknown), k)
		}
	}
}
