package run

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// tabled writes a table to w in one piece, its columns aligned. The cells that
// fill prints are separated by tabs.
func tabled(w io.Writer, fill func(t io.Writer)) error {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fill(t)
	if err := t.Flush(); err != nil {
		return fmt.Errorf("align table: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// cell is one metric, or a dash.
func cell(m Metrics, name string) string {
	if v, ok := m[name]; ok {
		return v.String()
	}
	return "-"
}

func orDash(s string) string { return cmp.Or(s, "-") }

// byCode is "12 code, 3 other", the largest first, or nothing.
func byCode[N int | int64](counts map[string]N) string {
	codes := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	for i, code := range codes {
		codes[i] = fmt.Sprintf("%d %s", counts[code], code)
	}
	return strings.Join(codes, ", ")
}
