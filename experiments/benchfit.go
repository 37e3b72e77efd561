package main

import (
	"context"
	"io"
	"runtime"
	"strconv"
	"strings"
	"time"

	"curio/artifacts/command"
	"curio/datasets/public"
	"curio/experiments/bench"
	"curio/train/itemgraph"
)

func scalingJob() job {
	f := command.New("experiments bench scaling", "Measures an epoch of the interest model by the number of interactions, and a step by the number of items, on random pairs.")
	var (
		s                        bench.Scaling
		interactions, catalogues string
		asJSON                   bool
	)
	f.String(&interactions, "interactions", "100000,1000000,10000000", "`SIZES` to fit with --items, ascending")
	f.Int(&s.Items, "items", 40981, 1, bench.MaxCatalogue, "rows of the item table by interactions")
	f.String(&catalogues, "catalogues", "10000,100000,1000000", "`SIZES` of item tables to fit to --fixed interactions, ascending")
	f.Int(&s.Fixed, "fixed", 1_000_000, 1, bench.MaxInteractions, "interactions by catalogue")
	f.Int(&s.Batch, "batch", 2048, 1, 1<<16, "interactions a step")
	f.Int(&s.Negatives, "negatives", 2048, 1, 1<<16, "negatives shared by a batch")
	f.Int(&s.Dim, "dim", 64, 1, 1024, "length of the embeddings")
	f.Int(&s.History, "history", bench.PerUser, 0, bench.PerUser, "items in the history of a user")
	f.Int(&s.Rounds, "rounds", 1, 1, 1000, "times to fit with each size")
	f.Int(&s.Workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench scaling", Flags: f},
		check: func() {
			for _, list := range []struct {
				name, text string
				into       *[]int
			}{{"--interactions", interactions, &s.Interactions}, {"--catalogues", catalogues, &s.Catalogues}} {
				for word := range strings.SplitSeq(list.text, ",") {
					n, err := strconv.Atoi(word)
					if err != nil {
						f.Fault("%s %q: %q is no whole number", list.name, list.text, word)
						return
					}
					*list.into = append(*list.into, n)
				}
			}
			if err := s.Check(); err != nil {
				f.Fault("%v", err)
			}
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			r, err := s.Run(ctx, time.Now, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, asJSON, "")
		},
	}
}

func curveJob() job {
	f := command.New("experiments bench curve", "Fits the interest model to a LightGCN-format split, ids alone, and says how good it is after how many seconds of training. The test part is read to report, and nothing is chosen by it.")
	var (
		c      bench.Curve
		data   string
		asJSON bool
	)
	f.String(&data, "data", "", "`FOLDER` with train.txt and test.txt, rows of user item item ...")
	f.Int(&c.Epochs, "epochs", 12, 1, 10_000, "passes over the interactions; the learning rate falls over all of them")
	f.Int(&c.Users, "users", 5000, 1, 1<<31-1, "users with a test pair to rank for, at most, spread evenly over all")
	f.Float(&c.Gain, "graph-gain", 1, 0, 1000, "weight of the item graph beside the towers; 0 leaves it out")
	f.Float(&c.Ridge, "graph-ridge", itemgraph.Default().Ridge, 1e-3, 1e6, "ridge of the item graph")
	f.Float(&c.At, "at", 0, 0, 1e6, "seconds at which to name the best model there is; 0 for none")
	f.Seed(&c.Seed, "seed", 1, "seed of the fit")
	f.Int(&c.Workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines; changes the time taken and nothing else")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench curve", Flags: f},
		check: func() {
			if data == "" {
				f.Fault("--data is missing: name the folder that train.txt and test.txt are in")
			}
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			src, err := public.LightGCN(data)
			if err != nil {
				return err
			}
			r, err := c.Run(ctx, src, time.Now, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, asJSON, "")
		},
	}
}
