package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"curio/artifacts/command"
	record "curio/experiments/run"
)

func listJob() job {
	f := command.New("experiments list", "Prints the runs in a store, newest first.")
	var (
		in     storeFlags
		asJSON bool
		limit  int
	)
	in.define(f)
	f.Bool(&asJSON, "json", "write an array of run records")
	f.Int(&limit, "limit", 0, 0, math.MaxInt32, "most runs to print; 0 prints all")
	return job{
		Command: command.Command{Name: "list", Flags: f},
		check:   func() { in.check(f) },
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			records, err := in.readAll(ctx, stderr)
			if err != nil {
				return err
			}
			if limit > 0 {
				records = records[:min(limit, len(records))]
			}
			if asJSON {
				return writeJSON(stdout, records, "  ")
			}
			if len(records) == 0 {
				fmt.Fprintf(stderr, "experiments: no runs in %s; train puts them there\n", in.target)
				return nil
			}
			return record.WriteList(stdout, records)
		},
	}
}

func showJob() job {
	f := command.New("experiments show", "Prints one RUN: the beginning of a run id, or latest.")
	var (
		in     storeFlags
		asJSON bool
		names  []string
	)
	in.define(f)
	f.Bool(&asJSON, "json", "write the run record")
	f.Args(&names, "RUN")
	return job{
		Command: command.Command{Name: "show", Flags: f},
		check:   func() { in.check(f) },
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			records, err := in.find(ctx, names, stderr)
			if err != nil {
				return err
			}
			return show(stdout, records[0], asJSON, "  ")
		},
	}
}

func compareJob() job {
	f := command.New("experiments compare", "Prints how the second RUN differs from the first; each is the beginning of a run id, or latest.")
	var (
		in     storeFlags
		asJSON bool
		names  []string
	)
	in.define(f)
	f.Bool(&asJSON, "json", "write a comparison: a, b, same_data, metrics[{scorer, metric, a, b, delta, intervals}], unmatched, config")
	f.Args(&names, "RUN", "RUN")
	return job{
		Command: command.Command{Name: "compare", Flags: f},
		check:   func() { in.check(f) },
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			records, err := in.find(ctx, names, stderr)
			if err != nil {
				return err
			}
			c := record.Compare(records[0], records[1])
			return show(stdout, &c, asJSON, "  ")
		},
	}
}
