package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"curio/artifacts/audience"
	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/artifacts/segment"
	record "curio/experiments/run"
)

func segmentsListJob() job {
	f := command.New("experiments segments list", "Prints the segments of an artifact, largest first.")
	var (
		from   audienceFlags
		asJSON bool
	)
	from.define(f)
	f.Bool(&asJSON, "json", "write an array of segments")
	return job{
		Command: command.Command{Name: "segments list", Flags: f},
		check:   func() { from.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			_, people, err := from.load(ctx)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(stdout, people.Segments(), "  ")
			}
			return writeSegments(stdout, people.Segments())
		},
	}
}

func writeSegments(w io.Writer, segments []segment.Segment) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tNAME\tSIZE\tSHARE\tTOP CATEGORIES")
	for i := range segments {
		s := &segments[i]
		if s.Withheld {
			fmt.Fprintf(t, "%s\t(withheld: too few users)\t\t\t\n", s.ID)
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\n", s.ID, record.OneLine(s.Name), s.Size, percent(s.Share), shares(s.TopCategories))
	}
	return t.Flush()
}

func percent(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }

// shares lists the first few.
func shares(all []segment.Share) string {
	var parts []string
	for _, s := range all[:min(len(all), suggestions)] {
		parts = append(parts, fmt.Sprintf("%s %s", record.OneLine(s.Name), percent(s.Share)))
	}
	return strings.Join(parts, ", ")
}

func segmentsShowJob() job {
	f := command.New("experiments segments show", "Prints what an artifact says of the segment ID.")
	var (
		from   audienceFlags
		asJSON bool
		names  []string
	)
	from.define(f)
	f.Bool(&asJSON, "json", "write the segment")
	f.Args(&names, "ID")
	return job{
		Command: command.Command{Name: "segments show", Flags: f},
		check:   func() { from.check(f) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			art, people, err := from.load(ctx)
			if err != nil {
				return err
			}
			i, err := find(art, people, names[0])
			if err != nil {
				return err
			}
			s := &people.Segments()[i]
			if asJSON {
				return writeJSON(stdout, s, "  ")
			}
			return writeSegment(stdout, s)
		},
	}
}

// find returns the index of a segment that may be told of. The error is a
// *command.UsageError if there is no such segment, and wraps audience.ErrGroup if it
// is too small.
func find(art *bundle.Artifact, people *audience.Audience, id string) (int, error) {
	i, err := people.Segment(id)
	if errors.Is(err, audience.ErrUnknown) {
		var ids []string
		for _, s := range art.Segments.Segments() {
			ids = append(ids, s.ID)
		}
		return 0, usageError("there is no segment %q in version %s: want %s", id, art.Version, strings.Join(ids, ", "))
	}
	return i, err
}

func writeSegment(w io.Writer, s *segment.Segment) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, record.OneLine(text))
		}
	}
	line("segment", s.ID)
	line("name", s.Name)
	line("", s.NameZH)
	line("users", fmt.Sprintf("%d, %s of all", s.Size, percent(s.Share)))
	if s.Rule != nil {
		line("rule", s.Rule.Text)
		line("", s.Rule.TextZH)
		line("", fmt.Sprintf("precision %.2f, recall %.2f", s.Rule.Precision, s.Rule.Recall))
	}
	for i, trait := range s.Traits {
		line(map[bool]string{true: "traits"}[i == 0], fmt.Sprintf("%s %+.2f", trait.Feature, trait.Effect))
	}
	line("categories", shares(s.TopCategories))
	line("tags", shares(s.TopTags))
	line("items", shares(s.TopItems))
	line("lecturers", shares(s.TopLecturers))
	return t.Flush()
}
