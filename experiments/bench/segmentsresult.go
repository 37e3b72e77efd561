package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Write prints the result for reading.
func (r *SegmentsResult) Write(w io.Writer) error {
	for i := range r.Parts {
		if err := r.Parts[i].write(w, i > 0); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
	}
	return nil
}

func (p *SegmentPart) write(w io.Writer, more bool) error {
	if more {
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%s: %s\n", p.Part, p.About)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	if len(p.Methods) > 0 {
		fmt.Fprint(t, "CLUSTERS\tARI\tSILHOUETTE\tDAVIES-BOULDIN\tCPU S\tSECONDS\t  METHOD\n")
	}
	for _, m := range p.Methods {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\t  %s\n", m.Clusters, cellOf(m.ARI), cellOf(m.Silhouette), cellOf(m.DaviesBouldin),
			secondsOf(m.CPUSeconds), secondsOf(m.Seconds), m.Method)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(p.Outcomes) > 0 {
		fmt.Fprint(t, "SEGMENT\tUSERS\tRATE\tINTERVAL\t  NAME\n")
	}
	for _, o := range p.Outcomes {
		fmt.Fprintf(t, "%s\t%d\t%.3f\t%.3f..%.3f\t  %s\n", o.Segment, o.Users, o.Rate, o.Low, o.High, o.Name)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, f := range p.Figures {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	return nil
}

// String is the figure with its bar.
func (f Figure) String() string {
	text := f.Name + ": " + number(f.Value)
	verdict := map[bool]string{true: "holds", false: "MISSED"}[f.Holds]
	switch {
	case f.Least != nil:
		text += fmt.Sprintf(" (at least %s: %s)", number(*f.Least), verdict)
	case f.Most != nil:
		text += fmt.Sprintf(" (at most %s: %s)", number(*f.Most), verdict)
	}
	return text
}

func number(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.4g", v)
}

func cellOf(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.4f", *v)
}

func secondsOf(v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", v)
}
