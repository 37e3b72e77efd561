package main

import (
	"context"
	"io"
	"os"
	"runtime"
	"time"

	"curio/artifacts/command"
	"curio/datasets/public"
	"curio/experiments/bench"
)

func evaluatorJob() job {
	f := command.New("experiments bench evaluator", "Ranks a LightGCN-format split by popularity and by ItemCF, to compare with published figures.")
	var (
		data    string
		asJSON  bool
		workers int
	)
	f.String(&data, "data", "", "folder with train.txt and test.txt, `rows` of user item item ...")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	f.Int(&workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines; changes the time taken and nothing else")
	return job{
		Command: command.Command{Name: "bench evaluator", Flags: f},
		check: func() {
			if data == "" {
				f.Fault("--data is missing: name the folder that train.txt and test.txt are in")
			}
		},
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			src, err := public.LightGCN(data)
			if err != nil {
				return err
			}
			r, err := bench.Evaluator(ctx, src, workers, time.Now)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(stdout, r, "")
			}
			return r.Write(stdout)
		},
	}
}

func twoTowerJob() job {
	f := command.New("experiments bench twotower", "Measures whole training steps on random pairs, and a peer's in turn with them.")
	var (
		s      bench.Step
		peer   string
		rounds int
		asJSON bool
	)
	f.Int(&s.Batch, "batch", 2048, 1, 1<<16, "interactions a step")
	f.Int(&s.Negatives, "negatives", 2048, 1, 1<<16, "negatives shared by a batch")
	f.Int(&s.Dim, "dim", 64, 1, 1024, "length of the embeddings")
	f.Int(&s.Users, "users", 29858, 1, 1<<20, "rows of the user table")
	f.Int(&s.Items, "items", 40981, 1, 1<<20, "rows of the item table")
	f.Int(&s.Steps, "steps", 30, 1, bench.MaxSteps, "steps to take the median of")
	f.Int(&s.Workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines, and threads of the peer")
	f.String(&peer, "peer", "", "Python `SCRIPT` that takes the same flags (--threads for --workers) and prints a line of JSON with ms_per_step, samples_per_s and gflops")
	f.Int(&rounds, "rounds", 3, 1, 1000, "times to run ours and then the peer")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench twotower", Flags: f},
		check: func() {
			if err := s.Check(); err != nil {
				f.Fault("--negatives and --items: %v", err)
			}
			if _, err := os.Stat(peer); peer != "" && err != nil {
				f.Fault("--peer: %v", err)
			}
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			if peer == "" {
				rounds = 1
			}
			r, err := bench.Paired(ctx, s, peer, rounds, time.Now, stderr)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(stdout, r, "")
			}
			return r.Write(stdout)
		},
	}
}
