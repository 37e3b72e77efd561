package main

import (
	"context"
	"io"
	"runtime"
	"time"

	"curio/artifacts/command"
	"curio/experiments/bench"
)

func gemmJob() job {
	f := command.New("experiments bench gemm", "Measures the float32 matrix products that training and ranking spend their time on, and OpenBLAS's in turn.")
	var (
		g      bench.Gemm
		alone  bool
		asJSON bool
	)
	f.Int(&g.Rounds, "rounds", 41, 1, 10_000, "times to measure each product, 3 ms long")
	f.Int(&g.Workers, "workers", runtime.NumCPU(), 1, 1024, "products at once, beside one alone")
	f.Bool(&alone, "alone", "do not measure OpenBLAS")
	f.String(&g.OpenBLAS, "openblas", "experiments/bench/openblas", "`FOLDER` of the module that runs OpenBLAS; built once, with cgo, into the cache folder of the user")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench gemm", Flags: f},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			g.Peers = !alone
			r, err := g.Run(ctx, time.Now, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, asJSON, "")
		},
	}
}

func recommendJob() job {
	f := command.New("experiments bench recommend", "Measures ranking a whole catalogue for many users with a random interest model, with an item graph and without.")
	var (
		q      bench.Recommend
		asJSON bool
	)
	f.Int(&q.Users, "users", 30_000, 1, 1<<20, "users to rank for")
	f.Int(&q.Items, "items", 41_000, 1, 1<<20, "items to rank")
	f.Int(&q.Dim, "dim", 64, 1, 1024, "length of the vectors")
	f.Int(&q.Edges, "edges", 100, 0, 10_000, "edges an item in the graph")
	f.Int(&q.History, "history", 27, 0, 1000, "items a user has, which are not recommended")
	f.Int(&q.Length, "length", 20, 1, 1000, "items to recommend")
	f.Int(&q.Rounds, "rounds", 3, 1, 1000, "times to make each pass; the fastest counts")
	f.Int(&q.Workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench recommend", Flags: f},
		check: func() {
			if err := q.Check(); err != nil {
				f.Fault("%v", err)
			}
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			r, err := q.Run(ctx, time.Now, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, asJSON, "")
		},
	}
}
