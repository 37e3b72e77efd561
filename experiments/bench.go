package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"

	"curio/artifacts/command"
	"curio/datasets/public"
	"curio/datasets/synth"
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
			return show(stdout, r, asJSON, "")
		},
	}
}

func twoTowerJob() job {
	f := command.New("experiments bench twotower", "Measures whole training steps on random pairs, and a peer's in turn with them.")
	var (
		s      bench.Step
		p      bench.Pairing
		asJSON bool
	)
	f.Int(&s.Batch, "batch", 2048, 1, 1<<16, "interactions a step")
	f.Int(&s.Negatives, "negatives", 2048, 1, 1<<16, "negatives shared by a batch")
	f.Int(&s.Dim, "dim", 64, 1, 1024, "length of the embeddings")
	f.Int(&s.Users, "users", 29858, 1, 1<<20, "rows of the user table")
	f.Int(&s.Items, "items", 40981, 1, 1<<20, "rows of the item table")
	f.Int(&s.Steps, "steps", 30, 1, bench.MaxSteps, "steps to take the median of")
	f.Int(&s.Workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines, and threads of the peer")
	f.String(&p.Peer, "peer", "", "Python `SCRIPT` that takes the same flags (--threads for --workers) and prints a line of JSON with ms_per_step, samples_per_s and gflops")
	f.Bool(&p.Speedup, "speedup", "run with one worker in turn, for what more of them are good for")
	f.Int(&p.Rounds, "rounds", 3, 1, 1000, "times to run ours and then the others")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench twotower", Flags: f},
		check: func() {
			if err := s.Check(); err != nil {
				f.Fault("--negatives and --items: %v", err)
			}
			if _, err := os.Stat(p.Peer); p.Peer != "" && err != nil {
				f.Fault("--peer: %v", err)
			}
			if p.Speedup && s.Workers == 1 {
				f.Fault("--speedup compares --workers with 1: give it 2 or more")
			}
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			if p.Peer == "" && !p.Speedup {
				p.Rounds = 1
			}
			r, err := bench.Paired(ctx, s, p, time.Now, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, asJSON, "")
		},
	}
}

// platformFlags defines the flags of a platform.
func platformFlags(f *command.Flags, p *bench.Platform) {
	f.Int(&p.Events, "events", 5_000_000, 1, 2_000_000_000, "events of the synthetic platform")
	f.Int(&p.Users, "users", 100_000, 1, synth.MaxUsers, "users of the synthetic platform")
	f.Int(&p.Items, "items", 20_000, 1, synth.MaxItems, "items of the synthetic platform")
	f.Seed(&p.Seed, "seed", 1, "seed of the synthetic platform")
}

func ingestJob() job {
	f := command.New("experiments bench ingest", "Measures reading a synthetic platform from files, the whole of it and one aggregate a user, and the standard library and DuckDB in turn.")
	var (
		in      bench.Ingest
		formats string
		alone   bool
		asJSON  bool
	)
	platformFlags(f, &in.Platform)
	f.String(&formats, "format", strings.Join(bench.IngestFormats(), ","), "`FORMATS` of the files, with commas between")
	f.Int(&in.Rounds, "rounds", 3, 1, 1000, "times to make every pass")
	f.Int(&in.Workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines, and threads of DuckDB")
	f.Bool(&alone, "alone", "measure no peers")
	f.String(&in.Dir, "dir", "", "`FOLDER` to keep the files in for another time; a temporary one if empty, and one format at a time")
	f.String(&in.DuckDB, "duckdb", "experiments/bench/duckdb", "`FOLDER` of the module that runs DuckDB; built once, with cgo, into the cache folder of the user")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench ingest", Flags: f},
		check: func() {
			in.Formats, in.Peers = strings.Split(formats, ","), !alone
			if err := in.Check(); err != nil {
				f.Fault("%v", err)
			}
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			self, err := os.Executable()
			if err != nil {
				return fmt.Errorf("find this program, to run it again: %w", err)
			}
			in.Self = []string{self, "bench", "pass"}
			r, err := in.Run(ctx, time.Now, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, asJSON, "")
		},
	}
}

func passJob() job {
	f := command.New("experiments bench pass", "Makes one pass of bench ingest in this process, for a profiler, and writes what it found as one line of JSON.")
	var (
		p       bench.Pass
		profile string
	)
	platformFlags(f, &p.Platform)
	f.Choice(&p.Name, "pass", bench.PassIngest, bench.Passes(), "what to do")
	f.Choice(&p.Format, "format", "jsonl", bench.IngestFormats(), "format of the files")
	f.String(&p.Data, "data", "", "`FOLDER` of the files; the pass write makes them")
	f.Int(&p.Workers, "workers", runtime.NumCPU(), 1, 1024, "goroutines")
	f.String(&profile, "cpuprofile", "", "`FILE` for a profile of the CPU time, for go tool pprof")
	return job{
		Command: command.Command{Name: "bench pass", Flags: f},
		check: func() {
			if p.Data == "" {
				f.Fault("--data is missing: name the folder of the files")
			}
		},
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			stop, err := startProfile(profile)
			if err != nil {
				return err
			}
			a, err := p.Make(ctx)
			if err := errors.Join(err, stop()); err != nil {
				return err
			}
			return writeJSON(stdout, a, "")
		},
	}
}

// startProfile writes a profile of the CPU time to a file until it is told to
// stop. Without a name it does nothing.
func startProfile(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, fmt.Errorf("write profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}
