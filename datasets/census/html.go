package census

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed report.html
var pageText string

var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"grouped": grouped, "percent": percent, "share": share, "plain": plain, "place": place, "quoted": quoted,
}).Parse(pageText))

// maxAmounts is how many currencies have a plot.
const maxAmounts = 4

// view is what the page is made of.
type view struct {
	*Report
	Lists   []list
	Figures []figure
	When    string
	Suspect string
	Moved   string
}

// list is the most frequent values of a field.
type list struct {
	Title  string
	Values []Count
	More   int
	Events int64
	Other  int64
}

// HTML writes the report as one page that needs nothing else: no scripts, no
// other files.
func (r *Report) HTML(w io.Writer) error {
	v := view{Report: r, When: r.when(), Suspect: r.Suspects.summary()}
	if r.Drift != nil {
		v.Moved = r.Drift.summary()
	}
	v.Lists = append(v.Lists, listOf("Events by type", r.Types, len(r.Types.Values)))
	for _, s := range r.named() {
		if s.Events > 0 {
			v.Lists = append(v.Lists, listOf(strings.ToUpper(s.name[:1])+s.name[1:], s.Shares, 10))
		}
	}
	figures, err := r.figures()
	if err != nil {
		return err
	}
	v.Figures = figures
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, v); err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

func listOf(title string, s Shares, most int) list {
	n := min(most, len(s.Values))
	return list{title, s.Values[:n], len(s.Values) - n, s.Events, s.Other}
}

func (r *Report) figures() ([]figure, error) {
	var all []figure
	if r.Calendar != nil && len(r.Calendar.Events) > 0 {
		f, err := r.Calendar.figure()
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	plotted := r.amounts()
	for i := range r.Numbers {
		h := &r.Numbers[i]
		if h.Count == 0 || strings.HasPrefix(h.Name, amountPrefix) && !slices.Contains(plotted, h.Name) {
			continue
		}
		f, err := h.figure()
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// amounts names the histograms of the currencies with the most payments.
func (r *Report) amounts() []string {
	var counts []Count
	for _, h := range r.Numbers {
		if strings.HasPrefix(h.Name, amountPrefix) {
			counts = append(counts, Count{h.Name, h.Count})
		}
	}
	slices.SortFunc(counts, mostFrequent)
	var names []string
	for _, c := range counts[:min(len(counts), maxAmounts)] {
		names = append(names, c.Name)
	}
	return names
}
