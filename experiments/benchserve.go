package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store/open"
	"curio/experiments/bench"
)

// benchServeJobs are the jobs that measure the server.
func benchServeJobs() []job { return []job{serveBenchJob(), serveConstantJob()} }

// serveBench are the flags of bench serve.
type serveBench struct {
	bench.Serve
	swaps    bench.ServeSwaps
	soak     bench.ServeSoak
	explain  bench.ServeExplain
	in       storeFlags // of explain
	alias    string
	isSoak   bool
	start    bool
	explains bool
	asJSON   bool
}

func serveBenchJob() job {
	f := command.New("experiments bench serve", "Measures the server in a process of its own by a load over loopback, and gin with a constant body in turn; with --swaps, --soak, --start or --explain that instead.")
	b := serveBench{Serve: bench.DefaultServe()}
	b.define(f)
	return job{
		Command: command.Command{Name: "bench serve", Flags: f},
		check: func() {
			if err := b.Check(); err != nil {
				f.Fault("%v", err)
			}
			if n := b.parts(); n > 1 {
				f.Fault("--swaps, --soak, --start and --explain are measured one at a time, and %d are asked for", n)
			}
			open.CheckFlags(f, b.in.target)
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			r, err := b.run(ctx, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, b.asJSON, "")
		},
	}
}

func (b *serveBench) define(f *command.Flags) {
	f.Int(&b.Connections, "connections", 32, 1, 10_000, "connections of the load, each of which has one request under way")
	f.Int(&b.Rounds, "rounds", 3, 1, 1000, "times to make every pass, and to start")
	f.Duration(&b.For, "for", 5*time.Second, 10*time.Millisecond, time.Hour, "how long a pass is measured; a fifth of it more warms up")
	f.String(&b.Server, "server", "", "`PROGRAM` to measure; curio/serve is built if empty, in the folder of the module")
	f.String(&b.Home, "home", "", "`FOLDER` to keep artifacts and caches in for another time; a temporary one if empty")
	f.String(&b.Profiles, "profiles", "", "`FOLDER` for profiles of the server's processor time under each load")
	f.Seed(&b.Seed, "seed", 1, "seed of the requests")
	f.Int(&b.swaps.Swaps, "swaps", 0, 0, 1_000_000, "move the alias so many times under load, each tenth time to a damaged artifact; 0 for not at all")
	f.Int(&b.swaps.Editions, "editions", 8, 2, 1000, "artifacts that the alias moves among")
	f.Duration(&b.swaps.Every, "every", 100*time.Millisecond, 0, time.Hour, "least time from one move of the alias to the next")
	f.Bool(&b.isSoak, "soak", "put a faulty network before the store and ask while the alias moves; needs MinIO as the tests of stores do")
	f.Int(&b.soak.Requests, "requests", 200_000, 1, 2_000_000_000, "requests of --soak")
	f.Duration(&b.soak.Pace, "pace", 0, 0, time.Minute, "with --soak, least time from a request of a connection to its next")
	f.Share(&b.soak.Share, "faults", 0.2, "share of the requests to the store that meet a fault in --soak")
	f.Bool(&b.start, "start", "start with an artifact of a million users and 100,000 items")
	f.Bool(&b.explains, "explain", "put the reasons of recommendations to the test")
	f.Int(&b.explain.Users, "users", 500, 1, 10_000_000, "users of --explain")
	open.FlagsFrom(f, &b.in.target, &b.in.options, `with --explain, where the artifact is, or "`+temporaryStore+`" to train one on the synthetic platform`, temporaryStore)
	f.String(&b.alias, "alias", "latest", "with --explain, alias of the artifact")
	f.Bool(&b.asJSON, "json", "write the result as one line of JSON")
}

// parts is how many things are to be measured in place of the speed.
func (b *serveBench) parts() (n int) {
	for _, asked := range []bool{b.swaps.Swaps > 0, b.isSoak, b.start, b.explains} {
		if asked {
			n++
		}
	}
	return n
}

func (b *serveBench) run(ctx context.Context, stderr io.Writer) (interface{ Write(io.Writer) error }, error) {
	switch {
	case b.swaps.Swaps > 0:
		b.swaps.Serve = b.Serve
		return b.swaps.Run(ctx, time.Now, stderr)
	case b.isSoak:
		b.soak.Serve, b.soak.Editions, b.soak.Every = b.Serve, b.swaps.Editions, b.swaps.Every
		return b.soak.Run(ctx, time.Now, stderr)
	case b.start:
		return bench.ServeStart{Serve: b.Serve, Model: bench.DefaultStart()}.Run(ctx, time.Now, stderr)
	case b.explains:
		return b.runExplain(ctx, stderr)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program, to run it again: %w", err)
	}
	b.Self = []string{self, "bench", "serve-constant"}
	return b.Speed(ctx, time.Now, stderr)
}

func (b *serveBench) runExplain(ctx context.Context, stderr io.Writer) (*bench.ServeExplainResult, error) {
	train := b.in.target == temporaryStore
	drop, err := b.in.temporary()
	if err != nil {
		return nil, err
	}
	defer drop()
	if train {
		c := exec.CommandContext(ctx, "go", "run", "curio/train", "--store", b.in.target)
		c.Stdout, c.Stderr, c.WaitDelay = stderr, stderr, time.Second
		if err := c.Run(); err != nil {
			return nil, fmt.Errorf("train an artifact with go run curio/train, in the folder of the module: %w", errors.Join(err, ctx.Err()))
		}
	}
	s, err := open.Checked(ctx, b.in.target, b.in.options, checkTimeout)
	if err != nil {
		return nil, err
	}
	models := registry.New(s, time.Now)
	pointer, err := models.Resolve(ctx, b.alias)
	if err != nil {
		return nil, err
	}
	loaded, err := models.Load(ctx, pointer.Version)
	if err != nil {
		return nil, err
	}
	defer loaded.Close()
	art, err := bundle.Decode(loaded)
	if err != nil {
		return nil, err
	}
	b.explain.Seed = b.Seed
	return b.explain.Run(ctx, art)
}

func serveConstantJob() job {
	f := command.New("experiments bench serve-constant", "Answers every request with the same bytes until its input ends: what bench serve measures the server beside.")
	return job{
		Command: command.Command{Name: "bench serve-constant", Flags: f},
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			return bench.Constant{}.Run(ctx, os.Stdin, stdout)
		},
	}
}
