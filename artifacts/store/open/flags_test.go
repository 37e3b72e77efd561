package open

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"strings"
	"testing"

	"curio/artifacts/command"
)

// parsed reads a command line of the flags alone.
func parsed(usage io.Writer, args ...string) (target string, o Options, err error) {
	f := command.New("try", "try does nothing.")
	Flags(f, &target, &o, "where things are")
	err = f.Parse(args, usage, func() { CheckFlags(f, target) })
	return target, o, err
}

func TestFlags(t *testing.T) {
	target, o, err := parsed(io.Discard)
	if err != nil || target != "./store" || o != (Options{}) {
		t.Errorf("defaults: %q, %+v, %v", target, o, err)
	}
	target, o, err = parsed(io.Discard, "--store", "s3://b/p", "--s3-endpoint=h:1", "--s3-insecure", "--s3-ca=ca.pem", "--s3-create-bucket", "--s3-sse=kms:k")
	want := Options{Endpoint: "h:1", Insecure: true, CAFile: "ca.pem", CreateBucket: true, SSE: "kms:k"}
	if err != nil || target != "s3://b/p" || o != want {
		t.Errorf("given: %q, %+v, %v", target, o, err)
	}
	var usage bytes.Buffer
	if _, _, err := parsed(&usage, "--help"); !errors.Is(err, flag.ErrHelp) || !strings.Contains(usage.String(), "where things are: file://PATH") {
		t.Errorf("help: %v\n%s", err, usage.String())
	}
}

func TestCheckFlags(t *testing.T) {
	for target, says := range map[string]string{"": "--store \"\"", "ftp://x": `unknown scheme "ftp"`, "s3://": "names no place"} {
		_, _, err := parsed(io.Discard, "--store="+target, "--s3-insecure=maybe")
		var usage *command.UsageError
		if !errors.As(err, &usage) || len(usage.Faults) != 2 || !strings.Contains(err.Error(), says) {
			t.Errorf("--store=%s: %v, want a second fault that says %q", target, err, says)
		}
	}
}
