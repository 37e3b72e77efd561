package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"curio/artifacts/store/miniotest"
	"curio/artifacts/store/open"
)

// carries is the test binary as a process that makes a pass.
func carries(args []string) int {
	var p ArtifactPass
	f := flag.NewFlagSet("carries", flag.ContinueOnError)
	f.StringVar(&p.Target, "store", "", "")
	f.StringVar(&p.Options.Endpoint, "s3-endpoint", "", "")
	f.StringVar(&p.Name, "pass", "", "")
	f.Int64Var(&p.Size, "size", 0, "")
	f.Uint64Var(&p.Seed, "seed", 0, "")
	f.StringVar(&p.Cache, "cache", "", "")
	err := f.Parse(args)
	var answer ArtifactAnswer
	if err == nil {
		answer, err = p.Make(context.Background(), time.Now)
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(answer)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestArtifacts measures a small artifact on both stores. How fast it is on a busy
// machine says nothing; that a load takes no more memory than it may does.
func TestArtifacts(t *testing.T) {
	t.Setenv(asPeer, "carries")
	check := func(t *testing.T, target string, o open.Options, plain string) {
		if _, err := open.Open(t.Context(), target, o); err != nil {
			t.Fatal(err)
		}
		a := Artifacts{Target: target, Size: 40<<20 + 1, Rounds: 2, Seed: 1, Self: []string{os.Args[0], "--store", target, "--s3-endpoint", o.Endpoint}}
		var notes bytes.Buffer
		r, err := a.Run(t.Context(), time.Now, &notes)
		if err != nil {
			t.Fatal(err)
		}
		if r.Plain != plain || len(r.Passes) != len(ArtifactPasses())-1 || strings.Count(notes.String(), "\n") != 2 {
			t.Errorf("%+v with the notes %q", r, notes.String())
		}
		for _, p := range r.Passes {
			if p.Seconds <= 0 || p.MBPerS <= 0 || (p.Pass == PassPut || p.Pass == PassGet) != (p.Shares == nil) {
				t.Errorf("%+v", p)
			}
			switch p.Pass {
			case PassLoad, PassCache, PassAgain:
				if p.PeakBytes > a.Size+ArtifactMemory {
					t.Errorf("%s takes %d MiB besides the artifact, may take %d", p.Pass, (p.PeakBytes-a.Size)>>20, ArtifactMemory>>20)
				}
			}
		}
		var out bytes.Buffer
		if err := r.Write(&out); err != nil || !strings.Contains(out.String(), "SPEED / PLAIN") {
			t.Errorf("Write = %q, %v", out.String(), err)
		}
	}
	t.Run("Folder", func(t *testing.T) { check(t, t.TempDir(), open.Options{}, "plain files") })
	t.Run("MinIO", func(t *testing.T) {
		s := miniotest.Start(t)
		t.Setenv("AWS_ACCESS_KEY_ID", s.AccessKey)
		t.Setenv("AWS_SECRET_ACCESS_KEY", s.SecretKey)
		check(t, "s3://curio-artifacts/p", open.Options{Endpoint: s.Endpoint, CreateBucket: true}, "minio-go")
	})
	t.Run("Fails", func(t *testing.T) {
		a := Artifacts{Target: "ftp://x", Size: 1, Rounds: 1, Self: []string{os.Args[0], "--store", "ftp://x"}}
		if _, err := a.Run(t.Context(), time.Now, io.Discard); err == nil || !strings.Contains(err.Error(), "unknown scheme") {
			t.Errorf("Run = %v, want what the process said", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := a.Run(ctx, time.Now, io.Discard); !errors.Is(err, context.Canceled) {
			t.Errorf("Run = %v, want context.Canceled", err)
		}
	})
}

// TestArtifactShares: the shares are of the plain pass of the same round.
func TestArtifactShares(t *testing.T) {
	a := Artifacts{Size: 1e6, Rounds: 3}
	took := map[string][]ArtifactAnswer{}
	for _, pass := range ArtifactPasses() {
		took[pass] = []ArtifactAnswer{{Seconds: 1}, {Seconds: 2}, {Seconds: 3}}
	}
	took[PassPublish] = []ArtifactAnswer{{Seconds: 2, PeakBytes: 5}, {Seconds: 8, PeakBytes: 9}, {Seconds: 3, PeakBytes: 1}}
	p := a.result(took).Passes[1]
	if p.Pass != PassPublish || p.Share != 0.5 || p.Shares[1] != 0.25 || p.Shares[2] != 1 || p.PeakBytes != 9 || p.Seconds != 3 {
		t.Errorf("%+v", p)
	}
}
