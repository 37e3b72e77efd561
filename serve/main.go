// Serve answers recommendation and segment queries over HTTP from the artifact
// that an alias of the registry names, and follows the alias while it runs. Serve keys
// edits the file of those who may ask.
//
// It exits with 0 after a signal to stop, 2 on bad usage, 4 when the store cannot
// be reached at the start, and 1 on any other failure.
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
	"curio/serve/guard"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal drains; from then on a signal ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c config
	var err error
	if len(args) > 0 && args[0] == "keys" {
		err = keys(ctx, args[1:], stdout)
	} else if c, err = parseConfig(args, stdout); err == nil {
		err = serve(ctx, c, stderr)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stderr, err)
	}
	return exitCode(err)
}

// exitCode is the one map from errors to exit codes.
func exitCode(err error) int {
	var usage *command.UsageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return command.Done
	case errors.As(err, &usage), errors.Is(err, open.ErrTarget), errors.Is(err, guard.ErrKeys), errors.Is(err, guard.ErrReadable), errors.Is(err, guard.ErrTLS):
		return command.BadUsage
	case store.Unavailable(err):
		return command.StoreUnreachable
	}
	return command.Failed
}
