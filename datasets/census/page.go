package census

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// page is text in tables whose columns line up, numbers to the right.
type page struct {
	out   bytes.Buffer
	table [][]string
}

// row adds to the table at hand.
func (p *page) row(cells ...string) { p.table = append(p.table, cells) }

// heading begins a new table.
func (p *page) heading(s string) {
	p.flush()
	p.out.WriteString("\n" + s + "\n")
}

// line stands between the rows of a table and has no part in its columns.
func (p *page) line(s string) { p.row(s) }

func (p *page) flush() {
	var widths []int
	for _, cells := range p.table {
		if len(cells) == 1 {
			continue
		}
		for i, c := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for _, cells := range p.table {
		var line strings.Builder
		for i, c := range cells {
			if i > 0 {
				line.WriteString("  ")
			}
			pad := ""
			if len(cells) > 1 {
				pad = strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			}
			if i > 0 && isFigure(c) {
				line.WriteString(pad + c)
			} else {
				line.WriteString(c + pad)
			}
		}
		p.out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	p.table = nil
}

// isFigure reports whether a cell is a number, with its unit perhaps.
func isFigure(cell string) bool {
	return cell != "" && strings.Trim(cell, "0123456789,.<%-e+") == ""
}

func (p *page) writeTo(w io.Writer) error {
	p.flush()
	_, err := w.Write(p.out.Bytes())
	return err
}
