// Command experiments looks at what training runs left in a store, writes logs to
// try formats with, and measures parts of the program beside others:
//
//	experiments list                  the runs in a store, newest first
//	experiments show RUN              one run
//	experiments compare RUN RUN       how the second differs from the first
//	experiments artifacts ls          the versions in a store
//	experiments artifacts show V      one version
//	experiments artifacts verify      read every byte and say what is wrong
//	experiments artifacts pull V      copy a version to another store
//	experiments artifacts push V      copy a version from another store
//	experiments artifacts alias list  where every alias is; history, move and rollback
//	experiments artifacts gc          remove what nothing needs
//	experiments artifacts sign V      sign a version
//	experiments artifacts keygen      make a key to sign with
//	experiments segments list         the segments of an artifact
//	experiments segments show ID      one segment
//	experiments segments items ID     what its members want and do not have yet
//	experiments segments members ID   write its members to a file
//	experiments segments audience ITEM  the users whom an item interests most
//	experiments synth                 write the synthetic platform as logs
//	experiments bench evaluator       the baselines on a published split
//	experiments bench twotower        speed of a training step
//	experiments bench scaling         cost of training by interactions and by items
//	experiments bench curve           quality of the interest model by seconds of training
//	experiments bench gemm            speed of matrix products
//	experiments bench recommend       speed of ranking a catalogue for many users
//	experiments bench serve           speed and endurance of the server, beside gin
//	experiments bench segments        quality and cost of segments, beside scikit-learn
//	experiments bench ingest          speed of reading, checking and folding files
//	experiments bench artifacts       speed of publishing and loading, beside plain minio-go
//	experiments bench publish-kill    kill publishing processes and look at what is left
//	experiments bench publisher       what bench publish-kill kills
//	experiments bench pass            one pass of bench ingest, for a profiler
//
// A RUN is the beginning of a run id that no other run id has, or "latest". With
// --json, list writes an array of run records as package run describes them, show
// one record, compare a run.Comparison, and each bench one line that its package
// describes.
//
// It exits with 0 when done, 2 on bad usage, among it a RUN that names no run or
// several, 3 when a record, an artifact or a data set cannot be used, or too few users
// are in a segment to tell of them, 4 when the store cannot
// be reached, and 1 on any other failure.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"curio/artifacts/audience"
	"curio/artifacts/bundle"
	"curio/artifacts/command"
	"curio/artifacts/registry"
	"curio/artifacts/signature"
	"curio/artifacts/store"
	"curio/artifacts/store/open"
	"curio/experiments/bench"
	record "curio/experiments/run"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal stops the program; a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	j, err := parse(args, stdout)
	if err == nil {
		err = j.run(ctx, stdout, stderr)
	}
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return command.Done
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "experiments: stopped")
		return command.Failed
	}
	fmt.Fprintf(stderr, "experiments: %v\n", err)
	return exitCode(err)
}

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	var usage *command.UsageError
	switch {
	case errors.As(err, &usage), errors.Is(err, open.ErrTarget):
		return command.BadUsage
	case store.Unavailable(err):
		return command.StoreUnreachable
	case errors.Is(err, record.ErrInvalid), errors.Is(err, bench.ErrData), errors.Is(err, fs.ErrNotExist),
		errors.Is(err, bundle.ErrArtifact), errors.Is(err, bundle.ErrCorrupt), errors.Is(err, bundle.ErrFormat),
		errors.Is(err, signature.ErrUntrusted), errors.Is(err, signature.ErrCorrupt), errors.Is(err, registry.ErrSealed),
		errors.Is(err, audience.ErrGroup), errors.Is(err, audience.ErrBarred):
		return command.BadData
	}
	return command.Failed
}

// job is one command: its flags, and what it does with their values.
type job struct {
	command.Command
	check func() // of the flags together; may be nil
	run   func(ctx context.Context, stdout, stderr io.Writer) error
}

const about = "experiments lists, shows and compares training runs, and measures parts of the program."

// parse finds the job that the command line asks for. Its error is flag.ErrHelp,
// after the usage went to usage, or a *command.UsageError.
func parse(args []string, usage io.Writer) (job, error) {
	jobs := []job{listJob(), showJob(), compareJob(), synthJob(), evaluatorJob(), twoTowerJob(), scalingJob(), curveJob(), gemmJob(), recommendJob(), benchSegmentsJob(), ingestJob(), passJob(),
		segmentsListJob(), segmentsShowJob(), segmentsItemsJob(), segmentsMembersJob(), segmentsAudienceJob()}
	jobs = append(jobs, artifactJobs()...)
	jobs = append(jobs, benchArtifactsJobs()...)
	jobs = append(jobs, benchServeJobs()...)
	var commands []command.Command
	for _, j := range jobs {
		commands = append(commands, j.Command)
	}
	which, rest, err := command.Choose(about, commands, args, usage)
	if err != nil {
		return job{}, err
	}
	j := jobs[which]
	return j, j.Flags.Parse(rest, usage, j.check)
}

// show writes a result for people, or as JSON for other programs.
func show(w io.Writer, r interface{ Write(io.Writer) error }, asJSON bool, indent string) error {
	if asJSON {
		return writeJSON(w, r, indent)
	}
	return r.Write(w)
}

// writeJSON writes v for other programs: indented, unless it is to be one line.
func writeJSON(w io.Writer, v any, indent string) error {
	e := json.NewEncoder(w)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
