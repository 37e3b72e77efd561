// Command train reads behaviour logs, fits an interest model and user segments,
// evaluates them, and publishes one versioned artifact.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"curio/artifacts/command"
	"curio/artifacts/store"
	"curio/artifacts/store/open"
	"curio/datasets/eventlog"
	"curio/train/pipeline"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal stops the job; a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parseConfig(args, stdout)
	if err == nil {
		err = train(ctx, c, stdout, stderr)
	}
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return command.Done
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(stderr, "train: stopped; alias %s was not moved; --resume goes on from the last checkpoint\n", c.Alias)
		return command.Failed
	}
	fmt.Fprintf(stderr, "train: %v\n", err)
	return exitCode(err)
}

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	var usage *command.UsageError
	switch {
	case errors.As(err, &usage) || errors.Is(err, open.ErrTarget):
		return command.BadUsage
	case store.Unavailable(err) || errors.Is(err, eventlog.ErrUnreachable):
		return command.StoreUnreachable
	case pipeline.BadData(err) || errors.Is(err, errSource) || errors.Is(err, errDrift):
		return command.BadData
	}
	return command.Failed
}
