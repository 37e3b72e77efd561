package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"

	"curio/artifacts/audience"
	"curio/artifacts/command"
)

// allSegments names every segment, unless one has that id.
const allSegments = "all"

func segmentsMembersJob() job {
	f := command.New("experiments segments members", "Writes the members of the segment ID, or of all, to a file: user_id, segment_id, segment_name, probability, distance, runner_up_id.")
	var (
		from  audienceFlags
		to    exportFlags
		names []string
	)
	from.define(f)
	to.define(f, "")
	f.Args(&names, "ID")
	return job{
		Command: command.Command{Name: "segments members", Flags: f},
		check: func() {
			from.check(f)
			to.check(f, true)
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			art, people, err := from.load(ctx)
			if err != nil {
				return err
			}
			name, err := to.names(art)
			if err != nil {
				return err
			}
			var chosen []int
			first, err := find(art, people, names[0])
			switch usage := new(command.UsageError); {
			case err == nil:
				chosen = []int{first}
			case names[0] != allSegments || !errors.As(err, &usage):
				return err
			default:
				for i, s := range art.Segments.Segments() {
					if _, err := people.Segment(s.ID); err != nil {
						fmt.Fprintf(stderr, "experiments: left out: %v\n", err)
						continue
					}
					chosen = append(chosen, i)
				}
			}
			if len(chosen) == 0 {
				return fmt.Errorf("every segment is too small: %w", audience.ErrGroup)
			}
			return export(ctx, &to, stdout, stderr, func(yield func(audience.MemberRow) bool) {
				for _, i := range chosen {
					for row := range people.MemberRows(i, name) {
						if !yield(row) {
							return
						}
					}
				}
			})
		},
	}
}

func segmentsAudienceJob() job {
	f := command.New("experiments segments audience", "Prints or writes the users whom the ITEM interests most and who do not have it yet: rank, user_id, item_id, score, score_kind, candidate, segment_id.")
	var (
		from  audienceFlags
		to    exportFlags
		n     int
		id    string
		names []string
	)
	from.define(f)
	to.define(f, "; without it, a CSV is printed")
	f.Int(&n, "n", 100, 1, 100_000, "most users")
	f.String(&id, "segment", "", "`ID` of the segment to look in; everybody without")
	f.Args(&names, "ITEM")
	return job{
		Command: command.Command{Name: "segments audience", Flags: f},
		check: func() {
			from.check(f)
			to.check(f, false)
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			art, people, err := from.load(ctx)
			if err != nil {
				return err
			}
			name, err := to.names(art)
			if err != nil {
				return err
			}
			item, ok := art.Items.Index(names[0])
			if !ok {
				return usageError("there is no item %q in version %s", names[0], art.Version)
			}
			segment := audience.Everybody
			if id != "" {
				if segment, err = find(art, people, id); err != nil {
					return err
				}
			}
			found, err := people.Users(ctx, item, segment, n, runtime.GOMAXPROCS(0))
			if err != nil {
				return err
			}
			return export(ctx, &to, stdout, stderr, people.UserRows(item, found, name))
		},
	}
}

// export writes rows where the flags say, or as CSV to stdout.
func export[R any](ctx context.Context, to *exportFlags, stdout, stderr io.Writer, rows iter.Seq[R]) error {
	var n, quoted int
	write := func(w io.Writer) (err error) {
		if to.parquet() {
			n, err = audience.WriteParquet(w, until(ctx, rows))
		} else {
			n, quoted, err = audience.WriteCSV(w, until(ctx, rows))
		}
		return errors.Join(err, ctx.Err())
	}
	if to.out == "" {
		return write(stdout)
	}
	if err := to.place(write); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	fmt.Fprintf(stdout, "%d rows in %s\n", n, to.out)
	if quoted > 0 {
		fmt.Fprintf(stderr, "experiments: %d values could be taken for formulas and have a ' before them; Parquet has them as they are\n", quoted)
	}
	return nil
}

// until ends rows when ctx does.
func until[R any](ctx context.Context, rows iter.Seq[R]) iter.Seq[R] {
	return func(yield func(R) bool) {
		for row := range rows {
			if ctx.Err() != nil || !yield(row) {
				return
			}
		}
	}
}
