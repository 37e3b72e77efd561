package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/store/open"
	"curio/experiments/bench"
)

// benchArtifactsJobs are the jobs that measure stores and registry.
func benchArtifactsJobs() []job {
	return []job{artifactsBenchJob(), artifactPassJob(), publishKillJob(), publisherJob()}
}

func artifactsBenchJob() job {
	f := command.New("experiments bench artifacts", "Measures publishing and loading of one large artifact, and a plain write and read of the same bytes in turn.")
	var (
		a      bench.Artifacts
		in     storeFlags
		text   string
		asJSON bool
	)
	in.defineEmpty(f)
	f.String(&text, "size", "1GiB", "bytes of the artifact, or a number of KiB, MiB or GiB")
	f.Int(&a.Rounds, "rounds", 3, 1, 1000, "times to make every pass")
	f.Seed(&a.Seed, "seed", 1, "seed of the bytes")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench artifacts", Flags: f},
		check: func() {
			open.CheckFlags(f, in.target)
			a.Size = parseSize(f, "size", text)
		},
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			drop, err := in.temporary()
			if err != nil {
				return err
			}
			defer drop()
			if _, err := open.Checked(ctx, in.target, in.options, checkTimeout); err != nil {
				return err
			}
			self, err := os.Executable()
			if err != nil {
				return fmt.Errorf("find this program, to run it again: %w", err)
			}
			a.Target = in.target
			a.Self = append([]string{self, "bench", "artifact-pass"}, in.args()...)
			r, err := a.Run(ctx, time.Now, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, asJSON, "")
		},
	}
}

func artifactPassJob() job {
	f := command.New("experiments bench artifact-pass", "Makes one pass of bench artifacts in this process, for a profiler, and writes what it took as one line of JSON.")
	var (
		p       bench.ArtifactPass
		in      storeFlags
		text    string
		profile string
	)
	in.define(f)
	f.Choice(&p.Name, "pass", bench.PassLoad, bench.ArtifactPasses(), "what to do")
	f.String(&text, "size", "1GiB", "bytes of the artifact, or a number of KiB, MiB or GiB")
	f.Seed(&p.Seed, "seed", 1, "seed of the bytes")
	f.String(&p.Cache, "cache", "", "`FOLDER` of the cache, for the passes that have one")
	f.String(&profile, "cpuprofile", "", "`FILE` for a profile of the CPU time, for go tool pprof")
	return job{
		Command: command.Command{Name: "bench artifact-pass", Flags: f},
		check: func() {
			open.CheckFlags(f, in.target)
			p.Size = parseSize(f, "size", text)
			if p.Cache == "" && (p.Name == bench.PassCache || p.Name == bench.PassAgain) {
				f.Fault("--cache is missing: name the folder of the cache")
			}
		},
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			p.Target, p.Options = in.target, in.options
			stop, err := startProfile(profile)
			if err != nil {
				return err
			}
			answer, err := p.Make(ctx, time.Now)
			if err := errors.Join(err, stop()); err != nil {
				return err
			}
			return writeJSON(stdout, answer, "")
		},
	}
}

// maxArtifact is the largest artifact to measure, in bytes.
const maxArtifact = 1 << 40

// parseSize reads a number of bytes, KiB, MiB or GiB.
func parseSize(f *command.Flags, name, text string) int64 {
	number, unit := text, int64(1)
	for suffix, bytes := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if n, ok := strings.CutSuffix(text, suffix); ok {
			number, unit = n, bytes
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 || n > maxArtifact/unit {
		f.Fault("--%s %q: want a number of bytes, KiB, MiB or GiB, such as 1GiB, up to 1024GiB", name, text)
		return 0
	}
	return n * unit
}

func publishKillJob() job {
	f := command.New("experiments bench publish-kill", "Kills a publishing process at random points, over and over, and checks that nothing is ever half there, wrong or lost.")
	var (
		p      bench.PublishKill
		in     storeFlags
		asJSON bool
	)
	in.defineEmpty(f)
	f.Int(&p.Rounds, "rounds", 500, 1, 1_000_000, "processes to kill")
	f.Seed(&p.Seed, "seed", 1, "seed of what is published, and of when a process is killed")
	f.Int(&p.Large, "large", 17<<20, 1, 1<<30, "bytes of the largest blob of every third version; buckets take more than 16 MiB in parts")
	f.Duration(&p.Grace, "grace", 5*time.Second, time.Second, time.Hour, "grace period of the collections; longer than a publish takes")
	f.Bool(&asJSON, "json", "write the result as one line of JSON")
	return job{
		Command: command.Command{Name: "bench publish-kill", Flags: f},
		check:   func() { open.CheckFlags(f, in.target) },
		run: func(ctx context.Context, stdout, stderr io.Writer) error {
			drop, err := in.temporary()
			if err != nil {
				return err
			}
			defer drop()
			s, err := open.Checked(ctx, in.target, in.options, checkTimeout)
			if err != nil {
				return err
			}
			self, err := os.Executable()
			if err != nil {
				return fmt.Errorf("find this program, to run it again: %w", err)
			}
			p.Target = in.target
			p.Self = append([]string{self, "bench", "publisher"}, in.args()...)
			r, err := p.Run(ctx, s, time.Now, stderr)
			if err != nil {
				return err
			}
			return show(stdout, r, asJSON, "")
		},
	}
}

func publisherJob() job {
	f := command.New("experiments bench publisher", "Publishes one version after the other until it is stopped: what bench publish-kill kills.")
	var (
		p  bench.Publisher
		in storeFlags
	)
	in.define(f)
	f.Int(&p.From, "from", 0, 0, 1<<40, "number of the first version")
	f.Seed(&p.Seed, "seed", 1, "seed of what is published")
	f.Int(&p.Large, "large", 17<<20, 1, 1<<30, "bytes of the largest blob of every third version")
	return job{
		Command: command.Command{Name: "bench publisher", Flags: f},
		check:   func() { open.CheckFlags(f, in.target) },
		run: func(ctx context.Context, stdout, _ io.Writer) error {
			s, err := open.Open(ctx, in.target, in.options)
			if err != nil {
				return err
			}
			return p.Run(ctx, registry.New(s, time.Now), stdout)
		},
	}
}

// temporaryStore is the --store that stands for a folder of this run alone.
const temporaryStore = "temporary"

// defineEmpty defines the flags of a store that must be empty, by default a
// temporary folder.
func (s *storeFlags) defineEmpty(f *command.Flags) {
	open.FlagsFrom(f, &s.target, &s.options, `an empty store to publish into, or "`+temporaryStore+`" for a folder that is removed at the end`, temporaryStore)
}

// temporary makes the folder if that is what the target asks for, and returns what
// removes it.
func (s *storeFlags) temporary() (drop func(), err error) {
	if s.target != temporaryStore {
		return func() {}, nil
	}
	s.target, err = os.MkdirTemp("", "curio-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder to publish into: %w", err)
	}
	folder := s.target
	return func() { os.RemoveAll(folder) }, nil
}

// args returns the flags that open the same store in another process.
func (s *storeFlags) args() []string {
	o := s.options
	args := []string{"--store", s.target}
	for name, value := range map[string]string{"--s3-endpoint": o.Endpoint, "--s3-ca": o.CAFile, "--s3-sse": o.SSE} {
		if value != "" {
			args = append(args, name, value)
		}
	}
	if o.Insecure && !strings.Contains(o.Endpoint, "://") {
		args = append(args, "--s3-insecure")
	}
	return args
}
