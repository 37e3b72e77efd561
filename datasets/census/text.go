package census

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"curio/datasets/event"
)

// Text writes the report for a terminal: what matters first, then the tables.
func (r *Report) Text(w io.Writer) error {
	p := &page{}
	r.summary(p)
	if d := r.Drift; d != nil {
		d.text(p)
	}
	r.rejects(p)
	p.heading("events by type")
	for _, v := range r.Types.Values {
		p.row("  "+v.Name, grouped(v.Events), share(v.Events, r.Types.Events))
	}
	for _, s := range r.named() {
		if len(s.Values) == 0 {
			continue
		}
		p.heading(s.name)
		for i, v := range s.Values {
			if i == 10 {
				p.line(fmt.Sprintf("  ... %d more in the JSON form", len(s.Values)-i))
				break
			}
			p.row("  "+plain(v.Name), grouped(v.Events), share(v.Events, s.Events))
		}
		if s.Other > 0 {
			p.row("  (of more than "+grouped(int64(len(s.Values)))+" values; others)", grouped(s.Other), share(s.Other, s.Events))
		}
	}
	p.heading("missing fields, of the events that should have them")
	for _, f := range r.Fields {
		if f.Expected > 0 {
			p.row("  "+f.Name, grouped(f.Missing), "of "+grouped(f.Expected), percent(f.Share))
		}
	}
	p.heading("numbers (those of percentiles are where their bins begin)")
	p.row("  ", "count", "mean", "10%", "median", "90%", "99%", "unit")
	for i := range r.Numbers {
		r.Numbers[i].text(p)
	}
	if len(r.Heavy) > 0 {
		p.heading("users with the most events")
		p.row("  user", "events", "share", "items", "days")
		for _, h := range r.Heavy {
			p.row("  "+plain(h.ID), grouped(h.Events), share(h.Events, r.Events), grouped(h.Items), grouped(h.Days))
		}
	}
	r.Suspects.text(p)
	return p.writeTo(w)
}

type named struct {
	name string
	Shares
}

func (r *Report) named() []named {
	return []named{{"channels", r.Channels}, {"plans", r.Plans}, {"currencies", r.Currencies}}
}

// summary is the first screen.
func (r *Report) summary(p *page) {
	p.row("data report", plain(r.Dataset))
	p.row("rows", fmt.Sprintf("%s accepted, %s rejected (%s)",
		grouped(r.Rows.Accepted), grouped(r.Rows.Rejected), percent(r.Rows.RejectedShare)))
	p.row("events", fmt.Sprintf("%s by %s users about %s items",
		grouped(r.Events), grouped(r.Users), grouped(r.Items)))
	p.row("density", fmt.Sprintf("%s: %s distinct pairs of user and item", percent(r.Density), grouped(r.Pairs)))
	p.row("time", r.when())
	p.row("suspects", r.Suspects.summary())
	if d := r.Drift; d != nil {
		p.row("drift", d.summary())
	}
	for _, n := range r.noteNames() {
		p.row("note", fmt.Sprintf("%s: %s", plain(n), grouped(int64(r.Notes[n]))))
	}
}

func (r *Report) noteNames() []string { return slices.Sorted(maps.Keys(r.Notes)) }

// when is the span in words.
func (r *Report) when() string {
	if r.Time == nil {
		return "no event has a time"
	}
	s := fmt.Sprintf("%.10s .. %.10s", r.Time.First, r.Time.Last)
	if a := r.Calendar; a.Before+a.After > 0 {
		s += fmt.Sprintf(", 99%% within %s .. %s", r.Time.MostFrom, r.Time.MostTo)
	}
	if r.Timeless > 0 {
		s += fmt.Sprintf("; %s events without a time", grouped(r.Timeless))
	}
	return s
}

func (s *Suspects) summary() string {
	if s.Users == 0 {
		return "no user looks like a program"
	}
	kept := "kept"
	if s.Dropped {
		kept = "dropped: not among the users and events"
	}
	return fmt.Sprintf("%s users (%s) with %s events look like programs; %s",
		grouped(s.Users), percent(s.Share), grouped(s.Events), kept)
}

func (s *Suspects) text(p *page) {
	if s.Users == 0 {
		return
	}
	p.heading("suspects by rule")
	for _, r := range s.Rules {
		p.row("  "+r.Rule, grouped(r.Users))
	}
	if len(s.Top) == 0 {
		return
	}
	p.heading("suspects with the most events")
	for _, t := range s.Top {
		p.row("  "+plain(t.ID), grouped(t.Events), t.evidence())
	}
}

func (s *Suspect) evidence() string {
	reasons := make([]string, len(s.Reasons))
	for i, r := range s.Reasons {
		reasons[i] = r.String()
	}
	return strings.Join(reasons, "; ")
}

func (r *Report) rejects(p *page) {
	if len(r.Rows.Codes) == 0 {
		return
	}
	p.heading("rejected rows by code")
	for _, c := range r.Rows.Codes {
		p.row("  "+plain(c.Code), grouped(c.Rows), share(c.Rows, r.Rows.Total))
		for _, e := range c.Examples {
			p.line("      " + place(e) + ": " + plain(e.Message) + quoted(e))
		}
	}
}

func place(e event.Reject) string {
	if e.Line == 0 {
		return plain(e.File)
	}
	return fmt.Sprintf("%s:%d", plain(e.File), e.Line)
}

// quoted names the field and the value of a rejected row, as far as known.
func quoted(e event.Reject) string {
	var parts []string
	if e.Field != "" {
		parts = append(parts, plain(e.Field))
	}
	if e.Value != "" {
		parts = append(parts, strconv.Quote(e.Value))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, " ") + ")"
}

func (h *Histogram) text(p *page) {
	if h.Count == 0 {
		return
	}
	mean := ""
	if h.Mean > 0 {
		mean = number(h.Mean)
	}
	p.row("  "+plain(h.Name), grouped(h.Count), mean, number(h.quantile(0.1)), number(h.quantile(0.5)),
		number(h.quantile(0.9)), number(h.quantile(0.99)), plain(h.Unit))
}

func (d *Drift) summary() string {
	var compared int
	for _, m := range d.Measures {
		if m.Skipped == "" {
			compared++
		}
	}
	s := fmt.Sprintf("%d of %d measures crossed", d.Crossed, compared)
	var names []string
	for _, m := range d.Measures {
		if m.Crossed && len(names) < 5 {
			names = append(names, plain(m.Name))
		}
	}
	if len(names) > 0 {
		s += ": " + strings.Join(names, ", ")
	}
	if d.Crossed > len(names) {
		s += ", ..."
	}
	return s
}

// where says what moved most.
func (m *Comparison) where() string {
	if m.At == "" {
		return ""
	}
	return plain(m.At)
}

func (d *Drift) text(p *page) {
	p.heading(fmt.Sprintf("drift since %s: %s events, %s users, %s items",
		plain(d.Earlier), grouped(d.Events), grouped(d.Users), grouped(d.Items)))
	p.row("  ", "value", "threshold", "noise", "", "most at")
	for _, m := range d.Measures {
		if m.Skipped != "" || m.Value == 0 {
			continue
		}
		crossed := ""
		if m.Crossed {
			crossed = "CROSSED"
		}
		p.row("  "+plain(m.Name), fmt.Sprintf("%.4f", m.Value), fmt.Sprintf("%.4f", m.Threshold),
			fmt.Sprintf("%.4f", m.Noise), crossed, m.where())
	}
}
